// Files that nfdump wrote, of several ages, against what nfdump prints of them; and files made here by nfcapd.
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/core/flow.ts';
import { encodeFile, type FlowSpec } from './encoder.ts';
import { decodeFile, scanFile } from './reading.ts';
import { CREATED_MS } from './specs.ts';

const CORPORA = resolve(import.meta.dirname, '../../../../shared/corpora');
const PROTOCOLS: Record<string, number> = { TCP: 6, UDP: 17, ICMP: 1, ICMP6: 58, ESP: 50, GRE: 47, IPIP: 4 };

interface Row {
  readonly exporter: string;
  readonly line: string;
}

/** The rows of `nfdump -o csv` (1.7.1, TZ=UTC), in order; times in whole seconds, with the length in ms. */
function rowsOf(csv: string): Row[] {
  const [header, ...lines] = csv.split('\n');
  const names = (header as string).split(',');
  const place = (name: string): number => names.indexOf(name);
  const rows: Row[] = [];
  for (const line of lines) {
    if (line.startsWith('Summary')) break;
    const cells = line.split(',');
    const cell = (name: string): string => cells[place(name)] as string;
    const protocol = PROTOCOLS[cell('pr')] ?? Number(cell('pr'));
    const isIcmp = protocol === 1 || protocol === 58;
    rows.push({
      exporter: cell('ra'),
      line: [
        Date.parse(`${cell('ts')}Z`) / 1000,
        Date.parse(`${cell('te')}Z`) / 1000,
        Math.round(Number(cell('td')) * 1000),
        cell('sa'),
        cell('da'),
        isIcmp ? null : cell('sp'),
        isIcmp ? null : cell('dp'),
        protocol,
        cell('ipkt'),
        cell('ibyt'),
        flagsText(cell('flg')),
      ].join(),
    });
  }
  return rows;
}

const flagsText = (text: string): string => text.slice(-6); // without ECN's two, whose place has varied

function lineOf(flow: Flow): string {
  const [startMs, endMs] = [flow.startMs ?? 0, flow.endMs ?? 0];
  const flags = 'UAPRSF'.replace(/./g, (letter, at) => ((flow.tcpFlags ?? 0) & (32 >> at) ? letter : '.'));
  return [
    Math.floor(startMs / 1000),
    Math.floor(endMs / 1000),
    endMs - startMs,
    flow.src,
    flow.dst,
    flow.srcPort,
    flow.dstPort,
    flow.protocol,
    // nfdump prints counters as nfcapd stored them: multiplied, where it knew the rate.
    (flow.packets ?? 0) * (flow.sampling ?? 1),
    (flow.bytes ?? 0) * (flow.sampling ?? 1),
    flow.protocol === 6 ? flags : '......',
  ].join();
}

const GOLDEN = [
  ['layout 1, LZO', 'nfcapd/nfcapd-small-lzo', 3_000],
  ['layout 1, bzip2', 'nfcapd/nfcapd-large-bz2', 3_000],
  ['layout 1, uncompressed', 'slips/test1-malicious.nfdump', null],
] as const;

describe.skipIf(!existsSync(CORPORA))('files of others (needs ../shared/corpora)', () => {
  it.each(GOLDEN)('%s: decode as nfdump prints them', async (_name, file, sampling) => {
    const expected = rowsOf(
      readFileSync(join(CORPORA, `${file.replace('.nfdump', '')}.nfdump-1.7.1.csv`), 'utf8'),
    );
    const { flows, exporters, problems } = await decodeFile(readFileSync(join(CORPORA, file)), {
      slabBytes: 8 << 20,
    });
    expect(problems).toEqual([]);
    expect(flows.slice(0, expected.length).map(lineOf)).toEqual(expected.map((row) => row.line));
    expect(new Set(flows.slice(0, expected.length).map((flow) => flow.sampling))).toEqual(
      new Set([sampling]),
    );
    expect(exporters.slice(0, expected.length)).toEqual(expected.map((row) => row.exporter));
  });

  it('every record of a file is scanned', async () => {
    const { totals, problems } = await scanFile(readFileSync(join(CORPORA, 'nfcapd/nfcapd-large-bz2')), {
      slabBytes: 8 << 20,
    });
    expect(totals).toMatchObject({ records: 100_000, undecodable: 0 });
    expect(problems).toEqual([]);
  });

  it('a file without flows has none', async () => {
    const { totals, problems } = await scanFile(readFileSync(join(CORPORA, 'nfcapd/nfcapd-empty')));
    expect(totals).toMatchObject({ records: 0, undecodable: 0 });
    expect(problems).toEqual([]);
  });

  it('a corrupt file gives problems, and no exception', async () => {
    const { problems, totals } = await scanFile(readFileSync(join(CORPORA, 'nfcapd/nfcapd-corrupt')), {
      slabBytes: 8 << 20,
    });
    expect(problems.length).toBeGreaterThan(0);
    expect(totals.undecodable).toBeGreaterThan(0);
  });
});

