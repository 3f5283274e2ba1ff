import { describe, expect, test } from 'vitest';
import type { Exporter } from '../../src/wire/decoder.ts';
import { Collector, only } from './collector.ts';
import {
  concat,
  ipfix,
  netflow9,
  optionsTemplate9,
  record,
  set,
  template9,
  template10,
  u16,
} from './encoder.ts';
import { dataOf, destinations, FLOW4, flow4, PAIR4 } from './fixtures.ts';

const HOUR_MS = 3_600_000;
const template = netflow9({}, set(0, template9(256, FLOW4)));
const data = netflow9({}, set(256, flow4('203.0.113.1')));

describe('a template belongs to', () => {
  test('its exporter: another one cannot use it', () => {
    const collector = new Collector();
    collector.receive(template, '192.0.2.1');
    expect(collector.receive(data, '192.0.2.2').outcome).toMatchObject({ sets: 0, early: 1 });
    expect(collector.receive(data, '192.0.2.1').outcome).toMatchObject({ sets: 1, early: 0 });
  });

  test('its source id', () => {
    const collector = new Collector();
    collector.receive(template);
    expect(collector.receive(netflow9({ domain: 1 }, set(256, flow4('203.0.113.1')))).outcome.early).toBe(1);
  });

  test('its version: NetFlow v9 and IPFIX of one exporter do not meet', () => {
    const collector = new Collector();
    collector.receive(template);
    expect(collector.receive(ipfix({}, set(256, flow4('203.0.113.1')))).outcome.early).toBe(1);
  });

  test('one space of ids with options templates: the later replaces the earlier', () => {
    const collector = new Collector();
    collector.receive(template);
    collector.receive(netflow9({}, set(1, optionsTemplate9(256, [[1, 4]], [[34, 4]]))));
    const { records, outcome } = collector.receive(data);
    expect(records).toEqual([]);
    expect(outcome).toMatchObject({ sets: 0, early: 0, undecodable: 0 });
  });
});

test('a template announced anew with other fields replaces the old one', () => {
  const collector = new Collector();
  collector.receive(template);
  collector.receive(netflow9({}, set(0, template9(256, PAIR4))));
  const flows = collector.flows(netflow9({}, dataOf(256, PAIR4, ['192.0.2.7', '203.0.113.2'])));
  expect(only(flows)).toMatchObject({ dst: '203.0.113.2', srcPort: null, bytes: null });
});

test('several templates in a set, and in several sets, are all kept', () => {
  const collector = new Collector();
  const ids = [256, 257, 300];
  collector.receive(
    netflow9({}, set(0, template9(256, FLOW4), template9(257, FLOW4)), set(0, template9(300, FLOW4))),
  );
  for (const id of ids) expect(collector.flows(netflow9({}, set(id, flow4('203.0.113.1'))))).toHaveLength(1);
});

describe('a withdrawal (no fields)', () => {
  const announce = ipfix({}, set(2, template10(256, FLOW4), template10(257, FLOW4)));
  const use = (id: number) => ipfix({}, set(id, flow4('203.0.113.1')));

  test('is ignored over UDP', () => {
    const collector = new Collector();
    collector.receive(announce);
    collector.receive(ipfix({}, set(2, u16(256), u16(0))));
    expect(collector.receive(use(256)).outcome.sets).toBe(1);
  });

  test('is honoured on a stream', () => {
    const collector = new Collector();
    collector.receive(announce, 'peer', 'stream');
    collector.receive(ipfix({}, set(2, u16(256), u16(0))), 'peer', 'stream');
    expect(collector.receive(use(256), 'peer', 'stream').outcome).toMatchObject({ sets: 0, early: 1 });
    expect(collector.receive(use(257), 'peer', 'stream').outcome.sets).toBe(1);
  });

  test('of the set id withdraws all, and what follows it in the set is read', () => {
    const collector = new Collector();
    collector.receive(announce, 'peer', 'stream');
    collector.receive(ipfix({}, set(2, u16(2), u16(0), template10(300, FLOW4))), 'peer', 'stream');
    expect(collector.receive(use(257), 'peer', 'stream').outcome.early).toBe(1);
    expect(collector.receive(use(300), 'peer', 'stream').outcome.sets).toBe(1);
  });
});

