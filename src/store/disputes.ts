// Disputes, recorded (L11): with the suspension that they ask for, and what their decision does to the indicator.
import { disputeCause } from '../authority/causes.ts';
import {
  checkOpening,
  type DecisionRequest,
  type Dispute,
  type DisputeDecision,
  disputeState,
  disputeStep,
  judgeDecision,
} from '../authority/dispute.ts';
import { standingOf } from '../authority/lifecycle.ts';
import { FlowSieveError } from '../core/errors.ts';
import { findAuthorisation } from './authorisations.ts';
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';
import { indicatorNamer } from './indicator-names.ts';
import { recordStepWithin, stepsOf } from './indicator-steps.ts';
import type { ChangedBy } from './operators.ts';
import {
  following,
  type NewChange,
  type RecordOptions,
  recording,
  refusedChange,
  stepDigest,
  withoutNulls,
} from './recording.ts';

export interface NewDispute {
  readonly indicator: string;
  readonly operator: string;
  readonly ground: string;
  /** SHA-256, hexadecimal. */
  readonly evidence?: string | undefined;
  /** From when on the address was wrong, on the traffic clock; without it, from ever. */
  readonly wrongSinceMs?: number | undefined;
  /** Whether the indicator is suspended until it is decided. */
  readonly suspends: boolean;
  /** When it was raised; without it, when it is recorded. */
  readonly atMs?: number | undefined;
}

/**
 * In a transaction of its own.
 * @throws FlowSieveError REFUSED, NOT_FOUND, DATABASE
 */
export function openDispute(db: Database, asked: NewDispute, change: NewChange): Dispute {
  return recording(db, change, (now) => open(db, asked, now));
}

