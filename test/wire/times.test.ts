import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/core/flow.ts';
import { MAX_SWAP_MS, systemUptimeToMs, uptimeToMs } from '../../src/wire/time.ts';
import { Collector, only } from './collector.ts';
import {
  EXPORT_MS,
  EXPORT_SECONDS,
  type FieldValue,
  ipfix,
  netflow9,
  optionsTemplate10,
  record,
  type Specifier,
  set,
  template9,
  template10,
  UPTIME_MS,
} from './encoder.ts';
import { dataOf } from './fixtures.ts';

type Fields = readonly (readonly [id: number, length: number, value: FieldValue])[];
const pair: Fields = [
  [8, 4, '192.0.2.7'],
  [12, 4, '203.0.113.1'],
];
const specifiers = (fields: Fields) => fields.map(([id, length]): Specifier => [id, length]);
const values = (fields: Fields) => fields.map(([, , value]) => value);

function decode10(times: Fields): Flow {
  const fields = [...pair, ...times];
  const template = set(2, template10(256, specifiers(fields)));
  return only(new Collector().flows(ipfix({}, template, dataOf(256, specifiers(fields), values(fields)))));
}

function decode9(times: Fields, uptimeMs = UPTIME_MS): Flow {
  const fields = [...pair, ...times];
  const template = set(0, template9(256, specifiers(fields)));
  const message = netflow9({ uptimeMs }, template, dataOf(256, specifiers(fields), values(fields)));
  return only(new Collector().flows(message));
}

const START_MS = EXPORT_MS - 5000;
const END_MS = EXPORT_MS - 2000;
const NTP_1970 = 2_208_988_800n;
const ntp = (ms: number) =>
  ((BigInt(Math.floor(ms / 1000)) + NTP_1970) << 32n) | ((BigInt(ms % 1000) * 2n ** 32n) / 1000n + 1n);

describe('absolute times', () => {
  test.each<[string, Fields]>([
    [
      'seconds (150, 151)',
      [
        [150, 4, START_MS / 1000],
        [151, 4, END_MS / 1000],
      ],
    ],
    [
      'seconds in eight octets',
      [
        [150, 8, START_MS / 1000],
        [151, 8, END_MS / 1000],
      ],
    ],
    [
      'milliseconds (152, 153)',
      [
        [152, 8, START_MS],
        [153, 8, END_MS],
      ],
    ],
    [
      'microseconds (154, 155) in NTP format',
      [
        [154, 8, ntp(START_MS)],
        [155, 8, ntp(END_MS)],
      ],
    ],
    [
      'nanoseconds (156, 157) in NTP format',
      [
        [156, 8, ntp(START_MS)],
        [157, 8, ntp(END_MS)],
      ],
    ],
    [
      'microseconds as a plain count',
      [
        [154, 8, BigInt(START_MS) * 1000n],
        [155, 8, BigInt(END_MS) * 1000n],
      ],
    ],
    [
      'nanoseconds as a plain count',
      [
        [156, 8, BigInt(START_MS) * 1_000_000n],
        [157, 8, BigInt(END_MS) * 1_000_000n],
      ],
    ],
    [
      'microseconds before the export (158, 159)',
      [
        [158, 4, 5_000_000],
        [159, 4, 2_000_000],
      ],
    ],
  ])('in %s', (_, times) => {
    expect(decode10(times)).toMatchObject({
      startMs: START_MS,
      endMs: END_MS,
      timeSource: 'absolute',
      swappedTimes: false,
    });
    expect(decode9(times)).toMatchObject({ startMs: START_MS, endMs: END_MS, timeSource: 'absolute' });
  });

  test('the finer of two is taken', () => {
    const flow = decode10([
      [150, 4, 1],
      [151, 4, 2],
      [152, 8, START_MS],
      [153, 8, END_MS],
      [22, 4, 0],
      [21, 4, 0],
    ]);
    expect(flow).toMatchObject({ startMs: START_MS, endMs: END_MS });
  });

  test('zero is unset: the next encoding is taken', () => {
    const flow = decode10([
      [152, 8, 0],
      [153, 8, 0],
      [150, 4, START_MS / 1000],
      [151, 4, END_MS / 1000],
    ]);
    expect(flow).toMatchObject({ startMs: START_MS, endMs: END_MS });
  });

  test('a start in milliseconds within the second of its end is no exchange', () => {
    const flow = decode10([
      [152, 8, END_MS + 700],
      [151, 4, END_MS / 1000],
    ]);
    expect(flow).toMatchObject({ startMs: END_MS + 700, endMs: END_MS + 700, swappedTimes: false });
  });

  test('NTP seconds that begin anew in 2036 are told by the export time', () => {
    const at = Date.UTC(2036, 1, 8);
    const wrapped = ntp(at) & 0xffff_ffff_ffff_ffffn;
    const fields: Fields = [...pair, [154, 8, wrapped]];
    const template = set(2, template10(256, specifiers(fields)));
    const message = ipfix(
      { seconds: at / 1000 + 5 },
      template,
      dataOf(256, specifiers(fields), values(fields)),
    );
    expect(only(new Collector().flows(message)).startMs).toBe(at);
  });

  test('one beyond the calendar is no time', () => {
    expect(
      decode10([
        [152, 8, 2n ** 63n],
        [153, 8, 2n ** 63n],
      ]),
    ).toMatchObject({ startMs: null, timeSource: 'export' });
  });
});

