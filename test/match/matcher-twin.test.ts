// The matcher beside its naive twin: every range, window, pair and side, asked one by one, straight from the list.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { DISCARD_REASONS, type TALLY } from '../../src/core/counters.ts';
import type { AddressPair, Flow } from '../../src/core/flow.ts';
import { Findings, tallyOf } from '../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import type { AuthorisedList, Window } from '../../src/match/list.ts';
import { Matcher } from '../../src/match/matcher.ts';
import type { Evaluation } from '../../src/match/messages.ts';
import { EVALUATION, flowOf } from './flows.ts';
import { holding, listOfRanges } from './lists.ts';

/** 192.0.2.n and 2001:db8::n, for small n: few addresses, so that flows and ranges meet. */
const HOSTS = 8;
const address = fc.option(
  fc
    .integer({ min: 0, max: 2 * HOSTS - 1 })
    .map((n) => (n < HOSTS ? `192.0.2.${n}` : `2001:db8::${n - HOSTS + 1}`)),
  { freq: 6 },
);

function wordsOf(text: string): { family: 4 | 6; words: number[] } {
  if (text.includes('.')) return { family: 4, words: [0xc000_0200 + Number(text.split('.')[3])] };
  return { family: 6, words: [0x2001_0db8, 0, 0, Number.parseInt(text.slice('2001:db8::'.length), 16)] };
}

const instant = fc.integer({ min: 0, max: 12 });
const bound = fc.oneof({ weight: 4, arbitrary: instant }, fc.constantFrom(-Infinity, Infinity));
const port = fc.option(fc.constantFrom(443, 8080), { freq: 3 });
const protocol = fc.option(fc.constantFrom(6, 17), { freq: 3 });

