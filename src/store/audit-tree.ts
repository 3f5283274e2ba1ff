// The audit log's tree beside the events: leaves and complete subtrees, each written once. Events are taken in when a head
// is to be signed, not with each change: before a signature they would prove nothing, and a long import stays fast.
import { eventLeafHash, type LoggedEvent } from '../audit/event-leaf.ts';
import { hashed } from '../audit/hashed.ts';
import { type CompleteSubtree, GrowingTree, hashNode } from '../audit/merkle.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from './database.ts';

/** Levels between those that are kept (src/store/schema-audit.ts). */
const KEPT_EVERY = 4;
/** Events read at a time. */
const EVENTS_PER_READ = 100;

export interface EventRow extends Omit<LoggedEvent, 'digest' | 'detail'> {
  readonly digest: Uint8Array | null;
  readonly detail: string;
}

export function loggedEvent({ digest, detail, ...rest }: EventRow): LoggedEvent {
  return {
    ...rest,
    digest: digest === null ? null : Buffer.from(digest).toString('hex'),
    detail: JSON.parse(detail) as Record<string, unknown>,
  };
}

/** Events that are in the tree. */
export function treeSize(db: Database): number {
  return (db.prepare<[], number | null>('SELECT max(sequence) FROM auditLeaves').pluck().get() ??
    0) as number;
}

export function lastSequence(db: Database): number {
  return (db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck().get() ?? 0) as number;
}

/** `null` = that level is not kept, or the hash is not there. */
export function keptSubtree(db: Database): (level: number, index: number) => Uint8Array | null {
  const leaf = db.prepare<[number], Buffer>('SELECT hash FROM auditLeaves WHERE sequence = ?').pluck();
  const subtree = db
    .prepare<[number, number], Buffer>('SELECT hash FROM auditSubtrees WHERE level = ? AND position = ?')
    .pluck();
  return (level, index) => {
    if (level === 0) return leaf.get(index + 1) ?? null;
    return level % KEPT_EVERY === 0 ? (subtree.get(level, index) ?? null) : null;
  };
}

/** @throws FlowSieveError AUDIT where a hash that must be kept is not there */
export function storedSubtree(db: Database): CompleteSubtree {
  const kept = keptSubtree(db);
  const subtree: CompleteSubtree = (level, index) => {
    const hash = kept(level, index);
    if (hash) return hash;
    if (level % KEPT_EVERY !== 0)
      return hashed(hashNode(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1)));
    const [from, to] = [index * 2 ** level + 1, (index + 1) * 2 ** level];
    throw new FlowSieveError(
      'AUDIT',
      `${db.name}: the hash of events ${from} to ${to} is missing from the audit log; \`audit verify\` says more`,
    );
  };
  return subtree;
}

/** Takes events into the tree, each transaction as long as the caller allows. */
export class TreeWriter {
  private readonly db: Database;
  private readonly selectEvents;
  private readonly insertLeaf;
  private readonly insertSubtree;

  constructor(db: Database) {
    this.db = db;
    this.selectEvents = db.prepare<[number], EventRow>(
      `SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT ${EVENTS_PER_READ}`,
    );
    this.insertLeaf = db.prepare<[number, Uint8Array]>('INSERT INTO auditLeaves VALUES (?, ?)');
    this.insertSubtree = db.prepare<[number, number, Uint8Array]>(
      'INSERT INTO auditSubtrees VALUES (?, ?, ?)',
    );
  }

  /**
   * Within the caller's transaction; goes on for about so long, ms.
   * @returns whether every event is in the tree
   * @throws FlowSieveError AUDIT where an event is missing
   */
  advance(forMs: number): boolean {
    const until = performance.now() + forMs;
    const tree = new GrowingTree((level, index, hash) => {
      if (level === 0) this.insertLeaf.run(index + 1, hash);
      else if (level % KEPT_EVERY === 0) this.insertSubtree.run(level, index, hash);
    }).resume(treeSize(this.db), storedSubtree(this.db));
    this.refuseCutOff(tree.size);
    for (;;) {
      const rows = this.selectEvents.all(tree.size);
      for (const row of rows) {
        if (row.sequence !== tree.size + 1) throw this.missing(tree.size + 1, row.sequence - 1);
        hashed(tree.append(hashed(eventLeafHash(loggedEvent(row)))));
      }
      if (rows.length < EVENTS_PER_READ) return true;
      if (performance.now() >= until) return false;
    }
  }

  private refuseCutOff(size: number): void {
    const last = lastSequence(this.db);
    if (last < size) throw this.missing(last + 1, size);
  }

  private missing(from: number, to: number): FlowSieveError {
    const which = from === to ? `event ${from} is` : `events ${from} to ${to} are`;
    return new FlowSieveError(
      'AUDIT',
      `${this.db.name}: ${which} missing from the audit log; nothing is signed`,
    );
  }
}