describe('a single end', () => {
  test('with a duration gives the other', () => {
    expect(
      decode10([
        [152, 8, START_MS],
        [161, 4, 3000],
      ]),
    ).toMatchObject({ startMs: START_MS, endMs: END_MS });
    expect(
      decode10([
        [153, 8, END_MS],
        [162, 4, 3_000_000],
      ]),
    ).toMatchObject({ startMs: START_MS, endMs: END_MS });
  });

  test('with the event that closes the flow ends there (ASA)', () => {
    expect(
      decode9([
        [152, 8, START_MS],
        [323, 8, END_MS],
      ]),
    ).toMatchObject({
      startMs: START_MS,
      endMs: END_MS,
      timeSource: 'absolute',
    });
  });

  test('alone is both', () => {
    expect(decode10([[152, 8, START_MS]])).toMatchObject({ startMs: START_MS, endMs: START_MS });
    expect(decode10([[153, 8, END_MS]])).toMatchObject({ startMs: END_MS, endMs: END_MS });
  });
});

test.each([
  [322, 4, START_MS / 1000],
  [323, 8, START_MS],
  [324, 8, ntp(START_MS)],
  [325, 8, ntp(START_MS)],
])('the observation time %i is an event', (id, length, value) => {
  expect(decode10([[id, length, value]])).toMatchObject({
    startMs: START_MS,
    endMs: START_MS,
    timeSource: 'event',
  });
});

test('without any time the record has the export time, and says so', () => {
  expect(decode9([])).toMatchObject({
    startMs: null,
    endMs: null,
    exportMs: EXPORT_MS,
    timeSource: 'export',
  });
});

