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
  readonly recipient?: Recipient | undefined;
  /** Only those that are neither acknowledged nor escalations. */
  readonly isOpen?: boolean | undefined;
  /** Only those that are acknowledged. */
  readonly isAcknowledged?: boolean | undefined;
  readonly delivery?: NoticeStanding['state'] | undefined;
}

const STATE = `CASE
  WHEN EXISTS (SELECT 1 FROM noticesToPlan WHERE notice = notices.sequence) THEN 'unplanned'
  WHEN EXISTS (SELECT 1 FROM noticeDeliveries WHERE notice = notices.sequence AND state = 'delivered')
    THEN 'delivered'
  WHEN EXISTS (SELECT 1 FROM noticeDeliveries WHERE notice = notices.sequence AND state = 'due') THEN 'due'
  ELSE 'failed'
END`;

const STANDINGS = `
  SELECT notices.sequence, id, recipient, notices.operator, authorisation, kind, event, part, parts, indicators, issuedAtMs,
    ${STATE} AS state,
    (SELECT min(deliveredAtMs) FROM noticeDeliveries WHERE notice = notices.sequence) AS deliveredAtMs,
    noticeAcknowledgements.atMs AS acknowledgedAtMs, noticeAcknowledgements.by AS acknowledgedBy,
    noticeEscalations.atMs AS escalatedAtMs
  FROM notices
  LEFT JOIN noticeAcknowledgements ON noticeAcknowledgements.notice = notices.sequence
  LEFT JOIN noticeEscalations ON noticeEscalations.notice = notices.sequence`;

// Open are those that are awaited, and those that were escalated and have not been acknowledged since.
const CONDITIONS: Readonly<Record<keyof NoticeFilter, string>> = {
  id: 'notices.id = @id',
  operator: 'notices.operator = @operator',
  recipient: 'recipient = @recipient',
  isOpen: `notices.sequence IN (
    SELECT notice FROM noticesAwaited
    UNION
    SELECT notice FROM noticeEscalations AS escalated
    WHERE NOT EXISTS (SELECT 1 FROM noticeAcknowledgements WHERE notice = escalated.notice)
  )`,
  isAcknowledged: 'notices.sequence IN (SELECT notice FROM noticeAcknowledgements)',
  delivery: `${STATE} = @delivery`,
};

/** What of a filter is asked for, as SQL and as its values. */
function conditionsOf(filter: NoticeFilter): { readonly where: string; readonly values: object } {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined && value !== false);
  const where = asked.map(([name]) => CONDITIONS[name as keyof NoticeFilter]);
  const values = Object.fromEntries(asked.filter(([, value]) => typeof value === 'string'));
  return { where: ['true', ...where].join(' AND '), values };
}

/** In the order in which they were raised. */
export function* iterateNotices(db: Database, filter: NoticeFilter = {}): Generator<NoticeStanding> {
  const { where, values } = conditionsOf(filter);
  const rows = db
    .prepare<[object], NoticeStanding & { readonly sequence: number }>(
      `${STANDINGS} WHERE ${where} ORDER BY notices.sequence`,
    )
    .iterate(values);
  for (const { sequence: _, ...notice } of rows) yield notice;
}

export interface NoticePage {
  readonly notices: readonly NoticeStanding[];
  /** Sequence of the last, where there are more. */
  readonly nextBefore: number | null;
  readonly total: number;
}

/** The newest first. @param before only those of a lower sequence */
export function pageOfNotices(
  db: Database,
  filter: NoticeFilter,
  {
    before = Number.MAX_SAFE_INTEGER,
    limit,
  }: { readonly before?: number | undefined; readonly limit: number },
): NoticePage {
  const { where, values } = conditionsOf(filter);
  const rows = db
    .prepare<[object], NoticeStanding & { readonly sequence: number }>(
      `${STANDINGS} WHERE ${where} AND notices.sequence < @before ORDER BY notices.sequence DESC LIMIT @limit`,
    )
    .all({ ...values, before, limit: limit + 1 });
  const total = db.prepare<[object], number>(`SELECT count(*) FROM notices WHERE ${where}`).pluck();
  const shown = rows.slice(0, limit);
  return {
    notices: shown.map(({ sequence: _, ...notice }) => notice),
    nextBefore: rows.length > limit ? (shown.at(-1)?.sequence ?? null) : null,
    total: total.get(values) as number,
  };
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
