// What operators answer to notices, and what is done where they do not.

import { FlowSieveError } from '../core/errors.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import { findNotice, type NewNotice, noticeWriter, type StoredNotice, SYSTEM } from './notices.ts';
import type { ChangedBy } from './operators.ts';

export interface Acknowledgement {
  readonly id: string;
  readonly operator: string;
  readonly by: string;
  readonly reason: string | null;
  readonly atMs: number;
  /** From the notice's issue, and from its first delivery: `null` where it was delivered over no channel. */
  readonly latencyMs: number;
  readonly sinceDeliveryMs: number | null;
  /** False = it had been acknowledged before; this is that acknowledgement. */
  readonly isNew: boolean;
}

/**
 * Keeps that an operator has taken note; a second time changes nothing.
 * @throws FlowSieveError NOT_FOUND, REFUSED, DATABASE
 */
export function acknowledgeNotice(
  db: Database,
  id: string,
  operator: string,
  change: ChangedBy,
  reason: string | null = null,
): Acknowledgement {
  const acknowledge = db.transaction((): Acknowledgement => {
    const notice = findNotice(db, id);
    if (!notice) throw new FlowSieveError('NOT_FOUND', `there is no notice ${id}`);
    refuseOther(notice, operator);
    const before = storedAnswer(db, notice.sequence);
    const { by, at: atMs } = change;
    const answer = before ?? { operator, by, reason, atMs };
    const deliveredAtMs = db
      .prepare('SELECT min(deliveredAtMs) FROM noticeDeliveries WHERE notice = ?')
      .pluck()
      .get(notice.sequence) as number | null;
    const acknowledgement: Acknowledgement = {
      id,
      ...answer,
      latencyMs: answer.atMs - notice.issuedAtMs,
      sinceDeliveryMs: deliveredAtMs === null ? null : answer.atMs - deliveredAtMs,
      isNew: before === undefined,
    };
    if (!before) write(db, notice, acknowledgement, change);
    return acknowledgement;
  });
  return working(db, () => acknowledge.immediate());
}

function refuseOther({ id, operator, recipient }: StoredNotice, claimed: string): void {
  if (recipient === 'escalation') {
    throw new FlowSieveError('REFUSED', `${id}: is an escalation, which asks for no acknowledgement`);
  }
  if (operator === claimed) return;
  throw new FlowSieveError(
    'REFUSED',
    `${id}: operator: ${claimed}: the notice is for ${operator} (rule L10)`,
  );
}

function storedAnswer(db: Database, notice: number) {
  return db
    .prepare<[number], Pick<Acknowledgement, 'operator' | 'by' | 'reason' | 'atMs'>>(
      'SELECT operator, by, reason, atMs FROM noticeAcknowledgements WHERE notice = ?',
    )
    .get(notice);
}

function write(
  db: Database,
  notice: StoredNotice,
  acknowledgement: Acknowledgement,
  change: ChangedBy,
): void {
  const { operator, by, reason, atMs, latencyMs, sinceDeliveryMs } = acknowledgement;
  db.prepare('INSERT INTO noticeAcknowledgements VALUES (?, ?, ?, ?, ?)').run(
    ...[notice.sequence, operator, by, reason, atMs],
  );
  db.prepare('DELETE FROM noticesAwaited WHERE notice = ?').run(notice.sequence);
  eventWriter(db)({
    atMs,
    actor: by,
    role: change.role,
    action: 'notice.acknowledge',
    object: notice.id,
    version: 1,
    digest: null,
    detail: { operator, reason, latencyMs, sinceDeliveryMs },
  });
}

export type EscalationReason = 'unacknowledged' | 'undelivered';

/** Notices to escalate: of one operator, for one reason. */
export interface Unanswered {
  readonly operator: string;
  readonly reason: EscalationReason;
  readonly notices: readonly {
    readonly sequence: number;
    readonly id: string;
    readonly kind: string;
    readonly authorisation: string | null;
    readonly issuedAtMs: number;
    readonly deliveredAtMs: number | null;
  }[];
}

/** One escalation names no more notices. */
const MAX_NOTICES = 1_000;

/** Whether `escalate` would do anything. Cheap. */
export function hasUnanswered(db: Database, issuedBeforeMs: number): boolean {
  return (
    db.prepare('SELECT 1 FROM noticesAwaited WHERE issuedAtMs <= ? LIMIT 1').get(issuedBeforeMs) !==
      undefined || db.prepare(`SELECT 1 FROM (${GIVEN_UP}) LIMIT 1`).get() !== undefined
  );
}

const GIVEN_UP = `
  SELECT notice FROM noticeDeliveries AS given INDEXED BY noticeDeliveriesFailed
  WHERE state = 'failed' AND notice IN (SELECT notice FROM noticesAwaited)
    AND NOT EXISTS (SELECT 1 FROM noticeDeliveries WHERE notice = given.notice AND state <> 'failed')`;

/**
 * Escalates, once, what was issued at the latest at an instant and has no answer, and what was given up on every channel.
 * @param issue signs the message that says so
 */
export function escalate(
  db: Database,
  issuedBeforeMs: number,
  nowMs: number,
  issue: (unanswered: Unanswered) => NewNotice,
): Unanswered[] {
  const escalateAll = db.transaction(() => {
    const unanswered = [...findUnanswered(db, issuedBeforeMs)];
    const writeNotice = noticeWriter(db);
    const insert = db.prepare('INSERT INTO noticeEscalations VALUES (?, ?, ?, ?)');
    const remove = db.prepare('DELETE FROM noticesAwaited WHERE notice = ?');
    const writeEvent = eventWriter(db);
    for (const one of unanswered) {
      const message = issue(one);
      const escalation = writeNotice(message);
      for (const { sequence, id } of one.notices) {
        insert.run(sequence, escalation, one.reason, nowMs);
        remove.run(sequence);
        writeEvent({
          ...SYSTEM,
          atMs: nowMs,
          action: 'notice.escalate',
          object: id,
          version: 1,
          digest: null,
          detail: { operator: one.operator, reason: one.reason, escalation: message.id },
        });
      }
    }
    return unanswered;
  });
  return working(db, () => escalateAll.immediate());
}

function* findUnanswered(db: Database, issuedBeforeMs: number): Generator<Unanswered> {
  type Row = Unanswered['notices'][number] & Pick<Unanswered, 'operator' | 'reason'>;
  const rows = db
    .prepare<[number, number], Row>(
      `SELECT sequence, id, kind, authorisation, notices.issuedAtMs, operator,
         (SELECT min(deliveredAtMs) FROM noticeDeliveries WHERE notice = sequence) AS deliveredAtMs,
         CASE WHEN sequence IN (${GIVEN_UP}) THEN 'undelivered' ELSE 'unacknowledged' END AS reason
       FROM noticesAwaited JOIN notices ON notices.sequence = noticesAwaited.notice
       WHERE noticesAwaited.issuedAtMs <= ? OR sequence IN (${GIVEN_UP})
       ORDER BY operator, reason, sequence LIMIT ?`,
    )
    .all(issuedBeforeMs, MAX_NOTICES);
  let from = 0;
  for (let at = 1; at <= rows.length; at++) {
    const [first, next] = [rows[from]!, rows[at]];
    if (next?.operator === first.operator && next.reason === first.reason) continue;
    const { operator, reason } = first;
    yield { operator, reason, notices: rows.slice(from, at) };
    from = at;
  }
}