describe('times since the exporter started', () => {
  test('of NetFlow v9 count against the uptime of the header', () => {
    expect(
      decode9([
        [22, 4, UPTIME_MS - 5000],
        [21, 4, UPTIME_MS - 2000],
      ]),
    ).toMatchObject({
      startMs: START_MS,
      endMs: END_MS,
      timeSource: 'uptime',
    });
  });

  test('from before the uptime wrapped lie before the export', () => {
    expect(
      decode9(
        [
          [22, 4, 2 ** 32 - 4000],
          [21, 4, 500],
        ],
        1000,
      ),
    ).toMatchObject({
      startMs: EXPORT_MS - 5000,
      endMs: EXPORT_MS - 500,
    });
  });

  test('a little ahead of the header stay ahead', () => {
    expect(uptimeToMs(EXPORT_MS, 1000, 1500)).toBe(EXPORT_MS + 500);
    expect(uptimeToMs(EXPORT_MS, 2 ** 32 - 100, 200)).toBe(EXPORT_MS + 300);
  });

  test('long ago are long ago', () => {
    expect(uptimeToMs(EXPORT_MS, 4_000_000_000, 0)).toBe(EXPORT_MS - 4_000_000_000);
  });

  test('of IPFIX need the time of the start: without it they are unresolvable', () => {
    expect(
      decode10([
        [22, 4, 5000],
        [21, 4, 8000],
      ]),
    ).toMatchObject({ startMs: null, endMs: null, timeSource: 'export' });
  });

  test('of IPFIX with the time of the start in the record', () => {
    expect(
      decode10([
        [160, 8, START_MS - 5000],
        [22, 4, 5000],
        [21, 4, 8000],
      ]),
    ).toMatchObject({
      startMs: START_MS,
      endMs: END_MS,
      timeSource: 'uptime',
    });
  });

  test('of IPFIX with the time of the start from options data, known from then on', () => {
    const collector = new Collector();
    const times: Fields = [...pair, [22, 4, 5000], [21, 4, 8000]];
    const data = ipfix({}, dataOf(256, specifiers(times), values(times)));
    collector.receive(ipfix({}, set(2, template10(256, specifiers(times)))));
    expect(only(collector.flows(data)).startMs).toBeNull();
    const options = optionsTemplate10(300, [[149, 4]], [[160, 8]]);
    collector.receive(
      ipfix(
        {},
        set(3, options),
        set(
          300,
          record(
            [
              [149, 4],
              [160, 8],
            ],
            [0, START_MS - 5000],
          ),
        ),
      ),
    );
    expect(only(collector.flows(data))).toMatchObject({
      startMs: START_MS,
      endMs: END_MS,
      timeSource: 'uptime',
    });
    const elsewhere = ipfix({ domain: 9 }, set(2, template10(256, specifiers(times))));
    collector.receive(elsewhere);
    expect(
      only(collector.flows(ipfix({ domain: 9 }, dataOf(256, specifiers(times), values(times))))).startMs,
    ).toBeNull();
  });

  test('of an exporter that has been up for months wrap as often as needed', () => {
    const init = EXPORT_MS - 3 * 2 ** 32 - 5000;
    expect(systemUptimeToMs(init, EXPORT_MS, 4000)).toBe(EXPORT_MS - 1000);
    expect(systemUptimeToMs(init, EXPORT_MS, 6000)).toBe(EXPORT_MS + 1000);
  });

  test('against a start in another century are left as they are', () => {
    expect(systemUptimeToMs(1000, EXPORT_MS, 4000)).toBe(5000);
  });
});

describe('an end before its start', () => {
  test('within a day is an exchange: put right, and told', () => {
    const flow = decode10([
      [152, 8, EXPORT_MS],
      [153, 8, EXPORT_MS - MAX_SWAP_MS],
    ]);
    expect(flow).toMatchObject({ startMs: EXPORT_MS - MAX_SWAP_MS, endMs: EXPORT_MS, swappedTimes: true });
  });

  test('by more is damage: the export time stands in', () => {
    const flow = decode10([
      [152, 8, EXPORT_MS],
      [153, 8, EXPORT_MS - MAX_SWAP_MS - 1],
    ]);
    expect(flow).toMatchObject({ startMs: null, endMs: null, timeSource: 'export', swappedTimes: false });
  });
});

test('the way back of a biflow has its own times where it has any', () => {
  const fields: Specifier[] = [
    [8, 4],
    [12, 4],
    [152, 8],
    [153, 8],
    [1, 4],
    [1, 4, 29_305],
    [152, 8, 29_305],
    [153, 8, 29_305],
  ];
  const message = ipfix(
    {},
    set(2, template10(256, fields)),
    dataOf(256, fields, ['192.0.2.7', '203.0.113.1', START_MS, END_MS, 1, 2, START_MS + 9, END_MS + 9]),
  );
  const [, back] = new Collector().flows(message);
  expect(back).toMatchObject({ startMs: START_MS + 9, endMs: END_MS + 9 });
  expect(EXPORT_SECONDS * 1000).toBe(back?.exportMs);
});
