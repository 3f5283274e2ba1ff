// Random histories, imports and steps and ends with any times on both clocks, replayed against a naive model; and the past
// as it was known, which nothing that comes later changes.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { compileList } from '../../../src/authority/compile.ts';
import type { InForceOptions } from '../../../src/authority/conditions.ts';
import { explain } from '../../../src/authority/explain.ts';
import type { AuthorityRecords } from '../../../src/authority/records.ts';
import type { NewStep } from '../../../src/authority/steps.ts';
import { recordAuthorisationStep } from '../../../src/store/authorisation-steps.ts';
import { importAuthorisation, loadRecords } from '../../../src/store/authorisations.ts';
import { recordBasisStep } from '../../../src/store/basis-steps.ts';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { findIndicators } from '../../../src/store/indicator-names.ts';
import { recordStep } from '../../../src/store/indicator-steps.ts';
import { analysis, changed, ENTRY, fileOf, HEADER, verification } from '../fixture.ts';
import { Diary, type Event, type Finding } from './naive-model.ts';

const DECIDED = Date.UTC(2026, 5, 25);
const HOUR_MS = 3_600_000;
const BASES = ['lce-126-1', 'lce-127-1-2-2', 'nis2-21-2-2'];
/** Of the story, in hours from the decision: few, so that instants coincide. */
const LAST_HOUR = 40;

function at(hours: number): number {
  return DECIDED + hours * HOUR_MS;
}

const hour = fc.integer({ min: -6, max: LAST_HOUR });
const person = fc.constantFrom('a.analyst', 'A.Analyst', 'b.analyst', 'c.analyst');
const finding = (outcomes: readonly string[]) =>
  fc.record({ by: person, atMs: hour.map(at), outcome: fc.constantFrom(...outcomes) });
const ANALYSED = ['confirmed', 'confirmed', 'refuted', 'inconclusive'];
const VERIFIED = ['active', 'active', 'active', 'inactive', 'inconclusive'];
const settled: readonly Finding[] = ['a.analyst', 'b.analyst'].map((by) => ({
  by,
  atMs: at(-6),
  outcome: 'confirmed',
}));

const listed = fc.record({
  firstSeenMs: fc.constantFrom(-9_000, -100, 10).map(at),
  trafficUntilMs: fc.constantFrom(null, null, at(20)),
  analyses: fc.oneof(fc.constant(settled), fc.array(finding(ANALYSED), { maxLength: 4 })),
  verifications: fc.array(finding(VERIFIED), { maxLength: 3 }),
  everyMs: fc.constantFrom(8, 24, 168).map((hours) => hours * HOUR_MS),
});

