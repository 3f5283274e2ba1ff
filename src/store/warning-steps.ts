// What happens to warnings: drafted, approved by somebody else, acknowledged, taken back.
import { samePersonKey } from '../authority/people.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from './database.ts';
import type { ChangedBy } from './operators.ts';
import { type NewChange, type RecordOptions, recording } from './recording.ts';
import { ticketOf, writeWarningStep } from './warning-events.ts';
import { insertMail, takeBack } from './warning-mails.ts';
import {
  findWarning,
  type Recipient,
  refuseStale,
  STATE_AFTER,
  type Warning,
  type WarningItem,
  type WarningState,
} from './warnings.ts';

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
    const ticket = ticketOf(db, id);
    const step = open ? findWarning(db, ticket).steps.length : 0;
    writeWarningStep(db, id, 'draft', step + 1, by, null, { items: items.length });
    return ticket;
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
/**
 * Approves, acknowledges or retracts. What was sent is taken back by a mail of its own.
 * @throws FlowSieveError NOT_FOUND, CONFLICT, REFUSED, DATABASE
 */
export function recordWarningStep(
  db: Database,
  ticket: string,
  kind: 'approve' | 'acknowledge' | 'retract',
  reason: string | null,
  change: NewChange,
  { expectedStep }: RecordOptions = {},
): Warning {
  return recording(db, change, (by) => {
    const warning = findWarning(db, ticket);
    refuseStale(warning, expectedStep);
    refuseWrong(warning, kind, reason, by);
    writeWarningStep(db, warning.id, kind, warning.steps.length + 1, by, reason, {});
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
