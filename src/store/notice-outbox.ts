// The outbox: which notice is to go over which channel, when, and who is at it. A claim is a lease: two processes never
// deliver the same at the same time, and what a process that died had claimed is delivered again.
import type { Database } from './database.ts';
import { working } from './database.ts';
import { eventWriter } from './events.ts';
import { type Recipient, SYSTEM } from './notices.ts';

/** A delivery that is the caller's until its lease ends. */
export interface Claim {
  readonly notice: number;
  readonly channel: string;
  /** From 1. */
  readonly attempt: number;
  readonly claimedAtMs: number;
  readonly id: string;
  readonly kind: string;
  readonly recipient: Recipient;
  readonly operator: string;
  readonly issuedAtMs: number;
  readonly key: string;
  readonly body: Buffer;
  readonly signature: Buffer;
}

export interface Outcome {
  readonly endedAtMs: number;
  /** `null` = delivered. */
  readonly problem: string | null;
  /** When it is tried again; `null` = it is given up. */
  readonly retryAtMs: number | null;
}

export interface RecipientChannels {
  readonly recipient: Recipient;
  /** `null` = all. */
  readonly operator: string | null;
  readonly names: readonly string[];
}

const MAX_PLANNED = 1_000;
const INTERRUPTED = 'what became of it is not known: the process that delivered it has ended';

/**
 * Chooses channels for the notices that have none, where their recipient has any by now.
 * @param channels by recipient
 */
export function planDeliveries(db: Database, channels: readonly RecipientChannels[], nowMs: number): void {
  const select = db.prepare<[Recipient, string | null, number], { notice: number }>(
    'SELECT notice FROM noticesToPlan WHERE recipient = ? AND operator = coalesce(?, operator) ORDER BY notice LIMIT ?',
  );
  const planned = (): { notice: number; names: readonly string[] }[] =>
    channels.flatMap(({ recipient, operator, names }) =>
      names.length === 0
        ? []
        : select.all(recipient, operator, MAX_PLANNED).map(({ notice }) => ({ notice, names })),
    );
  if (planned().length === 0) return;
  const insert = db.prepare("INSERT OR IGNORE INTO noticeDeliveries VALUES (?, ?, 'due', 0, ?, NULL, NULL)");
  const remove = db.prepare('DELETE FROM noticesToPlan WHERE notice = ?');
  const plan = db.transaction(() => {
    for (const { notice, names } of planned()) {
      for (const name of names) insert.run(notice, name, nowMs);
      remove.run(notice);
    }
  });
  working(db, () => plan.immediate());
}

/** The earliest instant at which something may be claimed; `null` = nothing is due ever. */
export function nextDueMs(db: Database): number | null {
  return db.prepare("SELECT min(nextAtMs) FROM noticeDeliveries WHERE state = 'due'").pluck().get() as
    | number
    | null;
}

export interface ClaimOptions {
  readonly nowMs: number;
  readonly leaseMs: number;
  /** Channels that are not to be used now. */
  readonly busy: ReadonlySet<string>;
  /** No more than so many, and one for each channel. */
  readonly limit: number;
}

/** The oldest delivery that is due on each channel. */
export function claimDeliveries(db: Database, { nowMs, leaseMs, busy, limit }: ClaimOptions): Claim[] {
  const dueMs = nextDueMs(db);
  if (limit <= 0 || dueMs === null || dueMs > nowMs) return [];
  const select = db.prepare<[number], { notice: number; channel: string }>(
    `SELECT min(notice) AS notice, channel FROM noticeDeliveries INDEXED BY noticeDeliveriesDue
     WHERE state = 'due' AND nextAtMs <= ? GROUP BY channel ORDER BY 1`,
  );
  const claim = new Claimer(db, nowMs, nowMs + leaseMs);
  const claimAll = db.transaction(() =>
    select
      .all(nowMs)
      .filter(({ channel }) => !busy.has(channel))
      .slice(0, limit)
      .map(({ notice, channel }) => claim.claim(notice, channel)),
  );
  return working(db, () => claimAll.immediate());
}

class Claimer {
  private readonly nowMs: number;
  private readonly untilMs: number;
  private readonly before;
  private readonly update;
  private readonly interrupted;
  private readonly select;

