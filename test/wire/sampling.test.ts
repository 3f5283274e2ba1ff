import { describe, expect, test } from 'vitest';
import { Collector, only } from './collector.ts';
import {
  ipfix,
  netflow9,
  optionsTemplate9,
  optionsTemplate10,
  record,
  type Specifier,
  set,
  template9,
  template10,
} from './encoder.ts';
import { dataOf, PAIR4 } from './fixtures.ts';

const addresses = ['192.0.2.7', '203.0.113.1'] as const;

/** The rate of a flow whose record also holds these. */
function inRecord(
  ...fields: readonly (readonly [id: number, length: number, value: number])[]
): number | null {
  const specifiers: Specifier[] = [...PAIR4, ...fields.map(([id, length]): Specifier => [id, length])];
  const values = [...addresses, ...fields.map(([, , value]) => value)];
  const message = ipfix({}, set(2, template10(256, specifiers)), dataOf(256, specifiers, values));
  return only(new Collector().flows(message)).sampling;
}

/** The rate of a flow after options data of NetFlow v9 with a scope of this type. */
function byOptions9(
  scope: number,
  fields: readonly (readonly [id: number, length: number, value: number])[],
): number | null {
  const collector = new Collector();
  const specifiers = fields.map(([id, length]): Specifier => [id, length]);
  const values = fields.map(([, , value]) => value);
  collector.receive(
    netflow9(
      {},
      set(1, optionsTemplate9(300, [[scope, 4]], specifiers)),
      set(300, record([[scope, 4], ...specifiers], [1, ...values])),
      set(0, template9(256, PAIR4)),
    ),
  );
  return only(collector.flows(netflow9({}, dataOf(256, PAIR4, addresses)))).sampling;
}

test('not announced is null, zero too', () => {
  expect(inRecord()).toBeNull();
  expect(inRecord([34, 4, 0])).toBeNull();
});

describe('in the record', () => {
  test('34 and 50 are one in N', () => {
    expect(inRecord([34, 4, 100])).toBe(100);
    expect(inRecord([50, 4, 200])).toBe(200);
  });

  test('305 and 306 are packets taken and packets left out', () => {
    expect(inRecord([305, 4, 1], [306, 4, 999])).toBe(1000);
    expect(inRecord([305, 4, 2], [306, 4, 18])).toBe(10);
    expect(inRecord([305, 4, 64])).toBe(64);
  });

  test('309 and 310 are n of N', () => {
    expect(inRecord([309, 4, 1], [310, 4, 2048])).toBe(2048);
  });
});

describe('by options data', () => {
  test('34 holds for the domain', () => {
    expect(
      byOptions9(1, [
        [34, 4, 1000],
        [35, 1, 2],
      ]),
    ).toBe(1000);
  });

  test('of an interface holds only where the domain has none', () => {
    expect(byOptions9(2, [[34, 4, 1000]])).toBe(1000);
    const collector = new Collector();
    const rate = (scope: number, value: number) =>
      netflow9(
        {},
        set(1, optionsTemplate9(300 + scope, [[scope, 4]], [[34, 4]])),
        set(
          300 + scope,
          record(
            [
              [scope, 4],
              [34, 4],
            ],
            [1, value],
          ),
        ),
      );
    collector.receive(rate(1, 1000));
    collector.receive(rate(2, 50));
    collector.receive(netflow9({}, set(0, template9(256, PAIR4))));
    expect(only(collector.flows(netflow9({}, dataOf(256, PAIR4, addresses)))).sampling).toBe(1000);
  });

  test('a sampler (48, 50) holds for the records that name it', () => {
    const collector = new Collector();
    const sampler: Specifier[] = [
      [48, 1],
      [49, 1],
      [50, 4],
    ];
    const fields: Specifier[] = [...PAIR4, [48, 1]];
    collector.receive(
      netflow9(
        {},
        set(1, optionsTemplate9(300, [[1, 4]], sampler)),
        set(300, record([[1, 4], ...sampler], [0, 1, 2, 100]), record([[1, 4], ...sampler], [0, 2, 2, 500])),
        set(0, template9(256, fields)),
      ),
    );
    const rateOf = (id: number) =>
      only(collector.flows(netflow9({}, dataOf(256, fields, [...addresses, id])))).sampling;
    expect([1, 2, 3].map(rateOf)).toEqual([100, 500, null]);
  });

  test('a selector (302 with 304–306) of IPFIX likewise', () => {
    const collector = new Collector();
    const selector: Specifier[] = [
      [304, 2],
      [305, 4],
      [306, 4],
    ];
    const fields: Specifier[] = [...PAIR4, [302, 4]];
    collector.receive(
      ipfix(
        {},
        set(3, optionsTemplate10(300, [[302, 4]], selector)),
        set(300, record([[302, 4], ...selector], [7, 1, 1, 127])),
        set(2, template10(256, fields)),
      ),
    );
    expect(only(collector.flows(ipfix({}, dataOf(256, fields, [...addresses, 7])))).sampling).toBe(128);
  });

  test('a change is taken up, and what stays the same keeps its context', () => {
    const collector = new Collector();
    const options = set(1, optionsTemplate9(300, [[1, 4]], [[34, 4]]));
    const rate = (value: number) =>
      netflow9(
        {},
        options,
        set(
          300,
          record(
            [
              [1, 4],
              [34, 4],
            ],
            [0, value],
          ),
        ),
      );
    collector.receive(netflow9({}, set(0, template9(256, PAIR4))));
    const message = netflow9({}, dataOf(256, PAIR4, addresses));
    const contexts = [100, 100, 200].flatMap((value) => {
      collector.receive(rate(value));
      return collector.receive(message).contexts;
    });
    expect(contexts[0]).toBe(contexts[1]);
    expect(contexts[2]).not.toBe(contexts[0]);
    expect(contexts[2]).toMatchObject({ sampling: 200, exporter: '192.0.2.1', version: 9, domain: 0 });
  });

  test('samplers are bounded per domain', () => {
    const collector = new Collector({ maxSamplersPerDomain: 2 });
    const sampler: Specifier[] = [
      [48, 2],
      [50, 4],
    ];
    const all = Array.from({ length: 100 }, (_, id) => record(sampler, [id, 10]));
    collector.receive(netflow9({}, set(1, optionsTemplate9(300, [], sampler)), set(300, ...all)));
    collector.receive(netflow9({}, set(0, template9(256, PAIR4))));
    const [context] = collector.receive(netflow9({}, dataOf(256, PAIR4, addresses))).contexts;
    expect(context?.samplers).toHaveLength(2);
  });
});
