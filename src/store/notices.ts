// Notices as they are kept: signed messages to operators, and to whoever is told of those that stay unanswered. Writing is
// done within the caller's immediate transaction.
import { hash } from 'node:crypto';
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';

export type Recipient = 'operator' | 'escalation';

export interface NewNotice {
  /** `notice--` and a UUID. */
  readonly id: string;
  readonly recipient: Recipient;
  /** To whom it goes, or, of an escalation, who has not answered. */
  readonly operator: string;
  readonly authorisation: string | null;
  readonly kind: string;
  /** Sequence of the event that it rests on. */
  readonly event: number | null;
  readonly part: number;
  readonly parts: number;
  /** How many indicators it names. */
  readonly indicators: number;
  readonly issuedAtMs: number;
  /** Id of the key that has signed. */
  readonly key: string;
  /** The exact octets that are signed and sent. */
  readonly body: Buffer;
  readonly signature: Buffer;
}

export interface StoredNotice extends NewNotice {
  readonly sequence: number;
}

/** What the program itself does is recorded so. */
export const SYSTEM = { actor: 'system', role: 'system' } as const;

const COLUMNS = `id, recipient, operator, authorisation, kind, event, part, parts, indicators, issuedAtMs, key, body,
  signature`;

/** Writes notices one after another, each with its event, to be delivered and acknowledged. */
export function noticeWriter(db: Database): (notice: NewNotice) => number {
  const insert = db.prepare(`INSERT INTO notices (${COLUMNS}) VALUES (${Array(13).fill('?').join(', ')})`);
  const plan = db.prepare('INSERT INTO noticesToPlan VALUES (?, ?, ?)');
  const await_ = db.prepare('INSERT INTO noticesAwaited VALUES (?, ?)');
  const writeEvent = eventWriter(db);
  return (notice) => {
    const { id, recipient, operator, authorisation, kind, event, part, parts, indicators } = notice;
    const { issuedAtMs, key, body, signature } = notice;
    const sequence = Number(
      insert.run(
        ...[id, recipient, operator, authorisation, kind, event, part, parts, indicators],
        ...[issuedAtMs, key, body, signature],
      ).lastInsertRowid,
    );
    plan.run(sequence, recipient, operator);
    if (recipient === 'escalation') return sequence;
    await_.run(sequence, issuedAtMs);
    writeEvent({
      ...SYSTEM,
      atMs: issuedAtMs,
      action: 'notice.raise',
      object: id,
      version: 1,
      digest: hash('sha256', body, 'buffer'),
      detail: { kind, operator, authorisation, event, indicators, part, parts },
    });
    return sequence;
  };
}

export function findNotice(db: Database, id: string): StoredNotice | undefined {
  return db.prepare<[string], StoredNotice>('SELECT * FROM notices WHERE id = ?').get(id);
}

/** A notice with how far it has come. Instants are epoch ms. */
export interface NoticeStanding {
  readonly id: string;
  readonly recipient: Recipient;
  readonly operator: string;
  readonly authorisation: string | null;
  readonly kind: string;
  readonly event: number | null;
  readonly part: number;
  readonly parts: number;
  readonly indicators: number;
  readonly issuedAtMs: number;
  /** `unplanned`: there is no channel to its recipient. */
  readonly state: 'unplanned' | 'due' | 'delivered' | 'failed';
  readonly deliveredAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly escalatedAtMs: number | null;
}

export interface NoticeFilter {
  readonly id?: string | undefined;
  readonly operator?: string | undefined;
  /** Only those that are neither acknowledged nor escalations. */
  readonly isOpen?: boolean | undefined;
}

/** In the order in which they were raised. */
export function* iterateNotices(db: Database, filter: NoticeFilter = {}): Generator<NoticeStanding> {
  yield* db
    .prepare<[object], NoticeStanding>(
      `SELECT id, recipient, notices.operator, authorisation, kind, event, part, parts, indicators, issuedAtMs,
         CASE
           WHEN EXISTS (SELECT 1 FROM noticesToPlan WHERE notice = notices.sequence) THEN 'unplanned'
           WHEN EXISTS (SELECT 1 FROM noticeDeliveries WHERE notice = notices.sequence AND state = 'delivered')
             THEN 'delivered'
           WHEN EXISTS (SELECT 1 FROM noticeDeliveries WHERE notice = notices.sequence AND state = 'due') THEN 'due'
           ELSE 'failed'
         END AS state,
         (SELECT min(deliveredAtMs) FROM noticeDeliveries WHERE notice = notices.sequence) AS deliveredAtMs,
         noticeAcknowledgements.atMs AS acknowledgedAtMs, noticeAcknowledgements.by AS acknowledgedBy,
         noticeEscalations.atMs AS escalatedAtMs
       FROM notices
       LEFT JOIN noticeAcknowledgements ON noticeAcknowledgements.notice = notices.sequence
       LEFT JOIN noticeEscalations ON noticeEscalations.notice = notices.sequence
       WHERE id = coalesce(@id, id) AND notices.operator = coalesce(@operator, notices.operator)
         AND (@isOpen = 0 OR (recipient = 'operator' AND noticeAcknowledgements.atMs IS NULL))
       ORDER BY notices.sequence`,
    )
    .iterate({
      id: filter.id ?? null,
      operator: filter.operator ?? null,
      isOpen: filter.isOpen ? 1 : 0,
    });
}

export interface Attempt {
  readonly channel: string;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly problem: string | null;
}

export interface Delivery {
  readonly channel: string;
  readonly state: 'due' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAtMs: number;
  readonly deliveredAtMs: number | null;
}

export function deliveriesOf(db: Database, notice: number): Delivery[] {
  return db
    .prepare<[number], Delivery>(
      `SELECT channel, state, attempts, nextAtMs, deliveredAtMs FROM noticeDeliveries
       WHERE notice = ? ORDER BY channel`,
    )
    .all(notice);
}

export function attemptsOf(db: Database, notice: number): Attempt[] {
  return db
    .prepare<[number], Attempt>(
      `SELECT channel, attempt, startedAtMs, endedAtMs, problem FROM noticeAttempts
       WHERE notice = ? ORDER BY startedAtMs, channel, attempt`,
    )
    .all(notice);
}
