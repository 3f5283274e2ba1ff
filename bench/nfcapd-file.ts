// Writes nfcapd files (layout 2, as nfdump 1.7 does) with random flows, fast enough for benchmarks of tens of millions.
// The same options and seed give the same bytes. Addresses cover the whole IPv4 space; listed ones are planted.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';

export interface NfcapdFileOptions {
  readonly flows: number;
  readonly seed: number;
  /** Listed IPv4 addresses, some of which appear as source or destination. */
  readonly addresses: Uint32Array;
  /** Share of flows with one of `addresses` at one end; what random addresses hit comes on top. */
  readonly hitShare?: number;
  readonly exporters?: number;
  /** Start of the first flow; the file spans five minutes. Epoch ms. */
  readonly fromMs?: number;
  /** Anything but `none` is left to nfdump, which then must be installed. */
  readonly compression?: keyof typeof NFDUMP_COMPRESSION;
}

export interface NfcapdFile {
  readonly bytes: number;
  readonly blocks: number;
  /** Flows with a planted address. */
  readonly planted: number;
}

/** `nfdump -J` numbers. */
const NFDUMP_COMPRESSION = { none: 0, lzo: 1, bzip2: 2, lz4: 3 } as const;

const FILE_HEADER_BYTES = 40;
const BLOCK_HEADER_WORDS = 3;
const RECORD_WORDS = 19; // flow header 12 B, generic element 52 B, IPv4 element 12 B
const EXPORTER_WORDS = 8;
const RECORDS_PER_BLOCK = 13_000; // just under nfcapd's 1 MiB
const SPAN_MS = 300_000;

export function writeNfcapdFile(path: string, options: NfcapdFileOptions): NfcapdFile {
  const { flows, seed, addresses, hitShare = 1e-5, exporters = 1, fromMs = Date.UTC(2026, 5, 1) } = options;
  const blocks = Math.max(1, Math.ceil(flows / RECORDS_PER_BLOCK));
  const file = openSync(path, 'w');
  let bytes = writeSync(file, fileHeader(fromMs, blocks));
  const block = new Uint32Array(
    BLOCK_HEADER_WORDS + exporters * EXPORTER_WORDS + RECORDS_PER_BLOCK * RECORD_WORDS,
  );
  const hitBelow = addresses.length === 0 ? 0 : Math.round(hitShare * 2 ** 32);
  let planted = 0;
  let random = seed | 0 || 1;
  try {
    for (let number = 0; number < blocks; number++) {
      let word = BLOCK_HEADER_WORDS;
      if (number === 0) word = writeExporters(block, word, exporters);
      const records = Math.min(RECORDS_PER_BLOCK, flows - number * RECORDS_PER_BLOCK);
      for (let record = 0; record < records; record++, word += RECORD_WORDS) {
        // xorshift32 (Marsaglia 2003), four steps a flow
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        let src = random;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        let dst = random;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        const ports = random;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        const times = random;
        if ((times ^ ports) >>> 0 < hitBelow) {
          planted++;
          const listed = addresses[(src >>> 0) % addresses.length] as number;
          if (dst & 1) src = listed;
          else dst = listed;
        }
        const start = fromMs + ((times >>> 0) % SPAN_MS);
        const end = start + (ports & 0x3fff);
        const packets = 1 + (times & 0xff);
        block[word] = 11 | ((RECORD_WORDS * 4) << 16);
        block[word + 1] = 2; // elements
        block[word + 2] = 1 + (record % exporters);
        block[word + 3] = 1 | (52 << 16);
        block[word + 4] = start;
        block[word + 5] = start / 2 ** 32;
        block[word + 6] = end;
        block[word + 7] = end / 2 ** 32;
        block[word + 8] = end + 1000;
        block[word + 9] = (end + 1000) / 2 ** 32;
        block[word + 10] = packets;
        block[word + 11] = 0;
        block[word + 12] = packets * (40 + (dst & 0x3ff));
        block[word + 13] = 0;
        block[word + 14] = (ports | 0x0400) >>> 0; // ephemeral source port, any destination port
        block[word + 15] = (ports & 2 ? 6 : 17) | (ports & 2 ? 0x1b00 : 0);
        block[word + 16] = 2 | (12 << 16);
        block[word + 17] = src;
        block[word + 18] = dst;
      }
      block[0] = records + (number === 0 ? exporters : 0);
      block[1] = (word - BLOCK_HEADER_WORDS) * 4;
      block[2] = 3; // type: records; flags: none
      bytes += writeSync(file, new Uint8Array(block.buffer, 0, word * 4));
    }
  } finally {
    closeSync(file);
  }
  compress(path, options.compression ?? 'none');
  return { bytes, blocks, planted };
}

/** Distinct addresses over the whole space, ascending. */
export function randomAddresses(count: number, seed: number): Uint32Array {
  const chosen = new Set<number>();
  let random = seed | 0 || 1;
  while (chosen.size < count) {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    chosen.add(scatter(random));
  }
  return Uint32Array.from(chosen).sort();
}

/** Takes neighbours in the generator's sequence far apart (MurmurHash3's finaliser): flows come from the same sequence. */
function scatter(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function fileHeader(createdMs: number, blocks: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  header.setUint16(0, 0xa50c, true);
  header.setUint16(2, 2, true);
  header.setUint32(4, 0x01070101, true);
  header.setBigInt64(8, BigInt(Math.floor(createdMs / 1000)), true);
  header.setUint32(20, 1, true); // creator: nfcapd
  header.setUint32(36, blocks, true);
  return new Uint8Array(header.buffer);
}

/** Exporters 192.0.2.1 and on, numbered from 1. */
function writeExporters(block: Uint32Array, word: number, exporters: number): number {
  for (let number = 1; number <= exporters; number++, word += EXPORTER_WORDS) {
    block.fill(0, word, word + EXPORTER_WORDS);
    block[word] = 7 | ((EXPORTER_WORDS * 4) << 16);
    block[word + 1] = 9;
    block[word + 4] = 0xc0000200 + (number & 0xff);
    block[word + 6] = 2 | (number << 16); // AF_INET, sysid
  }
  return word;
}

function compress(path: string, compression: keyof typeof NFDUMP_COMPRESSION): void {
  if (compression === 'none') return;
  const done = spawnSync('nfdump', ['-J', String(NFDUMP_COMPRESSION[compression]), '-r', path], {
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`nfdump -J failed: ${done.stderr || done.error?.message}`);
}
