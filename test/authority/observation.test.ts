// Observations of one thing join to the same in any order and grouping, so that it does not matter how a feed was cut.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { join, type Observation, observation } from '../../src/authority/observation.ts';

const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const instant = maybe(fc.integer({ min: 1, max: 4 }));
const names = maybe(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }));

const observations: fc.Arbitrary<Observation> = fc
  .record({
    modifiedMs: instant,
    retracted: maybe(fc.constantFrom('deleted', 'revoked')),
    firstSeenMs: instant,
    lastSeenMs: instant,
    validUntilMs: instant,
    threats: names,
    status: maybe(fc.constantFrom('online', 'offline')),
    confidence: maybe(fc.constantFrom(0, 50, 100)),
    tlp: maybe(fc.constantFrom('RED', 'GREEN', 'CLEAR')),
    tags: names,
    remarks: names,
  })
  .map((known) => observation({ source: 'partner-a', item: 'x', ...known }));

const SEED = { seed: 20_261_121, numRuns: 2000 };

describe('join', () => {
  test.prop([observations, observations], SEED)('in either order is the same', (a, b) => {
    expect(join(a, b)).toEqual(join(b, a));
  });

  test.prop([observations, observations, observations], SEED)('in any grouping is the same', (a, b, c) => {
    expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
  });

  test.prop([observations], SEED)('with itself changes nothing', (a) => {
    expect(join(a, a)).toEqual(a);
  });

  it('takes what the source changed last', () => {
    const old = observation({ source: 's', item: 'x', modifiedMs: 1, confidence: 90, tags: ['old'] });
    const now = observation({ source: 's', item: 'x', modifiedMs: 2, confidence: 10 });
    expect(join(old, now)).toEqual(now);
  });

  it('of what the source does not date, keeps the earliest first, the latest last, and the latest status', () => {
    const spring = observation({
      source: 's',
      firstSeenMs: 2,
      lastSeenMs: 5,
      status: 'online',
      threats: ['A'],
    });
    const summer = observation({
      source: 's',
      firstSeenMs: 3,
      lastSeenMs: 9,
      status: 'offline',
      threats: ['B'],
    });
    expect(join(spring, summer)).toEqual({
      source: 's',
      firstSeenMs: 2,
      lastSeenMs: 9,
      threats: ['A', 'B'],
      status: 'offline',
    });
  });
});
