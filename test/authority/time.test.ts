import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  addDuration,
  type Duration,
  formatInstant,
  parseDuration,
  parseInstant,
  subtractDuration,
} from '../../src/core/time.ts';

function at(text: string): number {
  const parsed = parseInstant(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

function duration(text: string): Duration {
  const parsed = parseDuration(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

describe('instants', () => {
  it.each([
    ['2026-06-25', '2026-06-25T00:00:00.000Z'],
    ['2026-06-25T09:00:00Z', '2026-06-25T09:00:00.000Z'],
    ['2026-06-25T09:00Z', '2026-06-25T09:00:00.000Z'],
    ['2026-06-25T09:00:00.1239Z', '2026-06-25T09:00:00.123Z'],
    ['2026-06-25T01:00:00+02:00', '2026-06-24T23:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(formatInstant(at(text))).toBe(instant);
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-06-25T24:00:00Z',
    '2026-06-25T09:00:60Z',
    '2026-06-25T09:00:00',
    '25/06/2026',
    '1969-12-31',
    '',
  ])('%s is none', (text) => {
    expect(parseInstant(text)).toHaveProperty('problem');
  });
});

describe('durations', () => {
  it.each([
    ['P12M', { months: 12, ms: 0 }],
    ['P1Y', { months: 12, ms: 0 }],
    ['P1W', { months: 0, ms: 604_800_000 }],
    ['P7D', { months: 0, ms: 604_800_000 }],
    ['P1DT12H', { months: 0, ms: 129_600_000 }],
  ])('%s', (text, expected) => {
    expect(duration(text)).toEqual(expected);
  });

  it.each(['P', 'PT', '7D', 'P7', 'P0D', 'P-1D', 'P1.5D', 'P1D1M', ''])('%s is none', (text) => {
    expect(parseDuration(text)).toHaveProperty('problem');
  });

  it('months are those of the calendar', () => {
    expect(formatInstant(subtractDuration(at('2026-06-25'), duration('P12M')))).toBe(
      '2025-06-25T00:00:00.000Z',
    );
    expect(formatInstant(addDuration(at('2026-08-31'), duration('P6M')))).toBe('2027-02-28T00:00:00.000Z');
  });

  it('a day that the earlier month lacks is the first of the next: what is kept six months is still kept then', () => {
    expect(formatInstant(subtractDuration(at('2026-08-31T10:00:00Z'), duration('P6M')))).toBe(
      '2026-03-01T00:00:00.000Z',
    );
  });

  test.prop(
    [
      fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2090, 0) }),
      fc.record({ months: fc.integer({ min: 0, max: 36 }), ms: fc.integer({ min: 0, max: 1e9 }) }),
    ],
    { seed: 20260625, numRuns: 500 },
  )('the instant a duration before is the earliest from which the duration reaches', (instant, length) => {
    const before = subtractDuration(instant, length);
    expect(addDuration(before, length)).toBeGreaterThanOrEqual(instant);
    expect(addDuration(before - 1, length)).toBeLessThan(instant);
  });
});
