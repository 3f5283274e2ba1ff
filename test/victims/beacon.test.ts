import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  type BeaconPoint,
  beaconBand,
  beaconPercent,
  beaconScore,
  isBeaconing,
} from '../../src/victims/beacon.ts';
import { referenceScore } from './beacon-reference.ts';

const DAY = Date.UTC(2026, 5, 30);

function every(seconds: number, count: number, fromHour = 0, bytes: number | null = 500): BeaconPoint[] {
  return Array.from({ length: count }, (_, n) => ({
    startMs: DAY + fromHour * 3_600_000 + n * seconds * 1_000,
    bytes,
  }));
}

const contacts = fc
  .array(
    fc.record({
      second: fc.oneof(fc.integer({ min: 0, max: 86_399 }), fc.integer({ min: 0, max: 200 })),
      bytes: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1_000_000 })),
    }),
    { maxLength: 200 },
  )
  .map((found) => found.sort((a, b) => a.second - b.second));

describe('the beacon score (RITA v5)', () => {
  it.each([
    [0, 0],
    [0.29, 29],
    [0.9996, 99],
    [1, 100],
  ])('%f is said as %i of 100', (score, said) => expect(beaconPercent(score)).toBe(said));

  test.prop([contacts], { seed: 20_261_121, numRuns: 500 })('is that of its formula', (found) => {
    const points = found.map(({ second, bytes }) => ({ startMs: DAY + second * 1_000 + 7, bytes }));
    const seconds = found.map(({ second }) => DAY / 1_000 + second);
    const expected = referenceScore(
      seconds,
      found.map(({ bytes }) => bytes),
      DAY / 1_000,
    );
    const scored = beaconScore(points, DAY, false);
    if (expected === null) {
      expect(scored).toEqual({ insufficient: 'too-few' });
      return;
    }
    if (!('score' in scored)) throw new Error(scored.insufficient);
    expect(scored.intervals).toBeCloseTo(expected.ts, 9);
    expect(scored.sizes).toBeCloseTo(expected.ds, 9);
    expect(scored.duration).toBeCloseTo(expected.dur, 9);
    expect(scored.histogram).toBeCloseTo(expected.hist, 9);
    expect(scored.score).toBeCloseTo(expected.score, 9);
    for (const part of Object.values(scored)) expect(part >= 0 && part <= 1).toBe(true);
  });

  it.each<[what: string, points: BeaconPoint[], expected: object]>([
    ['of a minute, all day', every(60, 1_440), { intervals: 1, sizes: 1, duration: 1, histogram: 1 }],
    ['of a minute, for twelve hours', every(60, 720, 6), { intervals: 1, duration: 1, histogram: 1 }],
    ['of a minute, for five hours: fewer than six bins', every(60, 300, 6), { duration: 0, histogram: 0 }],
    ['whose sizes are not counted', every(60, 1_440, 0, null), { sizes: 0, intervals: 1 }],
    ['of sizes below one: d = 0', every(60, 10, 0, 0), { sizes: 0.5 }],
  ])('a beacon %s', (_, points, expected) => {
    const scored = beaconScore(points, DAY, false) as unknown as Record<string, number>;
    for (const [part, value] of Object.entries(expected)) expect(scored[part]).toBeCloseTo(value, 3);
  });

  it('the first hour follows the last', () => {
    const night = [...every(60, 360, 0), ...every(60, 360, 18)];
    expect(beaconScore(night, DAY, false)).toMatchObject({ duration: 1 });
  });

  it.each([
    ['three contacts', every(60, 3), false, 'too-few'],
    [
      'four contacts of which two fall together',
      [...every(60, 3), ...every(60, 1)].sort((a, b) => a.startMs - b.startMs),
      false,
      'too-few',
    ],
    ['99 contacts of sampled traffic', every(60, 99), true, 'sampled'],
    ['a contact a second', every(1, 86_400), false, 'strobe'],
  ] as const)('%s are insufficient evidence', (_, points, isSampled, insufficient) => {
    expect(beaconScore(points, DAY, isSampled)).toEqual({ insufficient });
  });

  it.each([
    ['four contacts', every(60, 4), false],
    ['100 contacts of sampled traffic', every(60, 100), true],
    ['one contact fewer than a day has seconds', every(1, 86_399), false],
  ] as const)('%s are enough', (_, points, isSampled) => {
    expect(beaconScore(points, DAY, isSampled)).toHaveProperty('score');
  });

  it.each([
    [0.4999, 'none'],
    [0.5, 'low'],
    [0.7, 'medium'],
    [0.8999, 'medium'],
    [0.9, 'high'],
    [0.9999, 'high'],
    [1, 'critical'],
  ])('a score of %f is %s', (score, band) => {
    expect(beaconBand(score)).toBe(band);
  });

  it('beaconing is a score and regular intervals, both from 70', () => {
    const scored = { sizes: 1, duration: 1, histogram: 1 };
    expect(isBeaconing({ ...scored, intervals: 0.7, score: 0.7 })).toBe(true);
    expect(isBeaconing({ ...scored, intervals: 0.69, score: 0.92 })).toBe(false);
    expect(isBeaconing({ ...scored, intervals: 0.9, score: 0.69 })).toBe(false);
  });
});