const HAS_NFDUMP = spawnSync('nfdump', ['-V']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'nfcapd-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function printedBy(file: string): Row[] {
  const done = spawnSync('nfdump', ['-r', file, '-o', 'csv'], {
    env: { ...process.env, TZ: 'UTC' },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return rowsOf(done.stdout);
}

describe.skipIf(!HAS_NFDUMP)('files that nfdump reads and writes (needs nfdump)', () => {
  const flows = Array.from(
    { length: 5_000 },
    (_, n): FlowSpec => ({
      kind: 'flow',
      exporter: 1,
      firstMs: CREATED_MS + n,
      lastMs: CREATED_MS + n + (n % 1_000),
      receivedMs: CREATED_MS + n + 2_000,
      packets: 1 + (n % 50),
      bytes: 40 + n * 3,
      srcPort: (n * 7) & 0xffff,
      dstPort: 443,
      protocol: n % 3 === 0 ? 17 : 6,
      tcpFlags: n % 3 === 0 ? 0 : n & 0x3f,
      ...(n % 10 === 0
        ? {
            ipv6: [
              [0x20010db8, 0, 0, n],
              [0x20010db8, 1, 2, 3],
            ] as const,
          }
        : { ipv4: [0xc0000200 + (n & 255), (n * 2_654_435_761) >>> 0] as const }),
    }),
  );
  const file = join(folder, 'made-here');
  writeFileSync(
    file,
    encodeFile({
      layout: 2,
      createdMs: CREATED_MS,
      blocks: [
        [{ kind: 'exporter', number: 1, ipv4: 0xc0000263 }, ...flows.slice(0, 3_000)],
        flows.slice(3_000),
      ],
    }).bytes,
  );

  it('a file of the test encoder means the same to nfdump', async () => {
    const decoded = await decodeFile(readFileSync(file));
    expect(decoded.flows.map(lineOf)).toEqual(printedBy(file).map((row) => row.line));
    expect(decoded.flows).toHaveLength(5_000);
  });

  it.each([
    ['LZO', '-z'],
    ['LZ4', '-y'],
    ['bzip2', '-j'],
  ])('what nfdump compresses by %s decodes to the same', async (_name, option) => {
    const packed = join(folder, `packed${option}`);
    spawnSync('nfdump', ['-r', file, '-w', packed, option]);
    const whole = await decodeFile(readFileSync(file));
    const { flows: unpacked, problems } = await decodeFile(readFileSync(packed), { slabBytes: 4 << 20 });
    expect(problems).toEqual([]);
    expect(unpacked.map(lineOf).sort()).toEqual(whole.flows.map(lineOf).sort());
  });
});

const HAS_NFCAPD = spawnSync('nfcapd', ['-V']).status === 0;

describe.skipIf(!HAS_NFCAPD)('a file that nfcapd wrote (needs nfcapd)', () => {
  it('gives raw counters and the rate, where nfcapd has multiplied them', async () => {
    const port = await freePort();
    const out = mkdtempSync(join(folder, 'capture-'));
    const nfcapd = spawn('nfcapd', ['-b', '127.0.0.1', '-p', String(port), '-w', out], { stdio: 'pipe' });
    const ended = new Promise((done) => nfcapd.once('exit', done));
    await new Promise<void>((started) => {
      let said = '';
      for (const stream of [nfcapd.stdout, nfcapd.stderr]) {
        stream.on('data', (text) => {
          said += text;
          if (said.includes('Startup')) started();
        });
      }
    });
    const socket = createSocket('udp4');
    await new Promise<void>((sent) => socket.send(sampledDatagram(), port, '127.0.0.1', () => sent()));
    await new Promise<void>((received) => {
      nfcapd.stdout.on('data', (text) => String(text).includes('New exporter') && received());
      nfcapd.stderr.on('data', (text) => String(text).includes('New exporter') && received());
    });
    socket.close();
    nfcapd.kill('SIGTERM');
    await ended;
    const name = readdirSync(out).find((entry) => /^nfcapd\.\d+$/.test(entry)) as string;
    const { flows, exporters, problems } = await decodeFile(readFileSync(join(out, name)));
    expect(problems).toEqual([]);
    expect(exporters).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(flows).toMatchObject([
      {
        src: '192.0.2.1',
        dst: '198.51.100.1',
        srcPort: 40_000,
        dstPort: 443,
        packets: 10,
        bytes: 1_000,
        sampling: 100,
      },
      { src: '192.0.2.2', dst: '198.51.100.2', packets: 11, bytes: 1_100, sampling: 100 },
    ]);
    expect(printedBy(join(out, name)).map((row) => row.line.split(',')[8])).toEqual(['1000', '1100']);
  }, 20_000);
});

function freePort(): Promise<number> {
  return new Promise((found) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => found(port));
    });
  });
}

/** NetFlow v5: two records, sampled one in a hundred. */
function sampledDatagram(): Uint8Array {
  const view = new DataView(new ArrayBuffer(24 + 2 * 48));
  view.setUint16(0, 5);
  view.setUint16(2, 2);
  view.setUint32(4, 3_600_000); // uptime
  view.setUint32(8, Math.floor(Date.now() / 1000));
  view.setUint16(22, (1 << 14) | 100);
  for (let n = 0; n < 2; n++) {
    const at = 24 + n * 48;
    view.setUint32(at, 0xc0000201 + n);
    view.setUint32(at + 4, 0xc6336401 + n);
    view.setUint32(at + 16, 10 + n);
    view.setUint32(at + 20, 1_000 + n * 100);
    view.setUint32(at + 24, 3_595_000);
    view.setUint32(at + 28, 3_599_000);
    view.setUint16(at + 32, 40_000 + n);
    view.setUint16(at + 34, 443);
    view.setUint8(at + 37, 0x1b);
    view.setUint8(at + 38, 6);
  }
  return new Uint8Array(view.buffer);
}
