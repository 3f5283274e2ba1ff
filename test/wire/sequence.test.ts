import { describe, expect, test } from 'vitest';
import { Collector } from './collector.ts';
import {
  ipfix,
  netflow5,
  netflow9,
  optionsTemplate10,
  record,
  set,
  template9,
  template10,
  VARIABLE,
} from './encoder.ts';
import { FLOW4, flow4 } from './fixtures.ts';

/** What each message says is lost before it. */
function lost(collector: Collector, messages: readonly Uint8Array[]): (number | 'indeterminate')[] {
  return messages.map((message) => {
    const { sequenceLost, sequenceIndeterminate } = collector.receive(message).outcome;
    return sequenceIndeterminate ? 'indeterminate' : sequenceLost;
  });
}

const flow = { src: '192.0.2.7', dst: '203.0.113.1' };
const data = (count: number) => set(256, ...Array(count).fill(flow4('203.0.113.1')));

describe('NetFlow v5 counts flows', () => {
  const message = (sequence: number, count: number, domain = 0) =>
    netflow5({ sequence, domain }, Array(count).fill(flow));

  test('a gap is what is missing', () => {
    expect(lost(new Collector(), [message(100, 3), message(103, 2), message(135, 1)])).toEqual([0, 0, 30]);
  });

  test('per engine', () => {
    expect(lost(new Collector(), [message(0, 3, 1), message(500, 3, 2), message(3, 1, 1)])).toEqual([
      0, 0, 0,
    ]);
  });

  test('across the wrap of 32 bits', () => {
    expect(lost(new Collector(), [message(2 ** 32 - 2, 3), message(1, 1), message(4, 1)])).toEqual([0, 0, 2]);
  });

  test('a message that comes late, or twice, is no loss, nor is what follows it', () => {
    expect(lost(new Collector(), [message(0, 2), message(2, 2), message(0, 2), message(4, 2)])).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test('a restart is no loss', () => {
    expect(lost(new Collector(), [message(1_000_000, 2), message(0, 2), message(2, 2)])).toEqual([0, 0, 0]);
  });

  test('a jump beyond all measure is indeterminate', () => {
    expect(
      lost(new Collector(), [message(0, 2), message(2_000_000_000, 2), message(2_000_000_002, 2)]),
    ).toEqual([0, 'indeterminate', 0]);
  });
});

test('NetFlow v9 counts messages, whatever they hold', () => {
  const collector = new Collector();
  const message = (sequence: number) => netflow9({ sequence }, set(0, template9(256, FLOW4)), data(5));
  expect(lost(collector, [message(7), message(8), message(9), message(12)])).toEqual([0, 0, 0, 2]);
});

describe('IPFIX counts data records', () => {
  const template = ipfix({ sequence: 10 }, set(2, template10(256, FLOW4)));

  test('templates do not count', () => {
    const messages = [
      template,
      ipfix({ sequence: 10 }, data(3)),
      ipfix({ sequence: 13 }, data(1)),
      ipfix({ sequence: 20 }, data(1)),
    ];
    expect(lost(new Collector(), messages)).toEqual([0, 0, 0, 6]);
  });

  test('options records count', () => {
    const options = set(3, optionsTemplate10(300, [[149, 4]], [[160, 8]]));
    const announced = set(
      300,
      record(
        [
          [149, 4],
          [160, 8],
        ],
        [0, 1],
      ),
      record(
        [
          [149, 4],
          [160, 8],
        ],
        [0, 1],
      ),
    );
    const messages = [
      template,
      ipfix({ sequence: 10 }, options, announced, data(1)),
      ipfix({ sequence: 13 }, data(1)),
    ];
    expect(lost(new Collector(), messages)).toEqual([0, 0, 0]);
  });

  test('records of variable length count one by one', () => {
    const fields = [...FLOW4, [82, VARIABLE]] as const;
    const one = (length: number) =>
      new Uint8Array([...flow4('203.0.113.1'), length, ...new Uint8Array(length)]);
    const messages = [
      ipfix({ sequence: 0 }, set(2, template10(256, fields))),
      ipfix({ sequence: 0 }, set(256, one(3), one(0), one(40))),
      ipfix({ sequence: 3 }, set(256, one(1))),
      ipfix({ sequence: 6 }, set(256, one(1))),
    ];
    expect(lost(new Collector(), messages)).toEqual([0, 0, 0, 2]);
  });

  test('a set without template makes the count unknowable, not lost', () => {
    const messages = [
      template,
      ipfix({ sequence: 10 }, data(1), set(999, new Uint8Array(40))),
      ipfix({ sequence: 14 }, data(1)),
      ipfix({ sequence: 15 }, data(1)),
      ipfix({ sequence: 17 }, data(1)),
    ];
    expect(lost(new Collector(), messages)).toEqual([0, 'indeterminate', 0, 0, 1]);
  });

  test('a damaged message makes it unknowable too', () => {
    const damaged = ipfix({ sequence: 10 }, data(1), new Uint8Array([1, 0, 0x7f, 0xff]));
    expect(lost(new Collector(), [template, damaged, ipfix({ sequence: 99 }, data(1))])).toEqual([
      0,
      'indeterminate',
      0,
    ]);
  });
});

test('a sequence jump wipes no template', () => {
  const collector = new Collector();
  collector.receive(netflow9({ sequence: 5 }, set(0, template9(256, FLOW4))));
  for (const sequence of [0, 4_000_000_000, 17]) {
    expect(collector.receive(netflow9({ sequence }, data(1))).outcome.sets).toBe(1);
  }
});
