import { describe, expect, it } from 'vitest';
import type { DiscardReason } from '../../src/core/counters.ts';
import { flowOf } from './flows.ts';
import { C2_WORD, host, judge, verdict } from './judging.ts';

describe('traffic clock, contained (L3)', () => {
  const window = { trafficFromMs: 1_000, trafficUntilMs: 2_000 };
  const cases: [string, number, number, 'matched' | DiscardReason][] = [
    ['from the first instant to the last millisecond', 1_000, 1_999, 'matched'],
    ['starting the millisecond before the window', 999, 1_500, 'outsideTraffic'],
    ['ending at the instant of until', 1_500, 2_000, 'outsideTraffic'],
    ['of no length at the first instant', 1_000, 1_000, 'matched'],
    ['of no length the millisecond before', 999, 999, 'outsideTraffic'],
    ['of no length in the last millisecond', 1_999, 1_999, 'matched'],
    ['of no length at until', 2_000, 2_000, 'outsideTraffic'],
    ['longer than the window', 0, 3_000, 'outsideTraffic'],
  ];
  for (const [what, startMs, endMs, expected] of cases) {
    it(`L3: a flow ${what}: ${expected}`, () => {
      expect(verdict(window, { startMs, endMs })).toBe(expected);
    });
  }

  it('L3: a window that ends before it begins holds nothing', () => {
    expect(verdict({ trafficFromMs: 2_000, trafficUntilMs: 1_000 }, { startMs: 1_500, endMs: 1_500 })).toBe(
      'outsideTraffic',
    );
  });

  it('L3: open sides hold any time', () => {
    expect(verdict({}, { startMs: 0, endMs: 8.64e15 })).toBe('matched');
  });
});

describe('traffic clock, overlapping (L3)', () => {
  const window = { trafficFromMs: 1_000, trafficUntilMs: 2_000 };
  const cases: [string, number, number, 'matched' | DiscardReason][] = [
    ['ending the millisecond before the window', 500, 999, 'outsideTraffic'],
    ['ending at its first instant', 500, 1_000, 'matched'],
    ['starting in its last millisecond', 1_999, 3_000, 'matched'],
    ['starting at until', 2_000, 3_000, 'outsideTraffic'],
    ['longer than the window', 0, 3_000, 'matched'],
  ];
  for (const [what, startMs, endMs, expected] of cases) {
    it(`L3: a flow ${what}: ${expected}`, () => {
      expect(verdict(window, { startMs, endMs }, { straddling: 'overlapping' })).toBe(expected);
    });
  }

  it('L3: an empty window meets no flow, not even one around it', () => {
    const empty = { trafficFromMs: 1_000, trafficUntilMs: 1_000 };
    expect(verdict(empty, { startMs: 0, endMs: 3_000 }, { straddling: 'overlapping' })).toBe(
      'outsideTraffic',
    );
  });
});

describe('flows without times of their own', () => {
  const window = { trafficFromMs: 1_000, trafficUntilMs: 2_000 };
  const timeless = { startMs: null, endMs: null, timeSource: 'export' } as const;

  it('are judged by the export time, and say so', () => {
    expect(verdict(window, { ...timeless, exportMs: 999 })).toBe('outsideTraffic');
    expect(verdict(window, { ...timeless, exportMs: 2_000 })).toBe('outsideTraffic');
    const { matches } = judge([host(C2_WORD, window)], [flowOf({ ...timeless, exportMs: 1_000 })]);
    expect(matches).toMatchObject([{ startMs: 1_000, endMs: 1_000, timeSource: 'export' }]);
  });
});

describe('collection clock', () => {
  const window = { collectionFromMs: 1_000, collectionUntilMs: 2_000 };
  const cases: [string, number, 'matched' | DiscardReason][] = [
    ['L8: the millisecond before the activation', 999, 'notInForce'],
    ['L8: at the instant of activation', 1_000, 'matched'],
    ['L9, L10: the millisecond before suspension or revocation', 1_999, 'matched'],
    ['L9, L10: at the instant of suspension or revocation', 2_000, 'notInForce'],
  ];
  for (const [what, atMs, expected] of cases) {
    it(`${what}: ${expected}`, () => expect(verdict(window, {}, { atMs })).toBe(expected));
  }

  it('L10: a flow older than the revocation that arrives after it is refused', () => {
    expect(verdict(window, { startMs: 0, endMs: 1 }, { atMs: 2_000 })).toBe('notInForce');
  });

  it('L1: a window that is in force at no time matches nothing', () => {
    for (const atMs of [999, 1_000, 1_001]) {
      expect(verdict({ collectionFromMs: 1_000, collectionUntilMs: 1_000 }, {}, { atMs })).toBe('notInForce');
    }
  });
});