/** What happens next: some hours after the event before it. */
const wait = fc.constantFrom(0, 0, 1, 3);
const lag = fc.constantFrom(0, 0, 2);
const cause = fc.constantFrom('person', 'dispute:1');
/** Not of a warning list: those an import clears where no list holds the address. */
const HIT = 'prefix';
const happening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('file' as const),
      wait,
      endsHour: fc.constantFrom(30, 9_000),
      entry: fc.option(listed, { freq: 5 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('verify' as const),
      wait,
      lag,
      by: person,
      outcome: fc.constantFrom(...VERIFIED),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('analyse' as const),
      wait,
      lag,
      by: person,
      outcome: fc.constantFrom(...ANALYSED),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('suspend' as const, 'reinstate' as const),
      wait,
      lag,
      by: person,
      cause,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('hit' as const, 'hit' as const, 'clear' as const, 'override' as const),
      wait,
      by: person,
      isHard: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('revoke' as const),
      wait,
      lag,
      by: person,
      traffic: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('end' as const), wait, lag }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('basis' as const),
      wait,
      basis: fc.constantFrom(...BASES),
      kind: fc.constantFrom('suspend' as const, 'reinstate' as const),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const story = fc.record({
  first: listed,
  next: fc.array(happening, { minLength: 4, maxLength: 16 }),
  onOverdue: fc.constantFrom('suspend' as const, 'suspend' as const, 'warn' as const),
  onAuthorised: fc.constantFrom('warn' as const, 'block' as const),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** The events of a story, with the instant at which each is recorded. */
function eventsOf({ first, next }: Story): Event[] {
  const begin: Event = { what: 'file', recordedMs: at(-6), endsMs: at(9_000), entry: first };
  let hours = -6;
  const events = next.map((happened) => {
    hours += happened.wait;
    return eventOf(happened, at(hours));
  });
  return [begin, ...events];
}

function eventOf(next: Happening, recordedMs: number): Event {
  if (next.what === 'file') return { what: 'file', recordedMs, endsMs: at(next.endsHour), entry: next.entry };
  if (next.what === 'end') return { what: 'end', recordedMs };
  if (next.what === 'basis') return { what: 'basis', recordedMs, basis: next.basis, kind: next.kind };
  const lagMs = 'lag' in next ? next.lag * HOUR_MS : 0;
  const isHit = next.what === 'hit' || next.what === 'clear' || next.what === 'override';
  return {
    what: 'step',
    recordedMs,
    kind: next.what,
    by: next.by,
    atMs: recordedMs - lagMs,
    outcome: 'outcome' in next ? next.outcome : next.what === 'hit' ? (next.isHard ? 'hard' : 'soft') : null,
    cause: 'cause' in next ? next.cause : isHit ? HIT : 'person',
    trafficUntilMs: next.what === 'revoke' && next.traffic ? recordedMs - HOUR_MS : null,
  };
}

/** Does it to the program. @returns whether it was accepted */
async function happens(db: Database, event: Event): Promise<boolean> {
  const change = { by: 'the.head', role: 'analyst', at: event.recordedMs };
  try {
    if (event.what === 'file') {
      await importAuthorisation(db, JSON.stringify(fileOfEvent(event)), change);
    } else if (event.what === 'end') {
      recordAuthorisationStep(db, '002/2026', { kind: 'end', reason: 'over' }, change);
    } else if (event.what === 'basis') {
      recordBasisStep(db, event.basis, { kind: event.kind, reason: 'a ruling' }, change);
    } else {
      const [named] = findIndicators(db, '203.0.113.7');
      if (!named) return false;
      recordStep(db, named.id, stepOf(event), { ...change, by: event.by });
    }
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'REFUSED') return false;
    throw error;
  }
}

function stepOf(event: Extract<Event, { what: 'step' }>): NewStep {
  const { kind, atMs, outcome, cause: of, trafficUntilMs } = event;
  const isFinding = kind === 'analyse' || kind === 'verify';
  return {
    kind: kind as NewStep['kind'],
    atMs,
    ...(outcome === null ? {} : { outcome }),
    ...(isFinding ? { method: 'handshake' } : { reason: 'the story says so' }),
    ...(isFinding || kind === 'revoke' ? {} : { cause: of }),
    ...(trafficUntilMs === null ? {} : { trafficUntilMs }),
  };
}

function fileOfEvent({ endsMs, entry }: Extract<Event, { what: 'file' }>) {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const header = changed(HEADER, { ends: iso(endsMs) });
  if (entry === null) return fileOf(header, []);
  const { analyses, verifications, everyMs } = entry;
  return fileOf(header, [
    changed(ENTRY, {
      first_seen: iso(entry.firstSeenMs),
      traffic_until: entry.trafficUntilMs === null ? null : iso(entry.trafficUntilMs),
      analyses: analyses.map(({ by, atMs, outcome }) => analysis(by, iso(atMs), outcome)),
      verifications: verifications.map(({ by, atMs, outcome }) => verification(iso(atMs), outcome, by)),
      verify_every: `PT${everyMs / HOUR_MS}H`,
      verify_reason: 'the story says so',
    }),
  ]);
}

/** By the windows of the compiled list. */
function verdictOf(
  records: AuthorityRecords,
  options: Partial<InForceOptions>,
  sinceMs = Number.NEGATIVE_INFINITY,
) {
  const windows = compileList(records, 1, { ...options, sinceMs }).ranges.flatMap((range) => range.windows);
  return (collectedMs: number, flowMs: number): string => {
    if (windows.length === 0) return 'noHit';
    const ofTraffic = windows.filter((one) => one.trafficFromMs <= flowMs && flowMs < one.trafficUntilMs);
    if (ofTraffic.length === 0) return 'outsideTraffic';
    const isOpen = ofTraffic.some(
      (one) => one.collectionFromMs <= collectedMs && collectedMs < one.collectionUntilMs,
    );
    return isOpen ? 'matched' : 'notInForce';
  };
}

const INSTANTS = Array.from({ length: LAST_HOUR + 20 }, (_, n) => at(n - 8)).flatMap((ms) => [ms - 1, ms]);
const FLOWS = [at(-9_000), at(-8_760) - 1, at(-8_760), at(-101), at(-100), at(15), at(20) - 1, at(20)];

const instant = fc.constantFrom(...INSTANTS);
const questions = fc.array(
  fc.record({
    knownMs: instant,
    instants: fc.array(fc.record({ collectedMs: instant, flowMs: fc.constantFrom(...FLOWS) }), {
      minLength: 30,
      maxLength: 30,
    }),
  }),
  { minLength: 8, maxLength: 8 },
);

async function withDatabase(work: (db: Database) => Promise<void>): Promise<void> {
  const db = openDatabase(':memory:');
  try {
    await work(db);
  } finally {
    db.close();
  }
}

describe('a history', () => {
  test.prop([story, questions], { seed: 20261121, numRuns: 50 })(
    'is judged as the naive model judges it, at any two instants of both clocks and of knowing',
    async (told, asked) => {
      const { onOverdue, onAuthorised } = told;
      const diary = new Diary({
        decidedMs: DECIDED,
        lawfulMs: at(-8_760),
        bases: BASES,
        onOverdue,
        onAuthorised,
      });
      await withDatabase(async (db) => {
        for (const event of eventsOf(told)) {
          const isAccepted = await happens(db, event);
          expect([event, isAccepted]).toEqual([event, diary.add(event)]);
        }
        const wrong = asked.flatMap(({ knownMs, instants }) => {
          const options = { onOverdue, onAuthorised };
          const asKnown = verdictOf(loadRecords(db, { asKnownAtMs: knownMs }), options);
          const records = loadRecords(db, { asKnownAtMs: knownMs, sinceMs: knownMs });
          const live = verdictOf(records, options, knownMs);
          return instants.flatMap(({ collectedMs, flowMs }) => {
            const expected = diary.verdict(collectedMs, flowMs, knownMs);
            const verdict = asKnown(collectedMs, flowMs);
            const onLiveList = collectedMs < knownMs ? expected : live(collectedMs, flowMs);
            const isRight = verdict === expected && onLiveList === expected;
            return isRight ? [] : [{ knownMs, collectedMs, flowMs, expected, verdict, onLiveList }];
          });
        });
        expect(wrong).toEqual([]);
      });
    },
  );

  test.prop([story], { seed: 20261122, numRuns: 30 })(
    'as it was known at an instant stays so, whatever is recorded later',
    async (told) => {
      const options = { onOverdue: told.onOverdue, onAuthorised: told.onAuthorised };
      await withDatabase(async (db) => {
        const asKnown = (knownMs: number) => {
          const { generation: _, ...records } = loadRecords(db, { asKnownAtMs: knownMs });
          const explained = records.indicators.map((record) =>
            explain(record, { generation: 0, ...records }, knownMs, options),
          );
          return { records, explained };
        };
        const seen = new Map<number, unknown>();
        for (const event of eventsOf(told)) {
          await happens(db, event);
          seen.set(event.recordedMs, asKnown(event.recordedMs));
        }
        for (const [knownMs, state] of seen) expect(asKnown(knownMs)).toEqual(state);
      });
    },
  );
});
