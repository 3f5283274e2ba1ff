import { describe, expect, test } from 'vitest';
import { Decoder } from '../../src/wire/decoder.ts';
import { Collector, only } from './collector.ts';
import {
  ipfix,
  netflow9,
  optionsTemplate9,
  optionsTemplate10,
  record,
  set,
  template9,
  template10,
} from './encoder.ts';
import { FLOW4, flow4 } from './fixtures.ts';

const data9 = netflow9({}, set(256, flow4('203.0.113.1')));
const data10 = ipfix({ domain: 5 }, set(256, flow4('203.0.113.2')));

function busy(): Collector {
  const collector = new Collector();
  collector.receive(
    netflow9(
      {},
      set(0, template9(256, FLOW4)),
      set(1, optionsTemplate9(300, [[1, 4]], [[34, 4]])),
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
  collector.receive(
    ipfix(
      { domain: 5 },
      set(2, template10(256, FLOW4)),
      set(
        3,
        optionsTemplate10(
          301,
          [[302, 4]],
          [
            [305, 4],
            [306, 4],
          ],
        ),
      ),
      set(
        301,
        record(
          [
            [302, 4],
            [305, 4],
            [306, 4],
          ],
          [1, 1, 9],
        ),
      ),
    ),
  );
  return collector;
}

const throughJson = (decoder: Decoder) => Decoder.restore(JSON.parse(JSON.stringify(decoder.snapshot())));

test('a restored decoder knows templates and sampling rates', () => {
  const collector = new Collector({}, throughJson(busy().decoder));
  expect(only(collector.flows(data9))).toMatchObject({ dst: '203.0.113.1', sampling: 512 });
  expect(only(collector.flows(data10))).toMatchObject({ dst: '203.0.113.2' });
});

test('a snapshot of a restored decoder is the same', () => {
  const { decoder } = busy();
  expect(throughJson(decoder).snapshot()).toEqual(decoder.snapshot());
});

test('options templates are restored with their scopes', () => {
  const collector = new Collector({}, throughJson(busy().decoder));
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
          [0, 64],
        ),
      ),
    ),
  );
  expect(only(collector.flows(data9)).sampling).toBe(64);
});

test('the next announcement of a restored template refreshes or replaces it', () => {
  const collector = new Collector({}, throughJson(busy().decoder));
  collector.receive(
    netflow9(
      {},
      set(
        0,
        template9(256, [
          [8, 4],
          [12, 4],
        ]),
      ),
    ),
  );
  expect(collector.flows(data9)[0]?.bytes).toBeNull();
});

test('streams are not part of it', () => {
  const collector = new Collector();
  collector.receive(netflow9({}, set(0, template9(256, FLOW4))), 'peer', 'stream');
  expect(collector.decoder.snapshot()).toEqual({ flowsieveTemplates: 1, exporters: [] });
});

test('limits hold for what is restored', () => {
  const decoder = Decoder.restore(busy().decoder.snapshot(), { maxExporters: 1, maxTemplates: 1 });
  const { exporters } = decoder.snapshot() as { exporters: { domains: { templates: unknown[] }[] }[] };
  expect(exporters.flatMap(({ domains }) => domains.flatMap(({ templates }) => templates))).toHaveLength(1);
});

describe('what is no snapshot is refused by name', () => {
  const template = { id: 256, isOptions: false, scopeFields: 0, fields: [[0, 8, 4]] };
  const domain = {
    version: 9,
    id: 0,
    systemInitMs: null,
    sampling: null,
    samplers: [],
    templates: [template],
  };
  const snapshot = (part: object) => ({
    flowsieveTemplates: 1,
    exporters: [{ address: '192.0.2.1', domains: [part] }],
  });

  test.each<[unknown, string]>([
    [null, 'snapshot is null: an object is needed'],
    ['', 'snapshot is "": an object is needed'],
    [{}, 'snapshot.flowsieveTemplates is missing: this version reads 1'],
    [{ flowsieveTemplates: 2 }, 'snapshot.flowsieveTemplates is 2: this version reads 1'],
    [{ flowsieveTemplates: 1 }, 'exporters is missing: a list is needed'],
    [{ flowsieveTemplates: 1, exporters: [{}] }, 'exporters[0].address is missing: a string is needed'],
    [snapshot({}), 'exporters[0].domains[0].version is missing: an integer from 1 to 10 is needed'],
    [snapshot({ ...domain, id: -1 }), 'domains[0].id is -1: an integer'],
    [snapshot({ ...domain, version: 5 }), 'NetFlow v5 has no templates'],
    [snapshot({ ...domain, sampling: 'x' }), 'domains[0].sampling is "x": a number is needed'],
    [
      snapshot({ ...domain, templates: [{ ...template, id: 3 }] }),
      'templates[0].id is 3: an integer from 256 to 65535',
    ],
    [snapshot({ ...domain, templates: [{ ...template, fields: [] }] }), 'templates[0].fields.length is 0'],
    [
      snapshot({ ...domain, templates: [{ ...template, fields: [[0, 8]] }] }),
      'fields[0][2] is missing: an integer',
    ],
  ])('%j', (json, message) => {
    expect(() => Decoder.restore(json)).toThrow(message);
  });
});