describe('a template expires', () => {
  test('when its exporter has been active without announcing it for its lifetime', () => {
    const collector = new Collector({ templateLifetimeMs: 2 * HOUR_MS });
    collector.receive(template);
    for (let minutes = 0; minutes < 120; minutes += 20) {
      collector.nowMs += HOUR_MS / 3;
      expect(collector.receive(data).outcome.sets).toBe(1);
    }
    collector.nowMs += HOUR_MS / 3;
    expect(collector.receive(data).outcome).toMatchObject({ sets: 0, early: 1 });
  });

  test('not while it is announced', () => {
    const collector = new Collector({ templateLifetimeMs: HOUR_MS });
    for (let n = 0; n < 10; n++) {
      collector.receive(template);
      collector.nowMs += HOUR_MS / 2;
      expect(collector.receive(data).outcome.sets).toBe(1);
    }
  });

  test('not because the clock jumped by years, forward or back', () => {
    const collector = new Collector();
    collector.receive(template);
    for (const years of [10, -20, 30]) {
      collector.nowMs += years * 365 * 24 * HOUR_MS;
      expect(collector.receive(data).outcome.sets).toBe(1);
    }
  });

  test('never on a stream', () => {
    const collector = new Collector({ templateLifetimeMs: HOUR_MS });
    collector.receive(template, 'peer', 'stream');
    for (let n = 0; n < 10; n++) {
      collector.nowMs += HOUR_MS / 2;
      expect(collector.receive(data, 'peer', 'stream').outcome.sets).toBe(1);
    }
  });
});

test('streams from one address share no templates', () => {
  const collector = new Collector();
  collector.receive(template, 'peer', 'stream');
  const other = collector.decoder.exporter('peer', 'stream');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  expect(collector.decoder.decode(other, data, view, 0, data.length, 0, { dataSet() {} }).early).toBe(1);
});

test('a stream that ends takes its templates along', () => {
  const collector = new Collector();
  collector.receive(template, 'peer', 'stream');
  collector.decoder.forget(collector.exporter('peer', 'stream'));
  expect(collector.receive(data, 'peer', 'stream').outcome.early).toBe(1);
});

