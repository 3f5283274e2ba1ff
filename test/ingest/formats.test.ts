// What an input is, told by its first bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { detectFormat, openInput, openReader } from '../../src/ingest/formats.ts';
import { Slab } from '../../src/ingest/slab.ts';
import type { Problem } from '../../src/match/messages.ts';
import { ethernet, ipv4, PcapngWriter, pcap } from '../support/pcap-writer.ts';
import { sourceOf } from '../support/reading.ts';
import { ipfix, netflow5, set, template10 } from '../wire/encoder.ts';

const folder = mkdtempSync(join(tmpdir(), 'formats-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const IPFIX = ipfix({}, set(2, template10(300, [[8, 4]])));
const CAPTURE = pcap([
  {
    bytes: ethernet(ipv4(netflow5({}, [{ src: '198.51.100.1', dst: '203.0.113.7' }]))),
    atMs: Date.UTC(2026, 10, 1),
  },
]);

describe('detectFormat', () => {
  it.each([
    ['pcap, little endian', CAPTURE, 'pcap'],
    ['pcap, big endian', pcap([], { littleEndian: false }), 'pcap'],
    ['pcap, nanoseconds', pcap([], { nanoseconds: true }), 'pcap'],
    ['pcap, nanoseconds, big endian', pcap([], { nanoseconds: true, littleEndian: false }), 'pcap'],
    ['pcapng', new PcapngWriter().toBuffer(), 'pcap'],
    ['pcapng, big endian', new PcapngWriter(false).toBuffer(), 'pcap'],
    ['nfcapd, little endian', Buffer.from('0ca50200000000000000', 'hex'), 'nfcapd'],
    ['nfcapd, big endian', Buffer.from('a50c0001000000000000', 'hex'), 'nfcapd'],
    ['nfcapd of an unknown layout', Buffer.from('0ca5f100000000000000', 'hex'), null],
    ['Parquet', Buffer.from('PAR1\u0015\u0000'), 'parquet'],
    ['one IPFIX message', IPFIX, 'ipfix'],
    ['two IPFIX messages', Buffer.concat([IPFIX, IPFIX]), 'ipfix'],
    ['an IPFIX message and something else', Buffer.concat([IPFIX, Buffer.alloc(20)]), null],
    [
      'the beginning of a long IPFIX message',
      ipfix({}, set(300, Buffer.alloc(900))).subarray(0, 100),
      'ipfix',
    ],
    ['CSV', Buffer.from('ts,te,td,sa,da\n1,2,3,4,5\n'), 'csv'],
    ['SiLK', Buffer.from('   sIP|   dIP|sPort|dPort|\n'), 'csv'],
    ['CSV behind a byte order mark', Buffer.from('\ufeffsrc;dst\r\n'), 'csv'],
    ['a line without a delimiter', Buffer.from('hello\nworld\n'), null],
    ['a CSV table after a line of title', Buffer.from('Flows of July\nsrc,dst\n'), 'csv'],
    ['binary with a comma', Buffer.from([0x2c, 0x00, 0x2c]), null],
    ['nothing', Buffer.alloc(0), null],
    ['one byte', Buffer.from([10]), null],
  ])('%s', (_what, head, format) => {
    expect(detectFormat(head)).toBe(format);
  });
});

describe('openReader', () => {
  it('takes the format it is told, whatever the bytes say', async () => {
    const problems: Problem[] = [];
    const reader = await openReader('ipfix', sourceOf(CAPTURE), {
      nowMs: 0,
      onProblem: (problem) => problems.push(problem),
    });
    expect(reader.format).toBe('ipfix');
    expect(await reader.fill(Slab.allocate(0, 65_536, 16))).toBeNull();
    expect(problems[0]?.what).toMatch(/no IPFIX message/);
  });
});

describe('openInput', () => {
  const problems: Problem[] = [];
  const options = { format: 'auto', onProblem: (problem: Problem) => problems.push(problem) };

  it('opens a compressed capture by its content, whatever its name', async () => {
    const reader = await openInput(file('export.bin', gzipSync(CAPTURE)), options);
    expect(reader.format).toBe('pcap');
    const filled = await reader.fill(Slab.allocate(0, 65_536, 16));
    expect(filled?.batch).toMatchObject({ kind: 'wire', setCount: 1 });
    expect(filled?.position).toBe(CAPTURE.length);
    expect(reader.source.consumedBytes).toBe(reader.source.totalBytes);
    await reader.close();
  });

  it('gives what a cut .gz holds, and says that it is cut', async () => {
    problems.length = 0;
    const many = pcap(
      Array.from({ length: 2_000 }, (_, n) => ({
        bytes: ethernet(
          ipv4(
            netflow5({ sequence: n }, [
              { src: `198.51.100.${n % 250}`, dst: '203.0.113.7', bytes: n * 7919 },
            ]),
          ),
        ),
        atMs: Date.UTC(2026, 10, 1),
      })),
    );
    const compressed = gzipSync(many);
    const reader = await openInput(file('cut.gz', compressed.subarray(0, compressed.length >> 1)), options);
    const filled = await reader.fill(Slab.allocate(0, 1 << 20, 4_096));
    expect(filled?.groups[0]?.datagrams).toBeGreaterThan(500);
    expect(problems.map(({ what }) => what)).toEqual([
      expect.stringMatching(/gzip data is damaged or cut off/),
      expect.stringMatching(/the capture is cut off/),
    ]);
    await reader.close();
  });

  it.each([
    ['unknown content', Buffer.from('hello\n'), /begins like none of pcap/],
    ['an empty file', Buffer.alloc(0), /it is empty/],
    ['damage from the start', gzipSync(CAPTURE).subarray(0, 12), /gzip data is damaged or cut off/],
  ])('refuses %s', async (name, content, message) => {
    await expect(openInput(file(name, content), options)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(message),
    });
  });

  it('refuses an unknown format by name', async () => {
    await expect(openInput(file('x', CAPTURE), { ...options, format: 'netflow' })).rejects.toMatchObject({
      code: 'USAGE',
      message: '--format: "netflow" is not one of auto, pcap, nfcapd, ipfix, csv, parquet',
    });
  });
});
