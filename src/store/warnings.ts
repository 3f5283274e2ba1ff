// Warnings as they are stored: what they are, and how they are read. warning-steps.ts changes them, warning-mails.ts sends.
import { FlowSieveError } from '../core/errors.ts';
import type { Language } from '../core/languages.ts';
import type { Database } from './database.ts';

export const WARNING_STATES = ['draft', 'approved', 'sent', 'acknowledged', 'retracted'] as const;
export type WarningState = (typeof WARNING_STATES)[number];
export type WarningStepKind = 'draft' | 'approve' | 'send' | 'acknowledge' | 'retract';

export interface Recipient {
  readonly kind: 'entity' | 'operator';
  readonly id: string;
  readonly mail: string;
  readonly language: Language;
}

/** One victim and one indicator, as one operator delivered them under one basis. */
export interface WarningItem {
  readonly victim: string;
  readonly indicator: string;
  readonly operator: string;
  readonly retentionBasis: string;
  /** The last contact that the warning speaks of. */
  readonly lastMs: number;
}

export interface WarningStep {
  readonly step: number;
  readonly kind: WarningStepKind;
  readonly atMs: number;
  readonly by: string;
  readonly role: string;
  readonly reason: string | null;
}

export interface Warning {
  readonly id: number;
  readonly ticket: string;
  readonly recipient: Recipient;
  readonly state: WarningState;
  readonly createdAtMs: number;
  /** Items that are still held. */
  readonly items: number;
  readonly indicators: readonly string[];
  readonly steps: readonly WarningStep[];
  readonly mails: readonly WarningMail[];
}

export interface WarningMail {
  readonly kind: 'warning' | 'retraction';
  readonly messageId: string;
  readonly attempts: number;
  /** When an attempt began that has not ended: it may have been sent. */
  readonly begunAtMs: number | null;
  readonly sentAtMs: number | null;
  /** What stood in the way of the last attempt. */
  readonly problem: string | null;
}

export const STATE_AFTER: Readonly<Record<WarningStepKind, WarningState>> = {
  draft: 'draft',
  approve: 'approved',
  send: 'sent',
  acknowledge: 'acknowledged',
  retract: 'retracted',
};

export interface WarningFilter {
  readonly state?: WarningState;
  readonly recipient?: string;
  readonly indicator?: string;
  /** Those that speak of this address. */
  readonly victim?: string;
  /** Those with a mail of which nobody knows whether it went out. */
  readonly isUnclear?: boolean;
  /** Those older than this one, by its number. */
  readonly before?: number;
  readonly limit?: number;
}

interface Row {
  readonly id: number;
  readonly ticket: string;
  readonly recipientKind: Recipient['kind'];
  readonly recipient: string;
  readonly mail: string;
  readonly language: Language;
  readonly createdAtMs: number;
}

const LAST_KIND = '(SELECT kind FROM warningSteps WHERE warning = warnings.id ORDER BY step DESC LIMIT 1)';

const CONDITIONS: Readonly<Record<Exclude<keyof WarningFilter, 'limit'>, string>> = {
  state: `${LAST_KIND} = @kind`,
  recipient: 'recipient = @recipient',
  indicator: 'id IN (SELECT warning FROM warningIndicators WHERE indicator = @indicator)',
  victim: 'id IN (SELECT warning FROM warningItems WHERE victim = @victim)',
  isUnclear: 'id IN (SELECT warning FROM warningMails WHERE begunAtMs IS NOT NULL AND sentAtMs IS NULL)',
  before: 'id < @before',
};

/** The newest first. */
export function listWarnings(db: Database, { limit, ...filter }: WarningFilter = {}): Warning[] {
  const given = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter(
    (key) => (filter[key] ?? false) !== false,
  );
  const conditions = ['true', ...given.map((key) => CONDITIONS[key])].join(' AND ');
  const { state, recipient, indicator, victim, before } = filter;
  const kinds = Object.keys(STATE_AFTER) as WarningStepKind[];
  return db
    .prepare<object, Row>(`SELECT * FROM warnings WHERE ${conditions} ORDER BY id DESC LIMIT @limit`)
    .all({
      recipient,
      indicator,
      victim,
      before,
      kind: kinds.find((kind) => STATE_AFTER[kind] === state),
      limit: limit ?? -1,
    })
    .map((row) => toWarning(db, row));
}

