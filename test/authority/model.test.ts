// Random lives of indicators against a naive model: every instant asked by itself, straight from the rules.

import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { compileList } from '../../src/authority/compile.ts';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { explain } from '../../src/authority/explain.ts';
import { analysis, changed, ENTRY, type Fields, HEADER, recordsOf, verification } from './fixture.ts';

const START = Date.UTC(2026, 5, 25);
const HOUR_MS = 3_600_000;
/** Hours around the decision; small numbers, so that instants coincide. */
const hour = fc.integer({ min: -30, max: 60 });
const person = fc.constantFrom('a.analyst', 'A.Analyst', 'b.analyst', 'c.analyst');

const analysisStep = fc.record({
  by: person,
  hour,
  outcome: fc.constantFrom('confirmed', 'confirmed', 'refuted', 'inconclusive'),
});
const verificationStep = fc.record({
  hour,
  outcome: fc.constantFrom('active', 'active', 'active', 'inactive', 'inconclusive'),
});
const life = fc.record({
  analyses: fc.array(analysisStep, { maxLength: 6 }),
  verifications: fc.array(verificationStep, { maxLength: 6 }),
  everyHours: fc.integer({ min: 1, max: 30 }),
  endsHour: fc.option(fc.integer({ min: 1, max: 70 })),
  approvals: fc.array(hour, { maxLength: 2 }),
  firstSeenHour: fc.integer({ min: -24 * 400, max: 100 }),
  term: fc.constantFrom(null, 'P12M', 'P9M', 'P6M'),
  operatorTerm: fc.constantFrom(null, 'P12M', 'P9M', 'P6M'),
  basis: fc.constantFrom('lce-126-1', 'lce-122'),
  onOverdue: fc.constantFrom('suspend' as const, 'warn' as const),
});
type Story = typeof life extends fc.Arbitrary<infer T> ? T : never;

function at(hours: number): number {
  return START + hours * HOUR_MS;
}

function iso(hours: number): string {
  return new Date(at(hours)).toISOString();
}

/** Before anything of that hour that closes; used to order what happens at one instant: closing comes last. */
function latestBefore<T extends { hour: number }>(
  steps: readonly T[],
  ms: number,
  closing: (step: T) => boolean,
): T | undefined {
  const past = steps.filter((step) => at(step.hour) <= ms);
  const last = Math.max(...past.map((step) => step.hour));
  const ofLast = past.filter((step) => step.hour === last);
  return ofLast.find(closing) ?? ofLast.at(-1);
}

function isConfirmed(story: Story, ms: number): boolean {
  const people = new Set(story.analyses.map(({ by }) => by.toLowerCase()));
  const confirming = [...people].filter((name) => {
    const own = story.analyses.filter(
      ({ by, outcome }) => by.toLowerCase() === name && outcome !== 'inconclusive',
    );
    return latestBefore(own, ms, ({ outcome }) => outcome === 'refuted')?.outcome === 'confirmed';
  });
  return confirming.length >= 2;
}

function isVerified(story: Story, ms: number): boolean {
  const conclusive = story.verifications.filter(({ outcome }) => outcome !== 'inconclusive');
  const last = latestBefore(conclusive, ms, ({ outcome }) => outcome === 'inactive');
  if (last?.outcome !== 'active') return false;
  return story.onOverdue === 'warn' || ms < at(last.hour) + story.everyHours * HOUR_MS;
}

function isInForce(story: Story, ms: number): boolean {
  const approved = story.approvals.length === 0 || story.approvals.some((hours) => at(hours) <= ms);
  const ended = story.endsHour !== null && ms >= at(story.endsHour);
  const declared = story.basis === 'lce-126-1' || story.operatorTerm !== null;
  return ms >= START && approved && !ended && declared && isConfirmed(story, ms) && isVerified(story, ms);
}

const MONTHS: Readonly<Record<string, number>> = { P12M: 12, P9M: 9, P6M: 6 };

/** L3, of traffic that began at an instant. */
function isLawfulTraffic(story: Story, ms: number): boolean {
  const terms =
    story.basis === 'lce-126-1' ? [story.term ?? 'P12M', story.operatorTerm] : [story.operatorTerm];
  const months = Math.min(...terms.filter((term) => term !== null).map((term) => MONTHS[term] ?? 0));
  const kept = new Date(ms);
  kept.setUTCMonth(kept.getUTCMonth() + (Number.isFinite(months) ? months : 0));
  return ms >= at(story.firstSeenHour) && kept.getTime() >= START;
}

function entryOf(story: Story): Fields {
  return changed(ENTRY, {
    first_seen: iso(story.firstSeenHour),
    'basis.retention': story.basis,
    'basis.retention_term': story.basis === 'lce-126-1' ? story.term : null,
    analyses: story.analyses.map(({ by, hour: hours, outcome }) => analysis(by, iso(hours), outcome)),
    verifications: story.verifications.map(({ hour: hours, outcome }) => verification(iso(hours), outcome)),
    verify_every: `PT${story.everyHours}H`,
    verify_reason: 'the model says so',
  });
}

function headerOf(story: Story): Fields {
  return changed(HEADER, {
    ends: story.endsHour === null ? undefined : iso(story.endsHour),
    approvals: story.approvals.map((hours, n) => ({ by: `head ${n}`, at: iso(hours) })),
  });
}

describe('both clocks', () => {
  test.prop([life], { seed: 20260625, numRuns: 200 })(
    'are those of the naive model at every instant',
    async (story) => {
      const terms = story.operatorTerm === null ? {} : { [story.basis]: story.operatorTerm };
      const records = await recordsOf(headerOf(story), [entryOf(story)], { 'example-isp': terms });
      const { onOverdue } = story;
      const windows = compileList(records, 1, { onOverdue }).ranges[0]?.windows ?? [];
      expect(windows.length).toBeGreaterThan(0);
      const [record] = records.indicators;
      const instants = Array.from({ length: 124 }, (_, n) => at(n - 31)).flatMap((ms) => [ms - 1, ms]);
      const wrong = instants.filter((ms) => {
        const open = windows.filter((w) => w.collectionFromMs <= ms && ms < w.collectionUntilMs);
        const explained = record && explain(record, records, ms, { ...IN_FORCE_DEFAULTS, onOverdue }).inForce;
        const expected = isInForce(story, ms);
        return open.length !== (expected ? 1 : 0) || explained !== expected;
      });
      expect(wrong).toEqual([]);
      const edges = windows.map((window) => window.trafficFromMs);
      for (const ms of edges.flatMap((edge) => [edge - 1, edge, edge + 1])) {
        const inTraffic = windows.some((window) => window.trafficFromMs <= ms && ms < window.trafficUntilMs);
        expect({ ms, inTraffic }).toEqual({ ms, inTraffic: isLawfulTraffic(story, ms) });
      }
    },
  );
});