  constructor(db: Database, nowMs: number, untilMs: number) {
    this.nowMs = nowMs;
    this.untilMs = untilMs;
    this.before = db.prepare<[number, string], { attempts: number; claimedAtMs: number | null }>(
      'SELECT attempts, claimedAtMs FROM noticeDeliveries WHERE notice = ? AND channel = ?',
    );
    this.interrupted = db.prepare('INSERT OR IGNORE INTO noticeAttempts VALUES (?, ?, ?, ?, ?, ?)');
    this.update = db.prepare(
      `UPDATE noticeDeliveries SET attempts = attempts + 1, claimedAtMs = ?, nextAtMs = ?
       WHERE notice = ? AND channel = ?`,
    );
    this.select = db.prepare<[number], Omit<Claim, 'notice' | 'channel' | 'attempt' | 'claimedAtMs'>>(
      `SELECT id, kind, recipient, operator, issuedAtMs, key, body, signature FROM notices WHERE sequence = ?`,
    );
  }

  claim(notice: number, channel: string): Claim {
    const { attempts, claimedAtMs } = this.before.get(notice, channel)!;
    if (claimedAtMs !== null) {
      this.interrupted.run(notice, channel, attempts, claimedAtMs, this.nowMs, INTERRUPTED);
    }
    this.update.run(this.nowMs, this.untilMs, notice, channel);
    const message = this.select.get(notice)!;
    return { notice, channel, attempt: attempts + 1, claimedAtMs: this.nowMs, ...message };
  }
}

/** Keeps what became of a claim. A delivery that succeeded counts, even where its lease was over. */
export function settleDelivery(db: Database, claim: Claim, outcome: Outcome): void {
  const { notice, channel, attempt, claimedAtMs } = claim;
  const { endedAtMs, problem, retryAtMs } = outcome;
  const settle = db.transaction(() => {
    const { changes } = db
      .prepare('INSERT OR IGNORE INTO noticeAttempts VALUES (?, ?, ?, ?, ?, ?)')
      .run(notice, channel, attempt, claimedAtMs, endedAtMs, problem);
    if (problem === null) {
      const first = db
        .prepare(
          `UPDATE noticeDeliveries SET state = 'delivered', deliveredAtMs = ?, claimedAtMs = NULL
           WHERE notice = ? AND channel = ? AND state <> 'delivered'`,
        )
        .run(endedAtMs, notice, channel);
      if (first.changes > 0) writeEvent(db, 'notice.deliver', claim, outcome);
      return;
    }
    db.prepare(
      `UPDATE noticeDeliveries SET state = ?, nextAtMs = ?, claimedAtMs = NULL
       WHERE notice = ? AND channel = ? AND attempts = ? AND state = 'due'`,
    ).run(retryAtMs === null ? 'failed' : 'due', retryAtMs ?? endedAtMs, notice, channel, attempt);
    // Attempts are all kept beside; the log has the first that failed, and the last.
    if (changes > 0 && (attempt === 1 || retryAtMs === null)) writeEvent(db, 'notice.fail', claim, outcome);
  });
  working(db, () => settle.immediate());
}

function writeEvent(
  db: Database,
  action: string,
  claim: Claim,
  { endedAtMs, problem, retryAtMs }: Outcome,
): void {
  const { id, operator, recipient, channel, attempt, issuedAtMs } = claim;
  eventWriter(db)({
    ...SYSTEM,
    atMs: endedAtMs,
    action,
    object: id,
    version: attempt,
    digest: null,
    detail: {
      recipient,
      operator,
      channel,
      ...(problem === null
        ? { latencyMs: endedAtMs - issuedAtMs }
        : { problem, isGivenUp: retryAtMs === null }),
    },
  });
}

/** What was given up, or waits for its next attempt, becomes due at once. @returns how many deliveries */
export function retryNow(db: Database, nowMs: number, id: string | null): number {
  const retry = db.transaction(
    () =>
      db
        .prepare(
          `UPDATE noticeDeliveries SET state = 'due', nextAtMs = ?
           WHERE claimedAtMs IS NULL AND (state = 'failed' OR (state = 'due' AND nextAtMs > ?))
             AND notice IN (SELECT sequence FROM notices WHERE id = coalesce(?, id))`,
        )
        .run(nowMs, nowMs, id).changes,
  );
  return working(db, () => retry.immediate());
}

/** Notices to operators for which no channel is known. */
export function unplannedByOperator(db: Database): { operator: string; notices: number }[] {
  return db
    .prepare<[], { operator: string; notices: number }>(
      `SELECT operator, count(*) AS notices FROM noticesToPlan WHERE recipient = 'operator'
       GROUP BY operator ORDER BY operator`,
    )
    .all();
}