function open(db: Database, asked: NewDispute, change: ChangedBy): Dispute {
  const { indicator, operator, ground, suspends } = asked;
  const named = indicatorNamer(db)(indicator);
  const authorisation = named && findAuthorisation(db, named.authorisation);
  if (!authorisation || named.origin === 'draft')
    throw new FlowSieveError('NOT_FOUND', `there is no indicator ${indicator} that could have matched`);
  const opening = {
    indicator,
    authorisation: authorisation.reference,
    operator,
    ground,
    evidence: asked.evidence ?? null,
    wrongSinceMs: asked.wrongSinceMs ?? null,
    suspends,
    by: change.by,
    role: change.role,
    atMs: asked.atMs ?? change.at,
    recordedAtMs: change.at,
  };
  const refusal = checkOpening(opening, authorisation, listDisputes(db, { indicator }));
  if (refusal) throw refusedChange(`${indicator} (${named.address}, ${named.authorisation})`, refusal);
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO disputes (indicator, authorisation, operator, ground, evidence, wrongSinceMs, suspends, by, role, atMs,
         recordedAtMs)
       VALUES (@indicator, @authorisation, @operator, @ground, @evidence, @wrongSinceMs, @suspends, @by, @role, @atMs,
         @recordedAtMs)`,
    )
    .run({ ...opening, suspends: suspends ? 1 : 0 });
  const id = Number(lastInsertRowid);
  if (suspends) {
    const step = {
      kind: 'suspend',
      cause: disputeCause(id),
      reason: ground,
      evidence: asked.evidence,
    } as const;
    recordStepWithin(db, indicator, step, change);
  }
  const { by, role, recordedAtMs, ...said } = opening;
  eventWriter(db)({
    atMs: recordedAtMs,
    actor: by,
    role,
    action: 'dispute.open',
    object: disputeCause(id),
    version: 1,
    digest: stepDigest({ id, ...opening }),
    detail: { address: named.address, ...withoutNulls(said) },
  });
  return { id, ...opening, decisions: [] };
}

export type NewDecision = Pick<DecisionRequest, 'outcome' | 'reason' | 'wrongSinceMs'> & {
  readonly atMs?: number | undefined;
};

/**
 * One person proposes, a second, different one who says the same completes; in a transaction of its own.
 * @throws FlowSieveError REFUSED, CONFLICT, NOT_FOUND, DATABASE
 */
export function decideDispute(
  db: Database,
  id: number,
  asked: NewDecision,
  change: NewChange,
  options: RecordOptions = {},
): Dispute {
  return recording(db, change, (now) => decide(db, id, asked, now, options));
}

function decide(
  db: Database,
  id: number,
  asked: NewDecision,
  change: ChangedBy,
  options: RecordOptions,
): Dispute {
  const dispute = findDispute(db, id);
  const { indicator, authorisation, operator } = dispute;
  const { outcome, reason } = asked;
  const { step, by, role, recordedAtMs } = following(disputeCause(id), lastStep(dispute), change, options);
  const recorded = { by, role, atMs: asked.atMs ?? recordedAtMs, recordedAtMs };
  const judged = judgeDecision(dispute, { ...asked, ...recorded });
  if ('refusal' in judged) throw refusedChange(`dispute ${id} (${indicator})`, judged.refusal);
  const decision: DisputeDecision = { step, outcome, reason, ...judged, ...recorded };
  db.prepare(
    `INSERT INTO disputeDecisions (dispute, step, outcome, wrongSinceMs, completes, by, role, reason, atMs, recordedAtMs)
     VALUES (@dispute, @step, @outcome, @wrongSinceMs, @completes, @by, @role, @reason, @atMs, @recordedAtMs)`,
  ).run({ ...decision, dispute: id, completes: decision.completes ? 1 : 0 });
  eventWriter(db)({
    atMs: recordedAtMs,
    actor: by,
    role,
    action: decision.completes ? 'dispute.decide' : 'dispute.propose',
    object: disputeCause(id),
    version: step,
    digest: stepDigest({ dispute: id, ...decision }),
    detail: withoutNulls({
      indicator,
      authorisation,
      operator,
      outcome,
      reason,
      wrongSinceMs: decision.wrongSinceMs,
      atMs: recorded.atMs,
    }),
  });
  if (decision.completes) conclude(db, dispute, decision, change);
  return { ...dispute, decisions: [...dispute.decisions, decision] };
}

function lastStep({ decisions, ...opening }: Dispute): Parameters<typeof following>[1] {
  const last = decisions.at(-1);
  const { by, recordedAtMs } = last ?? opening;
  return { step: disputeStep({ decisions }), by, recordedAtMs, kind: last ? 'decide' : 'open' };
}

/** Upheld: the indicator was wrong, and is revoked. Rejected: what the dispute suspended goes on. */
function conclude(
  db: Database,
  { id, indicator }: Dispute,
  { outcome, reason, wrongSinceMs }: DisputeDecision,
  change: ChangedBy,
): void {
  const cause = disputeCause(id);
  const { revoked, suspensions } = standingOf(stepsOf(db, indicator));
  if (revoked) return;
  if (outcome === 'upheld') {
    const trafficUntilMs = wrongSinceMs ?? undefined;
    recordStepWithin(db, indicator, { kind: 'revoke', cause, reason, trafficUntilMs }, change);
  } else if (suspensions.has(cause)) {
    recordStepWithin(db, indicator, { kind: 'reinstate', cause, reason }, change);
  }
}

/** @throws FlowSieveError NOT_FOUND */
export function findDispute(db: Database, id: number): Dispute {
  const [dispute] = selectDisputes(db, 'id = ?', id);
  if (!dispute)
    throw new FlowSieveError('NOT_FOUND', `there is no dispute ${id}: dispute list shows those there are`);
  return dispute;
}

export interface DisputeFilter {
  readonly indicator?: string | undefined;
  readonly operator?: string | undefined;
  readonly state?: ReturnType<typeof disputeState> | undefined;
  /** Epoch ms: as recorded up to then. */
  readonly asKnownAtMs?: number | undefined;
}

/** In the order in which they were opened. */
export function listDisputes(
  db: Database,
  { indicator, operator, state, asKnownAtMs = Infinity }: DisputeFilter = {},
): Dispute[] {
  const ofIndicator =
    indicator === undefined ? selectDisputes(db, '?', 1) : selectDisputes(db, 'indicator = ?', indicator);
  const known = ofIndicator
    .filter(({ recordedAtMs }) => recordedAtMs <= asKnownAtMs)
    .map((dispute) => ({
      ...dispute,
      decisions: dispute.decisions.filter(({ recordedAtMs }) => recordedAtMs <= asKnownAtMs),
    }));
  return known.filter(
    (dispute) =>
      (operator === undefined || dispute.operator === operator) &&
      (state === undefined || disputeState(dispute) === state),
  );
}

const STATE_IS = `@state = coalesce(
  (SELECT outcome FROM disputeDecisions WHERE dispute = disputes.id AND completes = 1), 'open')`;

export interface DisputePage {
  readonly disputes: readonly Dispute[];
  /** Number of the last, where there are more. */
  readonly nextBefore: number | null;
  readonly total: number;
}

/** The newest first. @param before only those of a lower number */
export function pageOfDisputes(
  db: Database,
  { indicator, operator, state }: Omit<DisputeFilter, 'asKnownAtMs'>,
  {
    before = Number.MAX_SAFE_INTEGER,
    limit,
  }: { readonly before?: number | undefined; readonly limit: number },
): DisputePage {
  const conditions = [
    'true',
    ...(indicator === undefined ? [] : ['indicator = @indicator']),
    ...(operator === undefined ? [] : ['operator = @operator']),
    ...(state === undefined ? [] : [STATE_IS]),
  ].join(' AND ');
  const asked = { indicator, operator, state };
  const total = db.prepare<[object], number>(`SELECT count(*) FROM disputes WHERE ${conditions}`).pluck();
  const ids = db
    .prepare<[object], number>(
      `SELECT id FROM disputes WHERE ${conditions} AND id < @before ORDER BY id DESC LIMIT @limit`,
    )
    .pluck()
    .all({ ...asked, before, limit: limit + 1 });
  const shown = ids.slice(0, limit);
  return {
    disputes: shown.map((id) => findDispute(db, id)),
    nextBefore: ids.length > limit ? (shown.at(-1) ?? null) : null,
    total: total.get(asked) as number,
  };
}

function selectDisputes(db: Database, condition: string, value: string | number): Dispute[] {
  const decisions = db.prepare<[number], DisputeDecision & { readonly completes: 0 | 1 | boolean }>(
    `SELECT step, outcome, wrongSinceMs, completes, by, role, reason, atMs, recordedAtMs FROM disputeDecisions
     WHERE dispute = ? ORDER BY step`,
  );
  const rows = db.prepare<
    [string | number],
    Omit<Dispute, 'decisions'> & { readonly suspends: 0 | 1 | boolean }
  >(`SELECT * FROM disputes WHERE ${condition} ORDER BY id`);
  return rows.all(value).map((row) => ({
    ...row,
    suspends: Boolean(row.suspends),
    decisions: decisions
      .all(row.id)
      .map((decision) => ({ ...decision, completes: Boolean(decision.completes) })),
  }));
}