/** @param expectedStep the number of the last step that the caller knows. @throws FlowSieveError CONFLICT */
export function refuseStale({ ticket, steps }: Warning, expectedStep: number | undefined): void {
  const last = steps.at(-1) as WarningStep;
  if (expectedStep === undefined || expectedStep === last.step) return;
  const now = `the last step is ${last.step}, ${last.kind} by ${last.by}`;
  throw new FlowSieveError(
    'CONFLICT',
    `${ticket}: step: ${expectedStep}: it has changed meanwhile: ${now}; look again`,
  );
}

/** @throws FlowSieveError NOT_FOUND */
export function findWarning(db: Database, ticket: string): Warning {
  const row = db.prepare<[string], Row>('SELECT * FROM warnings WHERE ticket = ?').get(ticket);
  if (!row) throw new FlowSieveError('NOT_FOUND', `there is no warning ${ticket}`);
  return toWarning(db, row);
}

export function itemsOf(db: Database, warning: number): WarningItem[] {
  return db
    .prepare<[number], WarningItem>(
      `SELECT victim, indicator, operator, retentionBasis, lastMs FROM warningItems WHERE warning = ?
       ORDER BY victim, indicator`,
    )
    .all(warning);
}

/** When a recipient was last warned, or last had a draft approved; `null` = never. */
export function lastWarnedMs(db: Database, { kind, id }: Pick<Recipient, 'kind' | 'id'>): number | null {
  return db
    .prepare(
      `SELECT max(warningSteps.atMs) FROM warnings JOIN warningSteps ON warning = warnings.id
       WHERE recipientKind = ? AND recipient = ? AND warningSteps.kind IN ('approve', 'send')`,
    )
    .pluck()
    .get(kind, id) as number | null;
}

/** The last contact that a warning, not taken back, speaks of; `null` = none does. */
export function lastWarnedOf(
  db: Database,
  item: Omit<WarningItem, 'lastMs'>,
): { lastMs: number; atMs: number } | null {
  const row = db
    .prepare<unknown[], { lastMs: number | null; atMs: number }>(
      `SELECT max(lastMs) AS lastMs, max(createdAtMs) AS atMs FROM warningItems JOIN warnings ON warnings.id = warning
       WHERE victim = ? AND indicator = ? AND operator = ? AND retentionBasis = ?
         AND NOT EXISTS (SELECT 1 FROM warningSteps WHERE warningSteps.warning = warnings.id AND kind = 'retract')`,
    )
    .get(item.victim, item.indicator, item.operator, item.retentionBasis);
  return row && row.lastMs !== null ? { lastMs: row.lastMs, atMs: row.atMs } : null;
}

/** Tickets not taken back that speak of the indicator at this time or later, epoch ms; `null` = ever. */
export function warningsAbout(db: Database, indicator: string, fromMs: number | null): string[] {
  return db
    .prepare(
      `SELECT ticket FROM warningIndicators JOIN warnings ON warnings.id = warning
       WHERE indicator = ? AND lastMs >= ?
         AND NOT EXISTS (SELECT 1 FROM warningSteps WHERE warningSteps.warning = warnings.id AND kind = 'retract')
       ORDER BY warnings.id`,
    )
    .pluck()
    .all(indicator, fromMs ?? 0) as string[];
}

/** In their order. */
function stepsOf(db: Database, id: number): WarningStep[] {
  return db
    .prepare<[number], WarningStep>(
      'SELECT step, kind, atMs, by, role, reason FROM warningSteps WHERE warning = ? ORDER BY step',
    )
    .all(id);
}

function toWarning(db: Database, { recipientKind, recipient, mail, language, ...row }: Row): Warning {
  const steps = stepsOf(db, row.id);
  return {
    ...row,
    recipient: { kind: recipientKind, id: recipient, mail, language },
    state: STATE_AFTER[(steps.at(-1) as WarningStep).kind],
    items: db.prepare('SELECT count(*) FROM warningItems WHERE warning = ?').pluck().get(row.id) as number,
    indicators: db
      .prepare('SELECT indicator FROM warningIndicators WHERE warning = ? ORDER BY indicator')
      .pluck()
      .all(row.id) as string[],
    steps,
    mails: db
      .prepare<[number], WarningMail>(
        `SELECT kind, messageId, attempts, begunAtMs, sentAtMs, problem FROM warningMails WHERE warning = ?
         ORDER BY kind DESC`,
      )
      .all(row.id),
  };
}
