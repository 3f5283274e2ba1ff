// Where an authorisation stands: whether it is in force and what is in the way, who has approved it, and which terms apply to
// its operators.
import { authorisationConditions } from '../authority/authorisation-conditions.ts';
import { whenAll, whyUnmet } from '../authority/conditions.ts';
import { samePersonKey } from '../authority/people.ts';
import type { AuthorisationRecord, IndicatorScope } from '../authority/records.ts';
import { findRegime } from '../authority/regime.ts';
import { type Bound, holds, type Span } from '../authority/spans.ts';
import type { AuthorisationStep, NewAuthorisationStep } from '../authority/steps.ts';
import { operatorGroups } from '../authority/windows.ts';
import { FlowSieveError } from '../core/errors.ts';
import { loadAuthorisationSteps, recordAuthorisationStepWithin } from './authorisation-steps.ts';
import { findAuthorisation, listAuthorisations } from './authorisations.ts';
import type { Database } from './database.ts';
import { knownOperators } from './operators.ts';
import { type NewChange, recording } from './recording.ts';

export const AUTHORISATION_STATES = ['active', 'waiting', 'ended'] as const;

export interface AuthorisationStanding {
  readonly authorisation: AuthorisationRecord;
  /** `waiting`: not yet decided, approved or notified. */
  readonly state: (typeof AUTHORISATION_STATES)[number];
  /** What is in the way; empty where it is in force. */
  readonly obstacles: readonly Bound[];
  /** When it is in force by itself, on the collection clock. */
  readonly spans: readonly Span[];
  readonly approvals: {
    /** Of different people. */
    readonly given: number;
    readonly needed: number;
  };
  /** How often it has changed, by a file or a step. */
  readonly changes: number;
  readonly steps: readonly AuthorisationStep[];
}

/** Operators for which one term applies to what they keep under a legal basis. */
export interface OperatorTerm {
  readonly retention: string;
  readonly operators: readonly string[];
  /** ISO 8601; `null` = not declared. */
  readonly term: string | null;
  /** The earliest traffic that they may still lawfully hold (L3). */
  readonly lawfulFrom: Bound;
}

/** In the order of their references. */
export function authorisationStandings(db: Database, atMs: number): AuthorisationStanding[] {
  const steps = loadAuthorisationSteps(db);
  return listAuthorisations(db).map((authorisation) =>
    standing(authorisation, steps.get(authorisation.reference) ?? [], atMs),
  );
}

export function authorisationStanding(
  db: Database,
  reference: string,
  atMs: number,
): AuthorisationStanding | undefined {
  const authorisation = findAuthorisation(db, reference);
  const steps = loadAuthorisationSteps(db, Infinity, reference).get(reference) ?? [];
  return authorisation && standing(authorisation, steps, atMs);
}

function standing(
  authorisation: AuthorisationRecord,
  steps: readonly AuthorisationStep[],
  atMs: number,
): AuthorisationStanding {
  const conditions = authorisationConditions(authorisation, steps);
  const obstacles = conditions
    .filter(({ spans }) => !holds(spans, atMs))
    .map((condition) => whyUnmet(condition, atMs));
  const isOver = obstacles.some((bound) => bound.atMs <= atMs);
  const given = [...authorisation.approvals, ...steps.filter(({ kind }) => kind === 'approve')];
  return {
    authorisation,
    state: obstacles.length === 0 ? 'active' : isOver ? 'ended' : 'waiting',
    obstacles,
    spans: whenAll(conditions),
    approvals: {
      given: new Set(given.map(({ by }) => samePersonKey(by))).size,
      needed: findRegime(authorisation.regime)?.approvals.needed ?? 0,
    },
    changes: authorisation.version + (steps.at(-1)?.step ?? 0),
    steps,
  };
}

/** For each legal basis that indicators of the authorisation rest on. */
export function operatorTerms(db: Database, authorisation: AuthorisationRecord): OperatorTerm[] {
  const scopes = db
    .prepare<[string], Pick<IndicatorScope, 'retention' | 'retentionTerm'>>(
      `SELECT DISTINCT retention, retentionTerm FROM indicatorScopes WHERE authorisation = ?
       ORDER BY retention, retentionTerm`,
    )
    .all(authorisation.reference);
  const known = knownOperators(db);
  return scopes.flatMap((scope) =>
    operatorGroups(authorisation, known, scope).map(({ operators, term, lawfulFrom }) => ({
      retention: scope.retention,
      operators,
      term,
      lawfulFrom,
    })),
  );
}

/**
 * As recordAuthorisationStep, only where nothing of the authorisation has changed since it was seen.
 * @param seen its `changes` then
 * @throws FlowSieveError CONFLICT, REFUSED, NOT_FOUND, DATABASE
 */
export function changeAuthorisation(
  db: Database,
  reference: string,
  step: NewAuthorisationStep,
  change: NewChange,
  seen: number,
): AuthorisationStep {
  return recording(db, change, (now) => {
    const before = authorisationStanding(db, reference, now.at);
    if (before && before.changes !== seen) {
      throw new FlowSieveError('CONFLICT', `${reference}: it has changed meanwhile; look again`);
    }
    return recordAuthorisationStepWithin(db, reference, step, now);
  });
}
