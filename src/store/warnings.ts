// Warnings as they are stored: drafted, approved by somebody else, sent once, acknowledged, taken back.
import { samePersonKey } from '../authority/people.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from './database.ts';
import type { Language } from './entities.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';
import { type NewChange, recording } from './recording.ts';

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

/** Draws warnings up, one for each recipient; a recipient's draft that nobody has approved grows instead. @returns its ticket */
export function draftWarning(
  db: Database,
  recipient: Recipient,
  items: readonly WarningItem[],
  change: NewChange,
): string {
  return recording(db, change, (by) => {
    const open = openDraft(db, recipient);
    const id = open?.id ?? insertWarning(db, recipient, by);
    const insert = db.prepare('INSERT OR REPLACE INTO warningItems VALUES (?, ?, ?, ?, ?, ?)');
    const indicate = db.prepare(
      `INSERT INTO warningIndicators VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET lastMs = max(lastMs, excluded.lastMs)`,
    );
    for (const { victim, indicator, operator, retentionBasis, lastMs } of items) {
      insert.run(id, victim, indicator, operator, retentionBasis, lastMs);
      indicate.run(id, indicator, lastMs);
    }
    const step = open ? stepsOf(db, id).length : 0;
    record(db, id, 'draft', step + 1, by, null, { items: items.length });
    return ticketOf(db, id);
  });
}

function insertWarning(db: Database, { kind, id, mail, language }: Recipient, { at }: ChangedBy): number {
  const next = (db.prepare('SELECT coalesce(max(id), 0) + 1 FROM warnings').pluck().get() ?? 1) as number;
  const ticket = `FS-${new Date(at).getUTCFullYear()}-${String(next).padStart(6, '0')}`;
  db.prepare('INSERT INTO warnings VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    next,
    ticket,
    kind,
    id,
    mail,
    language,
    at,
  );
  return next;
}

function openDraft(db: Database, { kind, id, mail, language }: Recipient): { id: number } | undefined {
  return db
    .prepare<unknown[], { id: number }>(
      `SELECT id FROM warnings WHERE recipientKind = ? AND recipient = ? AND mail = ? AND language = ?
         AND (SELECT kind FROM warningSteps WHERE warning = warnings.id ORDER BY step DESC LIMIT 1) = 'draft'
       ORDER BY id DESC LIMIT 1`,
    )
    .get(kind, id, mail, language);
}

/** What each step asks of the state before it. */
const FROM: Readonly<Record<'approve' | 'acknowledge' | 'retract', readonly WarningState[]>> = {
  approve: ['draft'],
  acknowledge: ['sent'],
  retract: ['draft', 'approved', 'sent', 'acknowledged'],
};
const STATE_AFTER: Readonly<Record<WarningStepKind, WarningState>> = {
  draft: 'draft',
  approve: 'approved',
  send: 'sent',
  acknowledge: 'acknowledged',
  retract: 'retracted',
};

/**
 * Approves, acknowledges or retracts. What was sent is taken back by a mail of its own.
 * @throws FlowSieveError NOT_FOUND, REFUSED, DATABASE
 */
export function recordWarningStep(
  db: Database,
  ticket: string,
  kind: 'approve' | 'acknowledge' | 'retract',
  reason: string | null,
  change: NewChange,
): Warning {
  return recording(db, change, (by) => {
    const warning = findWarning(db, ticket);
    refuseWrong(warning, kind, reason, by);
    record(db, warning.id, kind, warning.steps.length + 1, by, reason, {});
    if (kind === 'approve') insertMail(db, warning, 'warning', by.at);
    if (kind === 'retract') takeBack(db, warning, by.at);
    return findWarning(db, ticket);
  });
}

function refuseWrong(
  { ticket, state, steps, items }: Warning,
  kind: 'approve' | 'acknowledge' | 'retract',
  reason: string | null,
  { by }: ChangedBy,
): void {
  const refuse = (field: string, message: string) =>
    new FlowSieveError('REFUSED', `${ticket}: ${field}: ${message} (rule L16)`);
  if (!FROM[kind].includes(state)) {
    throw refuse('state', `${state}: only what is ${FROM[kind].join(' or ')} can be ${STATE_AFTER[kind]}`);
  }
  if (kind === 'retract' && reason === null) throw refuse('reason', 'is required to retract a warning');
  if (kind !== 'approve') return;
  if (items === 0) throw refuse('items', 'nothing of it is held any more: retract it');
  const drafter = steps.find((step) => step.kind === 'draft' && samePersonKey(step.by) === samePersonKey(by));
  if (drafter && drafter.role !== 'system') {
    throw refuse('by', `${by}: drafted it; it takes another person to approve it`);
  }
}

/** What was sent, or may have been, is taken back by a mail; what was not is not sent any more. */
function takeBack(db: Database, warning: Warning, atMs: number): void {
  const isOut = warning.mails.some((mail) => mail.sentAtMs !== null || mail.begunAtMs !== null);
  if (isOut) insertMail(db, warning, 'retraction', atMs);
  else db.prepare('DELETE FROM warningMails WHERE warning = ?').run(warning.id);
}

function insertMail(
  db: Database,
  { id, ticket }: Warning,
  kind: 'warning' | 'retraction',
  atMs: number,
): void {
  const messageId = `<${ticket}.${kind}.${atMs.toString(36)}@flowsieve>`;
  db.prepare('INSERT INTO warningMails VALUES (?, ?, ?, 0, NULL, ?, NULL, NULL)').run(
    id,
    kind,
    messageId,
    atMs,
  );
}