const window: fc.Arbitrary<Window> = fc.record({
  indicator: fc.integer({ min: 0, max: 3 }),
  trafficFromMs: bound,
  trafficUntilMs: bound,
  collectionFromMs: bound,
  collectionUntilMs: bound,
  operatorSet: fc.integer({ min: 0, max: 3 }),
  basis: fc.integer({ min: 0, max: 1 }),
  port,
  protocol,
});
const list = fc
  .array(
    fc.tuple(
      fc.constantFrom<4 | 6>(4, 6),
      fc.integer({ min: 0, max: HOSTS }),
      fc.integer({ min: 0, max: HOSTS }),
      fc.array(window, { maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((ranges) =>
    listOfRanges(
      ranges.map(([family, one, other, windows]) => {
        const before = family === 4 ? [] : [0x2001_0db8, 0, 0];
        const base = family === 4 ? 0xc000_0200 : 0;
        const first = [...before, base + Math.min(one, other)];
        return { family, first, last: [...before, base + Math.max(one, other)], windows };
      }),
    ),
  );

const pair: fc.Arbitrary<AddressPair> = fc.record({
  src: address,
  dst: address,
  srcPort: port,
  dstPort: port,
});
const flow: fc.Arbitrary<Flow> = fc
  .tuple(pair, fc.array(pair, { maxLength: 2 }), protocol, instant, instant, fc.boolean(), fc.boolean())
  .map(([main, alternates, known, one, other, timed, swappedTimes]) => ({
    ...flowOf(),
    ...main,
    alternates,
    protocol: known,
    startMs: timed ? Math.min(one, other) : null,
    endMs: timed ? Math.max(one, other) : null,
    exportMs: other,
    swappedTimes,
  }));
const evaluation: fc.Arbitrary<Evaluation> = fc.record({
  operator: fc.constantFrom('example-isp', 'other-isp', 'unknown-isp'),
  retentionBasis: fc.constantFrom('lce-126-1', 'lce-122'),
  atMs: instant,
  straddling: fc.constantFrom('contained', 'overlapping'),
});

/** The rules that a window is asked in order; the first that fails is the reason. */
function passes(
  list: AuthorisedList,
  window: Window,
  flow: Flow,
  c2Port: number | null,
  by: Evaluation,
): number {
  const startMs = flow.startMs ?? flow.exportMs;
  const endMs = flow.endMs ?? flow.exportMs;
  const instants = [startMs, endMs];
  const inTraffic = (ms: number): boolean => window.trafficFromMs <= ms && ms < window.trafficUntilMs;
  const overlaps = Math.max(startMs, window.trafficFromMs) <= Math.min(endMs, window.trafficUntilMs - 1);
  const rules = [
    list.operatorSets[window.operatorSet]?.includes(by.operator),
    list.bases[window.basis] === by.retentionBasis,
    (window.port === null || window.port === c2Port) &&
      (window.protocol === null || window.protocol === flow.protocol),
    by.straddling === 'contained' ? instants.every(inTraffic) : overlaps,
    window.collectionFromMs <= by.atMs && by.atMs < window.collectionUntilMs,
  ];
  const failed = rules.indexOf(false);
  return failed < 0 ? rules.length : failed;
}

/** The verdict, and `indicator direction c2 victim` of each match, sorted. */
function naive(
  list: AuthorisedList,
  flows: readonly Flow[],
  by: Evaluation,
): { verdict: string; matches: string[] } {
  let nearest = -1;
  const matches: string[] = [];
  for (const flow of flows) {
    const reported = new Set<number>();
    for (const direction of ['to-c2', 'from-c2'] as const) {
      for (const each of [flow, ...flow.alternates]) {
        const [c2, c2Port, victim] =
          direction === 'to-c2' ? [each.dst, each.dstPort, each.src] : [each.src, each.srcPort, each.dst];
        if (c2 === null) continue;
        const { family, words } = wordsOf(c2);
        for (const range of holding(list, family, words)) {
          for (const window of list.ranges[range]?.windows ?? []) {
            const passed = passes(list, window, flow, c2Port, by);
            nearest = Math.max(nearest, passed);
            if (passed < 5 || reported.has(window.indicator)) continue;
            reported.add(window.indicator);
            const other = victim ?? (direction === 'to-c2' ? flow.src : flow.dst);
            matches.push(`${window.indicator} ${direction} ${c2} ${other}`);
          }
        }
      }
    }
  }
  return {
    verdict: nearest === 5 ? 'matched' : (DISCARD_REASONS[nearest + 1] as string),
    matches: matches.sort(),
  };
}

describe('the matcher', () => {
  test.prop([list, fc.array(fc.array(flow, { maxLength: 2 }), { maxLength: 12 }), evaluation], {
    seed: 20_261_121,
    numRuns: 700,
  })(
    'gives the verdicts and matches of its naive twin, and accounts for every record',
    (list, records, by) => {
      const index = AddressIndex.open(buildIndex(list));
      const matcher = new Matcher(index, by);
      for (const flows of records) {
        const findings = new Findings();
        matcher.judge(flows, 0, findings);
        const { tallies, matches } = findings.toResult(1);
        const row = tallies[0] as readonly number[];
        const expected = naive(list, flows, by);
        const verdict = (['matched', ...DISCARD_REASONS] as const).filter(
          (column) => tallyOf(row, column) > 0,
        );
        expect(verdict).toEqual([expected.verdict]);
        expect(tallyOf(row, 'records')).toBe(1);
        expect(tallyOf(row, 'matches')).toBe(matches.length);
        expect(tallyOf(row, 'swappedTimes')).toBe(flows.some(({ swappedTimes }) => swappedTimes) ? 1 : 0);
        const told = matches.map(
          ({ indicator, direction, c2, victim }) => `${indicator} ${direction} ${c2} ${victim}`,
        );
        expect(told.sort()).toEqual(expected.matches);
      }
    },
  );

  test.prop([list, fc.array(fc.array(flow, { maxLength: 2 }), { maxLength: 40 })], { seed: 3, numRuns: 100 })(
    'keeps records = matched + discards over any number of records',
    (list, records) => {
      const findings = new Findings();
      const matcher = new Matcher(AddressIndex.open(buildIndex(list)), EVALUATION);
      for (const [n, flows] of records.entries()) matcher.judge(flows, n % 3, findings);
      const { tallies } = findings.toResult(1);
      const total = (column: keyof typeof TALLY): number =>
        tallies.reduce((sum, row) => sum + tallyOf(row, column), 0);
      expect(total('records')).toBe(records.length);
      expect(total('matched') + DISCARD_REASONS.reduce((sum, reason) => sum + total(reason), 0)).toBe(
        records.length,
      );
    },
  );
});
