// What the database says of the work on it, for those who watch from outside: few counts, each by an index or over few rows.
import { statSync } from 'node:fs';
import { HOUR_MS } from '../core/time.ts';
import { lastHead } from './audit-heads.ts';
import type { Database } from './database.ts';
import { type Needs, needsReader } from './overview.ts';

export interface StoreFigures extends Needs {
  /** Indicators whose verification was not renewed in time, as recorded (L9). */
  readonly verificationsOverdue: number;
  /** Those that fall due within the hour. */
  readonly verificationsDue: number;
  /** Notices that a channel has given up. */
  readonly deliveriesFailed: number;
  /** Epoch ms at which the oldest match that is due to be erased became so; `null` = none is due (L19). */
  readonly purgeDueMs: number | null;
  /** Epoch ms of the last signed tree head; `null` = none. */
  readonly auditHeadMs: number | null;
  /** Epoch ms of the oldest event that no head covers; `null` = all are. */
  readonly unsignedSinceMs: number | null;
  readonly events: number;
  readonly consultations: number;
  /** Epoch ms; `null` = none was made. */
  readonly lastBackupMs: number | null;
  readonly databaseBytes: number;
  readonly walBytes: number;
}

type ByOneQuery = Exclude<
  keyof StoreFigures,
  keyof Needs | 'verificationsOverdue' | 'auditHeadMs' | 'unsignedSinceMs' | 'lastBackupMs' | 'walBytes'
>;

const QUERIES: Readonly<Record<ByOneQuery, string>> = {
  verificationsDue: `SELECT count(*) FROM watchedEnds
    WHERE kind = 'indicator' AND atMs > @nowMs AND atMs <= @nowMs + ${HOUR_MS}`,
  deliveriesFailed: `SELECT count(*) FROM noticeDeliveries WHERE state = 'failed'
    AND notice NOT IN (SELECT notice FROM noticeAcknowledgements)`,
  purgeDueMs: 'SELECT min(deleteAfterMs) FROM matches WHERE deleteAfterMs <= @nowMs',
  events: 'SELECT ifnull(max(sequence), 0) FROM events',
  consultations: 'SELECT ifnull(max(id), 0) FROM consultations',
  databaseBytes: 'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size',
};

/** @returns a function that reads anew */
export function storeFiguresReader(db: Database) {
  const needs = needsReader(db);
  const queries = Object.entries(QUERIES).map(
    ([name, sql]) => [name, db.prepare<[object], number | null>(sql).pluck()] as const,
  );
  // The signing of a head is an event too, which only the next one covers.
  const unsigned = db
    .prepare<[number], number>(
      "SELECT atMs FROM events WHERE sequence > ? AND action <> 'audit.head' ORDER BY sequence LIMIT 1",
    )
    .pluck();
  const steps = new FollowedSteps(db);
  return (nowMs: number): StoreFigures => {
    const head = lastHead(db);
    steps.follow();
    const rest = Object.fromEntries(queries.map(([name, query]) => [name, query.get({ nowMs }) ?? null]));
    return {
      ...needs(nowMs),
      ...(rest as Record<Exclude<ByOneQuery, 'purgeDueMs'>, number> & Pick<StoreFigures, 'purgeDueMs'>),
      verificationsOverdue: steps.overdue(),
      auditHeadMs: head?.timestampMs ?? null,
      unsignedSinceMs: unsigned.get(head?.treeSize ?? 0) ?? null,
      lastBackupMs: steps.lastBackupMs,
      walBytes: sizeOf(`${db.name}-wal`),
    };
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What only the log of events tells: read once, then from where it was left. */
class FollowedSteps {
  lastBackupMs: number | null = null;
  private readonly overdueIndicators = new Set<string>();
  private sequence = 0;
  private readonly next;
  private readonly isOver;

  constructor(db: Database) {
    this.next = db.prepare<[number], { sequence: number; atMs: number; action: string; object: string }>(
      `SELECT sequence, atMs, action, object FROM events WHERE sequence > ?
       AND action IN ('indicator.overdue', 'indicator.verify', 'backup.create') ORDER BY sequence`,
    );
    this.isOver = db
      .prepare<[string], 1>("SELECT 1 FROM noticedIndicators WHERE indicator = ? AND state = 'over'")
      .pluck();
  }

  follow(): void {
    for (const { sequence, atMs, action, object } of this.next.iterate(this.sequence)) {
      this.sequence = sequence;
      if (action === 'indicator.overdue') this.overdueIndicators.add(object);
      else if (action === 'indicator.verify') this.overdueIndicators.delete(object);
      else this.lastBackupMs = atMs;
    }
  }

  /** Without those that have come to an end meanwhile. */
  overdue(): number {
    for (const id of this.overdueIndicators) if (this.isOver.get(id) === 1) this.overdueIndicators.delete(id);
    return this.overdueIndicators.size;
  }
}
