import { expect, test } from 'vitest';
import { Collector } from './collector.ts';
import {
  EXPORT_MS,
  EXPORT_SECONDS,
  ipfix,
  netflow9,
  optionsTemplate9,
  record,
  set,
  template9,
  template10,
} from './encoder.ts';
import { destinations, FLOW4, flow4 } from './fixtures.ts';

const template = netflow9({}, set(0, template9(256, FLOW4)));
const data = (dst: string, id = 256) => netflow9({}, set(id, flow4(dst)));

test('data before its template waits, and comes when the template does, in order', () => {
  const collector = new Collector();
  expect(collector.receive(data('203.0.113.1')).outcome).toMatchObject({ early: 1, sets: 0, undecodable: 0 });
  collector.receive(data('203.0.113.2'));
  const { records, outcome } = collector.receive(template);
  expect(destinations(records.flat())).toEqual(['203.0.113.1', '203.0.113.2']);
  expect(outcome).toMatchObject({ earlyReleased: 2, sets: 2, early: 0, earlyDropped: 0 });
});

test('data before its template in the same datagram is decoded', () => {
  const message = netflow9(
    {},
    set(256, flow4('203.0.113.1')),
    set(0, template9(256, FLOW4)),
    set(256, flow4('203.0.113.2')),
  );
  expect(destinations(new Collector().flows(message))).toEqual(['203.0.113.1', '203.0.113.2']);
});

test('data that waited keeps the times of its own message', () => {
  const collector = new Collector();
  collector.receive(netflow9({ seconds: EXPORT_SECONDS - 60 }, set(256, flow4('203.0.113.1'))));
  expect(collector.flows(template)[0]).toMatchObject({
    exportMs: EXPORT_MS - 60_000,
    startMs: EXPORT_MS - 60_000,
  });
});

test('data that waited is a copy: the buffer it came in may be used again', () => {
  const collector = new Collector();
  const message = data('203.0.113.1');
  collector.receive(message);
  message.fill(0xff);
  expect(destinations(collector.flows(template))).toEqual(['203.0.113.1']);
});

test('options data waits too, and then tells its sampling rate', () => {
  const collector = new Collector();
  collector.receive(template);
  collector.receive(
    netflow9(
      {},
      set(
        300,
        record(
          [
            [1, 4],
            [34, 4],
          ],
          [0, 512],
        ),
      ),
    ),
  );
  collector.receive(netflow9({}, set(1, optionsTemplate9(300, [[1, 4]], [[34, 4]]))));
  expect(collector.flows(data('203.0.113.1'))[0]?.sampling).toBe(512);
});

test('an IPFIX template of another domain releases nothing', () => {
  const collector = new Collector();
  collector.receive(ipfix({ domain: 1 }, set(256, flow4('203.0.113.1'))));
  expect(collector.receive(ipfix({ domain: 2 }, set(2, template10(256, FLOW4)))).outcome.earlyReleased).toBe(
    0,
  );
  expect(collector.receive(ipfix({ domain: 1 }, set(2, template10(256, FLOW4)))).outcome.earlyReleased).toBe(
    1,
  );
});

test('what waits is bounded in sets: the oldest goes, and is counted', () => {
  const collector = new Collector({ maxEarlySetsPerExporter: 2 });
  const dropped = [1, 2, 3].map((n) => collector.receive(data(`203.0.113.${n}`)).outcome.earlyDropped);
  expect(dropped).toEqual([0, 0, 1]);
  expect(destinations(collector.flows(template))).toEqual(['203.0.113.2', '203.0.113.3']);
});

test('what waits is bounded in bytes', () => {
  const collector = new Collector({ maxEarlyBytesPerExporter: 2000 });
  const big = netflow9({}, set(256, new Uint8Array(400)));
  expect([1, 2, 3].map(() => collector.receive(big).outcome.earlyDropped)).toEqual([0, 0, 1]);
  const huge = netflow9({}, set(256, new Uint8Array(2001)));
  expect(collector.receive(huge).outcome).toMatchObject({ early: 1, earlyDropped: 1 });
});

test('what waits is bounded for all exporters together', () => {
  const collector = new Collector({ maxEarlySets: 3 });
  let dropped = 0;
  for (let n = 0; n < 10; n++)
    dropped += collector.receive(data('203.0.113.1'), `192.0.2.${n}`).outcome.earlyDropped;
  expect(dropped).toBe(7);
});

test('what waits too long is dropped, and counted', () => {
  const collector = new Collector({ earlyLifetimeMs: 60_000 });
  collector.receive(data('203.0.113.1'));
  collector.nowMs += 60_001;
  expect(collector.receive(data('203.0.113.2')).outcome).toMatchObject({ early: 1, earlyDropped: 1 });
  expect(destinations(collector.flows(template))).toEqual(['203.0.113.2']);
});

test('what waits when its exporter is forgotten is counted as dropped', () => {
  const collector = new Collector({ maxExporters: 1 });
  collector.receive(data('203.0.113.1'), '192.0.2.1');
  expect(collector.receive(data('203.0.113.1'), '192.0.2.2').outcome).toMatchObject({
    early: 1,
    earlyDropped: 1,
  });
});

test('at the end of the input, what still waits is counted and forgotten', () => {
  const collector = new Collector();
  for (const n of [1, 2, 3]) collector.receive(data(`203.0.113.${n}`));
  expect(collector.decoder.drain()).toBe(3);
  expect(collector.decoder.drain()).toBe(0);
  expect(collector.receive(template).outcome.earlyReleased).toBe(0);
});