describe('limits', () => {
  const announce = (id: number) => netflow9({}, set(0, template9(id, FLOW4)));
  const use = (id: number) => netflow9({}, set(id, flow4('203.0.113.1')));

  test('beyond the templates of an exporter, the one longest unannounced goes', () => {
    const collector = new Collector({ maxTemplatesPerExporter: 2 });
    for (const id of [256, 257, 256, 258]) collector.receive(announce(id));
    expect([256, 257, 258].map((id) => collector.receive(use(id)).outcome.sets)).toEqual([1, 0, 1]);
  });

  test('a template with more fields than allowed is refused, and said so', () => {
    const collector = new Collector({ maxFieldsPerTemplate: 8 });
    expect(collector.receive(announce(256)).outcome).toMatchObject({
      status: 'malformed',
      problem: 'a template has more than 8 fields',
    });
    expect(collector.receive(use(256)).outcome.sets).toBe(0);
  });

  test('beyond the fields of an exporter, old templates go', () => {
    const collector = new Collector({ maxFieldsPerExporter: 2 * FLOW4.length });
    for (const id of [256, 257, 258]) collector.receive(announce(id));
    expect([256, 257, 258].map((id) => collector.receive(use(id)).outcome.sets)).toEqual([0, 1, 1]);
  });

  test('an exporter that fills the table loses its own templates, not those of another', () => {
    const collector = new Collector({ maxTemplates: 8 });
    collector.receive(announce(256), '192.0.2.1');
    for (let id = 256; id < 400; id++) collector.receive(announce(id), '192.0.2.66');
    expect(collector.receive(use(256), '192.0.2.1').outcome.sets).toBe(1);
    expect(collector.receive(use(399), '192.0.2.66').outcome.sets).toBe(1);
  });

  test('beyond the exporters, one that is silent is forgotten, not one that sends', () => {
    const collector = new Collector({ maxExporters: 4 });
    collector.receive(template, 'silent');
    collector.receive(template, 'active');
    for (let n = 0; n < 50; n++) {
      collector.receive(data, `spoofed ${n}`);
      expect(collector.receive(data, 'active').outcome.sets).toBe(1);
    }
    expect(collector.decoder.exporterCount).toBe(4);
    expect(collector.receive(data, 'silent').outcome.sets).toBe(0);
  });

  test('a handle outlives what was forgotten', () => {
    const collector = new Collector({ maxExporters: 1 });
    const { decoder } = collector;
    const handle = decoder.exporter('192.0.2.1');
    collector.receive(template, '192.0.2.2');
    const sink = { dataSet() {} };
    const send = (message: Uint8Array) =>
      decoder.decode(handle, message, new DataView(message.buffer), 0, message.length, 0, sink).sets;
    send(template);
    expect(send(data)).toBe(1);
    expect(decoder.exporterCount).toBe(1);
  });

  test('a forgotten handle that comes back takes its place from a newer one', () => {
    const { decoder } = new Collector({ maxExporters: 1, maxTemplates: 1 });
    const send = (handle: Exporter, message: Uint8Array) =>
      decoder.decode(handle, message, new DataView(message.buffer), 0, message.length, 0, { dataSet() {} })
        .sets;
    const older = decoder.exporter('192.0.2.1');
    decoder.exporter('192.0.2.2');
    const newer = decoder.exporter('192.0.2.1');
    for (const handle of [newer, older, newer, older]) send(handle, template);
    expect(send(older, data)).toBe(1);
    expect(send(newer, data)).toBe(0);
    expect(decoder.exporterCount).toBe(1);
  });

  test('domains of an exporter, and of all, are bounded', () => {
    const collector = new Collector({ maxDomainsPerExporter: 4, maxDomains: 6 });
    const from = (domain: number) => netflow9({ domain }, set(0, template9(256, FLOW4)));
    for (let domain = 0; domain < 20; domain++) {
      collector.receive(from(domain), '192.0.2.1');
      collector.receive(from(domain), '192.0.2.2');
    }
    const use20 = netflow9({ domain: 19 }, set(256, flow4('203.0.113.1')));
    expect(collector.receive(use20, '192.0.2.1').outcome.sets).toBe(1);
    expect(collector.receive(use20, '192.0.2.2').outcome.sets).toBe(1);
  });
});

describe('a damaged template', () => {
  test.each([
    ['longer than its set', set(0, template9(256, FLOW4).subarray(0, 20))],
    ['without fields', set(0, u16(256), u16(0))],
    ['with an id below 256', set(0, template9(255, FLOW4))],
  ])('%s is not kept, and the message is called malformed', (_, damaged) => {
    const collector = new Collector();
    expect(collector.receive(netflow9({}, damaged)).outcome.status).toBe('malformed');
    expect(collector.receive(data).outcome.early).toBe(1);
  });

  test('does not unsettle those before it', () => {
    const collector = new Collector();
    collector.receive(netflow9({}, set(0, template9(256, FLOW4), template9(257, FLOW4).subarray(0, 9))));
    expect(destinations(collector.flows(data))).toEqual(['203.0.113.1']);
  });

  test('an options template whose scope is longer than its set is not kept', () => {
    const collector = new Collector();
    const damaged = concat(u16(256), u16(400), u16(4), record([[1, 4]], [0]));
    expect(collector.receive(netflow9({}, set(1, damaged))).outcome.status).toBe('malformed');
  });
});
