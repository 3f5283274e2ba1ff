// Mails of warnings, each sent once: an attempt is recorded before it is made, and again when it has ended.
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';
import { type NewChange, type RecordOptions, recording } from './recording.ts';
import { writeWarningStep } from './warning-events.ts';
import { findWarning, refuseStale, type Warning, type WarningMail } from './warnings.ts';

/** What was sent, or may have been, is taken back by a mail; what was not is not sent any more. Within a transaction. */
export function takeBack(db: Database, warning: Warning, atMs: number): void {
  const isOut = warning.mails.some((mail) => mail.sentAtMs !== null || mail.begunAtMs !== null);
  if (isOut) insertMail(db, warning, 'retraction', atMs);
  else db.prepare('DELETE FROM warningMails WHERE warning = ?').run(warning.id);
}

export function insertMail(
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

/** A mail that is to be sent now. */
export interface ClaimedMail {
  readonly warning: Warning;
  readonly mail: WarningMail;
}

/** Marks the mail that is due longest as begun: whatever happens to this process, nobody sends it again by himself. */
export function claimMail(db: Database, nowMs: number): ClaimedMail | null {
  return recording(db, { by: 'flowsieve', role: 'system', at: nowMs }, () => {
    const due = db
      .prepare<[number], { warning: number; kind: string; ticket: string }>(
        `SELECT warning, kind, ticket FROM warningMails JOIN warnings ON warnings.id = warning
         WHERE sentAtMs IS NULL AND begunAtMs IS NULL AND dueAtMs <= ? ORDER BY dueAtMs, warning LIMIT 1`,
      )
      .get(nowMs);
    if (!due) return null;
    db.prepare(
      'UPDATE warningMails SET begunAtMs = ?, attempts = attempts + 1 WHERE warning = ? AND kind = ?',
    ).run(nowMs, due.warning, due.kind);
    const warning = findWarning(db, due.ticket);
    return { warning, mail: warning.mails.find(({ kind }) => kind === due.kind) as WarningMail };
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
      writeWarningStep(db, warning.id, 'send', now.steps.length + 1, by, null, { attempts: mail.attempts });
  });
}

/** It was not sent, for sure: tried again later, or `null` = when somebody says so; never where it was retracted meanwhile. */
export function settleFailed(
  db: Database,
  { warning, mail }: ClaimedMail,
  problem: string,
  dueAtMs: number | null,
): void {
  recording(db, { by: 'flowsieve', role: 'system' }, () => {
    if (mail.kind === 'warning' && findWarning(db, warning.ticket).state === 'retracted') {
      db.prepare('DELETE FROM warningMails WHERE warning = ? AND sentAtMs IS NULL').run(warning.id);
      return;
    }
    db.prepare(
      'UPDATE warningMails SET begunAtMs = NULL, dueAtMs = ?, problem = ? WHERE warning = ? AND kind = ?',
    ).run(dueAtMs ?? Number.MAX_SAFE_INTEGER, problem, warning.id, mail.kind);
  });
}

/** Whether it was sent cannot be told: left as begun, with what is known. */
export function settleUnclear(db: Database, { warning, mail }: ClaimedMail, problem: string): void {
  db.prepare('UPDATE warningMails SET problem = ? WHERE warning = ? AND kind = ?').run(
    problem,
    warning.id,
    mail.kind,
  );
}

export interface SendAgainOptions extends RecordOptions {
  /** An attempt that began then or later may still be going on: it is not made again beside itself. */
  readonly underWaySinceMs?: number;
}

/**
 * Somebody has looked: an attempt whose end is not known is made again, or one that failed for good, or that waits.
 * @returns how many @throws FlowSieveError NOT_FOUND, CONFLICT, REFUSED
 */
export function sendAgain(
  db: Database,
  ticket: string,
  change: NewChange,
  { expectedStep, underWaySinceMs = Infinity }: SendAgainOptions = {},
): number {
  return recording(db, change, ({ at, by, role }) => {
    const warning = findWarning(db, ticket);
    const { id, steps, state, mails } = warning;
    refuseStale(warning, expectedStep);
    // What was retracted is not sent any more, whatever became of it.
    const kind = state === 'retracted' ? 'retraction' : 'warning';
    const begunAtMs = mails.find((mail) => mail.kind === kind)?.begunAtMs ?? null;
    if (begunAtMs !== null && begunAtMs >= underWaySinceMs) {
      throw new FlowSieveError(
        'REFUSED',
        `${ticket}: mail: is being sent now: look again when it has ended (rule L16)`,
      );
    }
    const { changes } = db
      .prepare(
        'UPDATE warningMails SET begunAtMs = NULL, dueAtMs = ? WHERE warning = ? AND kind = ? AND sentAtMs IS NULL',
      )
      .run(at, id, kind);
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
