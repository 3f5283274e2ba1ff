import { describe, expect, test } from 'vitest';
import { Collector, only } from './collector.ts';
import {
  address,
  concat,
  EXPORT_MS,
  EXPORT_SECONDS,
  netflow5,
  UPTIME_MS,
  u16,
  u32,
  uint,
} from './encoder.ts';

const flow = { src: '192.0.2.7', dst: '203.0.113.9', srcPort: 50_000, dstPort: 443, protocol: 6 };

describe('NetFlow v5', () => {
  test('a record gives addresses, ports, protocol, raw counters, flags and times', () => {
    const message = netflow5({ sampling: (1 << 14) | 100 }, [
      { ...flow, bytes: 1234, packets: 5, first: UPTIME_MS - 4000, last: UPTIME_MS - 1000, tcpFlags: 0x1b },
    ]);
    expect(only(new Collector().flows(message))).toEqual({
      ...flow,
      bytes: 1234,
      packets: 5,
      startMs: EXPORT_MS - 4000,
      endMs: EXPORT_MS - 1000,
      exportMs: EXPORT_MS,
      timeSource: 'uptime',
      swappedTimes: false,
      tcpFlags: 0x1b,
      sampling: 100,
      alternates: [],
    });
  });

  test('the nanoseconds of the header count to the millisecond', () => {
    const message = netflow5({ nanoseconds: 567_891_234 }, [flow]);
    expect(only(new Collector().flows(message)).startMs).toBe(EXPORT_MS + 567);
  });

  test('a header without sampling announces none', () => {
    expect(only(new Collector().flows(netflow5({}, [flow]))).sampling).toBeNull();
  });

  test('bytes after the announced records are ignored', () => {
    const message = netflow5({ count: 1 }, [flow, flow, flow]);
    expect(new Collector().flows(message)).toHaveLength(1);
  });

  test('a cut message gives the records that are whole, and is called malformed', () => {
    const message = netflow5({}, [flow, flow, flow]).subarray(0, 24 + 2 * 48 + 20);
    const { records, outcome } = new Collector().receive(message);
    expect(records).toHaveLength(2);
    expect(outcome).toMatchObject({
      status: 'malformed',
      problem: 'announces more records than it holds',
      undecodable: 0,
    });
  });

  test('a count that no datagram can hold is a damaged header: nothing is taken', () => {
    const { records, outcome } = new Collector().receive(netflow5({ count: 55_582 }, [flow, flow]));
    expect(records).toEqual([]);
    expect(outcome).toMatchObject({ status: 'malformed', undecodable: 1 });
  });

  test('engines are domains of their own', () => {
    const collector = new Collector();
    expect(collector.receive(netflow5({ domain: 0x0102 }, [flow])).outcome.domain).toBe(0x0102);
  });

  test('a header cut short is malformed', () => {
    const { outcome } = new Collector().receive(netflow5({}, []).subarray(0, 23));
    expect(outcome).toMatchObject({ status: 'malformed', undecodable: 1, version: 5 });
  });
});

const common = concat(
  address(flow.src),
  address(flow.dst),
  u32(0),
  u32(0),
  u32(3),
  u32(300),
  u32(UPTIME_MS - 2000),
  u32(UPTIME_MS),
  u16(flow.srcPort),
  u16(flow.dstPort),
);
const head = (version: number) => concat(u16(version), u16(1), u32(UPTIME_MS), u32(EXPORT_SECONDS), u32(0));
const decoded = {
  ...flow,
  bytes: 300,
  packets: 3,
  startMs: EXPORT_MS - 2000,
  endMs: EXPORT_MS,
  tcpFlags: 0x12,
};

test('NetFlow v1 is read', () => {
  const record = concat(common, u16(0), uint(6, 1), uint(0, 1), uint(0x12, 1), new Uint8Array(7));
  expect(only(new Collector().flows(concat(head(1), record)))).toMatchObject(decoded);
});

test('NetFlow v7 is read', () => {
  const record = concat(common, uint(0, 1), uint(0x12, 1), uint(6, 1), uint(0, 1), new Uint8Array(12));
  expect(only(new Collector().flows(concat(head(7), u32(0), u32(0), record)))).toMatchObject(decoded);
});

test.each([0, 2, 3, 6, 8, 11, 65_535])('version %i is unsupported, and said so', (version) => {
  const { outcome } = new Collector().receive(head(version));
  expect(outcome).toMatchObject({ status: 'unsupported', undecodable: 1, version });
  expect(outcome.problem).toContain(`version ${version} `);
});

test('an empty datagram is malformed', () => {
  expect(new Collector().receive(new Uint8Array(0)).outcome).toMatchObject({
    status: 'malformed',
    undecodable: 1,
  });
});
