// Records which warning lists indicators and proposals meet, where that has changed.
import { standingOf } from '../authority/lifecycle.ts';
import type { IndicatorRecord } from '../authority/records.ts';
import type { ListHit } from '../authority/warninglist.ts';
import { changedHits, type HitChange, hitStep } from '../authority/warninglist-steps.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatPrefix, type Prefix, parsePrefix } from '../core/prefix.ts';
import { loadRecords } from './authority-records.ts';
import type { Database } from './database.ts';
import type { NamedIndicator } from './indicator-names.ts';
import { recordStepWithin, stepsOf } from './indicator-steps.ts';
import type { ChangedBy } from './operators.ts';
import { iterateProposals } from './proposals.ts';
import { type NewChange, recording } from './recording.ts';
import { lastSteps } from './steps-since.ts';
import { WarningLists } from './warninglists.ts';

/**
 * Of one indicator or draft, within the caller's immediate transaction.
 * @param which new hits are recorded; where only hard ones are, the caller tells of the others
 */
export function recordHitsWithin(
  db: Database,
  indicator: string,
  found: readonly ListHit[],
  change: ChangedBy,
  which: 'all' | 'hard' = 'all',
): readonly HitChange[] {
  const { revoked, hits } = standingOf(stepsOf(db, indicator));
  if (revoked) return [];
  const changes = changedHits(found, hits).filter(
    ({ kind, hit }) => kind === 'clear' || which === 'all' || hit.severity === 'hard',
  );
  for (const one of changes) recordStepWithin(db, indicator, hitStep(one), change);
  return changes;
}

/** A change of an indicator or draft, and which that is. */
export interface IndicatorHit extends HitChange, NamedIndicator {}

export interface Recheck {
  /** Indicators and drafts that were looked at. */
  readonly checked: number;
  readonly changes: readonly IndicatorHit[];
}

/** Indicators whose changes are recorded at a time: between two such times others can write. */
const AT_A_TIME = 500;

/** Everything that is listed or proposed and not revoked, against the lists in use. Interrupted, the next one goes on. */
export function recheckWarningLists(db: Database, change: NewChange): Recheck {
  const lists = WarningLists.ofStored(db);
  const { records, last } = db.transaction(() => ({
    records: loadRecords(db, { sinceMs: Date.now() }),
    last: lastSteps(db),
  }))();
  const changed: Changed[] = [];
  let checked = 0;
  for (const [named, prefix] of listedAndProposed(records.indicators, db)) {
    const steps = records.steps.get(named.id) ?? [];
    const { revoked, hits } = standingOf(steps);
    if (revoked) continue;
    checked += 1;
    const found = lists.hits(prefix);
    const changes = changedHits(found, hits);
    if (changes.length > 0) changed.push({ named, found, changes, expectedStep: last.get(named.id) ?? 0 });
  }
  const changes: IndicatorHit[] = [];
  for (let from = 0; from < changed.length; from += AT_A_TIME) {
    recording(db, change, (now) => {
      for (const one of changed.slice(from, from + AT_A_TIME)) {
        for (const hit of recordChanges(db, one, now)) changes.push({ ...one.named, ...hit });
      }
    });
  }
  return { checked, changes };
}

interface Changed {
  readonly named: NamedIndicator;
  readonly found: readonly ListHit[];
  readonly changes: readonly HitChange[];
  /** The last step of which `changes` know. */
  readonly expectedStep: number;
}

function* listedAndProposed(
  indicators: readonly IndicatorRecord[],
  db: Database,
): Generator<readonly [NamedIndicator, Pick<Prefix, 'family' | 'first' | 'last'>]> {
  for (const record of indicators) {
    if (record.withdrawnMs !== null) continue;
    const { authorisation, origin } = record.scope;
    yield [{ id: record.id, authorisation, address: formatPrefix(record), origin }, record];
  }
  for (const { id, authorisation, address, isDraft } of iterateProposals(db)) {
    const prefix = parsePrefix(address);
    if (isDraft && 'value' in prefix) yield [{ id, authorisation, address, origin: 'draft' }, prefix.value];
  }
}

function recordChanges(db: Database, one: Changed, change: ChangedBy): readonly HitChange[] {
  const { named, found, changes, expectedStep } = one;
  try {
    changes.forEach((hit, at) => {
      recordStepWithin(db, named.id, hitStep(hit), change, { expectedStep: expectedStep + at });
    });
    return changes;
  } catch (error) {
    if (!(error instanceof FlowSieveError) || error.code !== 'CONFLICT') throw error;
    return recordHitsWithin(db, named.id, found, change); // somebody has recorded something meanwhile
  }
}
