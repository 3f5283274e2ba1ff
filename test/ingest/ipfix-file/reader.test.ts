// Files of IPFIX messages: one stream of one unknown exporter; damage costs the message in which it lies.
import { describe, expect, it } from 'vitest';
import { openIpfixFile } from '../../../src/ingest/ipfix-file/reader.ts';
import { pairsOf, readAll } from '../../support/reading.ts';
import {
  EXPORT_MS,
  EXPORT_SECONDS,
  ipfix,
  record,
  type Specifier,
  set,
  template10,
} from '../../wire/encoder.ts';

const FIELDS: readonly Specifier[] = [
  [8, 4],
  [12, 4],
];
const TEMPLATE = ipfix({}, set(2, template10(300, FIELDS)));

function message(host: number): Uint8Array {
  return ipfix(
    { seconds: EXPORT_SECONDS + host },
    set(300, record(FIELDS, [`198.51.100.${host}`, '203.0.113.7'])),
  );
}

const HOSTS = Array.from({ length: 50 }, (_, n) => n);
const MESSAGE_BYTES = message(0).length;
const messageAt = (host: number): number => TEMPLATE.length + host * MESSAGE_BYTES;
const FILE = Buffer.concat([TEMPLATE, ...HOSTS.map(message)]);

function hostsWithout(...missing: readonly number[]): string[] {
  return HOSTS.filter((host) => !missing.includes(host)).map((host) => `198.51.100.${host}>203.0.113.7`);
}

describe('a file of IPFIX messages', () => {
  it('gives its records under no exporter, by the minute of their export', async () => {
    const reading = await readAll(openIpfixFile, FILE);
    expect(reading.problems).toEqual([]);
    expect(pairsOf(reading)).toEqual(hostsWithout());
    expect(reading.groups.map(({ exporter, fromMs, datagrams }) => [exporter, fromMs, datagrams])).toEqual([
      [null, EXPORT_MS, 51],
    ]);
  });

  it('honours a withdrawal, as a stream does (RFC 7011 § 8.1)', async () => {
    const withdrawal = ipfix({}, set(2, new Uint8Array([1, 44, 0, 0])));
    const reading = await readAll(
      openIpfixFile,
      Buffer.concat([TEMPLATE, message(1), withdrawal, message(2)]),
    );
    expect(pairsOf(reading)).toEqual(['198.51.100.1>203.0.113.7']);
    expect(reading.counts.earlyDropped).toBe(1);
  });

  it.each([
    ['version', 0, 9],
    ['length, too short', 2, 3],
    ['length, to nothing', 2, 0],
  ])('with a damaged %s goes on with the next message', async (_what, at, value) => {
    const bytes = Buffer.from(FILE);
    bytes.writeUInt16BE(value, messageAt(20) + at);
    const reading = await readAll(openIpfixFile, bytes);
    expect(pairsOf(reading)).toEqual(hostsWithout(20));
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]).toMatchObject({
      offset: messageAt(20),
      what: expect.stringMatching(new RegExp(`${MESSAGE_BYTES} bytes passed over`)),
    });
  });

  it('with garbage in its middle goes on behind it', async () => {
    const bytes = Buffer.concat([
      FILE.subarray(0, messageAt(20)),
      Buffer.alloc(777, 0x0a),
      FILE.subarray(messageAt(20)),
    ]);
    const reading = await readAll(openIpfixFile, bytes);
    expect(pairsOf(reading)).toEqual(hostsWithout());
    expect(reading.problems).toHaveLength(1);
  });

  it('that is cut within a message keeps all whole ones', async () => {
    const reading = await readAll(openIpfixFile, FILE.subarray(0, FILE.length - 5));
    expect(pairsOf(reading)).toEqual(hostsWithout(49));
    expect(reading.problems[0]).toMatchObject({
      offset: messageAt(49),
      what: expect.stringMatching(/cut off/),
    });
  });

  it('of garbage ends, and says so', async () => {
    const reading = await readAll(openIpfixFile, Buffer.alloc(200_000, 0x0a), { slabBytes: 65_536 });
    expect(reading.records).toEqual([]);
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]?.what).toMatch(/200000 bytes passed over/);
  });
});