function record(
  db: Database,
  warning: number,
  kind: WarningStepKind,
  step: number,
  { by, role, at }: ChangedBy,
  reason: string | null,
  detail: Readonly<Record<string, unknown>>,
): void {
  db.prepare('INSERT INTO warningSteps VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    warning,
    step,
    kind,
    at,
    by,
    role,
    reason,
  );
  const { recipientKind, recipient } = db
    .prepare<[number], { recipientKind: string; recipient: string }>(
      'SELECT recipientKind, recipient FROM warnings WHERE id = ?',
    )
    .get(warning) as { recipientKind: string; recipient: string };
  const indicators = db
    .prepare('SELECT indicator FROM warningIndicators WHERE warning = ? ORDER BY indicator')
    .pluck()
    .all(warning);
  eventWriter(db)({
    atMs: at,
    actor: by,
    role,
    action: `warning.${kind}`,
    object: ticketOf(db, warning),
    version: step,
    digest: null,
    detail: { [recipientKind]: recipient, indicators, ...(reason === null ? {} : { reason }), ...detail },
  });
}

/** A mail that is to be sent now. */
export interface ClaimedMail {
  readonly warning: Warning;
  readonly mail: WarningMail;
}

/** Marks the mails that are due as begun: whatever happens to this process, nobody sends them again by himself. */
export function claimMails(db: Database, nowMs: number, limit: number): ClaimedMail[] {
  return recording(db, { by: 'flowsieve', role: 'system', at: nowMs }, () => {
    const rows = db
      .prepare<[number, number], { warning: number; kind: string; ticket: string }>(
        `SELECT warning, kind, ticket FROM warningMails JOIN warnings ON warnings.id = warning
         WHERE sentAtMs IS NULL AND begunAtMs IS NULL AND dueAtMs <= ? ORDER BY dueAtMs, warning LIMIT ?`,
      )
      .all(nowMs, limit);
    const begin = db.prepare(
      'UPDATE warningMails SET begunAtMs = ?, attempts = attempts + 1 WHERE warning = ? AND kind = ?',
    );
    return rows.map(({ warning: id, kind, ticket }) => {
      begin.run(nowMs, id, kind);
      const warning = findWarning(db, ticket);
      return { warning, mail: warning.mails.find((mail) => mail.kind === kind) as WarningMail };
    });
  });
}

/** The server has taken the mail over. */
export function settleSent(db: Database, { warning, mail }: ClaimedMail, change: NewChange): void {
  recording(db, change, (by) => {
    db.prepare(
      'UPDATE warningMails SET begunAtMs = NULL, sentAtMs = ?, problem = NULL WHERE warning = ? AND kind = ?',
    ).run(by.at, warning.id, mail.kind);
    if (mail.kind !== 'warning') return;
    const now = findWarning(db, warning.ticket);
    // Retracted while it was on its way: the mail that takes it back is due already.
    if (now.state !== 'retracted')
      record(db, warning.id, 'send', now.steps.length + 1, by, null, { attempts: mail.attempts });
  });
}

/** It was not sent, for sure: tried again later, or `null` = when somebody says so. */
export function settleFailed(
  db: Database,
  { warning, mail }: ClaimedMail,
  problem: string,
  dueAtMs: number | null,
): void {
  db.prepare(
    'UPDATE warningMails SET begunAtMs = NULL, dueAtMs = ?, problem = ? WHERE warning = ? AND kind = ?',
  ).run(dueAtMs ?? Number.MAX_SAFE_INTEGER, problem, warning.id, mail.kind);
}

/** Whether it was sent cannot be told: left as begun, with what is known. */
export function settleUnclear(db: Database, { warning, mail }: ClaimedMail, problem: string): void {
  db.prepare('UPDATE warningMails SET problem = ? WHERE warning = ? AND kind = ?').run(
    problem,
    warning.id,
    mail.kind,
  );
}

/** Somebody has looked: an attempt whose end is not known is made again, or one that failed for good. @returns how many */
export function sendAgain(db: Database, ticket: string, change: NewChange): number {
  return recording(db, change, ({ at, by, role }) => {
    const { id, steps } = findWarning(db, ticket);
    const { changes } = db
      .prepare('UPDATE warningMails SET begunAtMs = NULL, dueAtMs = ? WHERE warning = ? AND sentAtMs IS NULL')
      .run(at, id);
    const detail = { mails: changes };
    eventWriter(db)({
      atMs: at,
      actor: by,
      role,
      action: 'warning.resend',
      object: ticket,
      version: steps.length,
      digest: null,
      detail,
    });
    return changes;
  });
}

export interface WarningFilter {
  readonly state?: WarningState;
  readonly recipient?: string;
  readonly indicator?: string;
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

/** The newest first. */
export function listWarnings(db: Database, filter: WarningFilter = {}): Warning[] {
  const { state, recipient, indicator, limit = Infinity } = filter;
  const rows = db
    .prepare<object, Row>(
      `SELECT * FROM warnings WHERE (@recipient IS NULL OR recipient = @recipient) AND (@indicator IS NULL OR id IN
         (SELECT warning FROM warningIndicators WHERE indicator = @indicator)) ORDER BY id DESC`,
    )
    .all({ recipient: recipient ?? null, indicator: indicator ?? null });
  const warnings: Warning[] = [];
  for (const row of rows) {
    const warning = toWarning(db, row);
    if (state !== undefined && warning.state !== state) continue;
    if (warnings.push(warning) >= limit) break;
  }
  return warnings;
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

function ticketOf(db: Database, id: number): string {
  return db.prepare('SELECT ticket FROM warnings WHERE id = ?').pluck().get(id) as string;
}

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
