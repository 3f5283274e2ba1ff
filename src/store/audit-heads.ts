// Signed tree heads: made over all events there are, kept beside them, each an event itself, which the next head covers.
import { hashed } from '../audit/hashed.ts';
import { treeHash } from '../audit/merkle.ts';
import { type SignedTreeHead, type Signer, signTreeHead } from '../audit/tree-head.ts';
import { FlowSieveError } from '../core/errors.ts';
import { lastSequence, storedSubtree, TreeWriter, treeSize } from './audit-tree.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

const COLUMNS = 'treeSize, rootHash, timestampMs, keyId, signature';
const SELECT = `SELECT ${COLUMNS} FROM auditHeads`;

/** In the order in which they were signed. */
export function listHeads(db: Database): SignedTreeHead[] {
  return db.prepare<[], SignedTreeHead>(`${SELECT} ORDER BY head`).all();
}

export interface NumberedHead extends SignedTreeHead {
  readonly head: number;
}

/** The newest first. @param before the number of the last of the page before; `null` = from the newest */
export function pageOfHeads(db: Database, before: number | null, limit: number): NumberedHead[] {
  return db
    .prepare<[number, number], NumberedHead>(
      `SELECT head, ${COLUMNS} FROM auditHeads WHERE head < ? ORDER BY head DESC LIMIT ?`,
    )
    .all(before ?? Number.MAX_SAFE_INTEGER, limit);
}

export function lastHead(db: Database): SignedTreeHead | null {
  return db.prepare<[], SignedTreeHead>(`${SELECT} ORDER BY head DESC LIMIT 1`).get() ?? null;
}

/** The newest that covers exactly so many events. */
export function headOfSize(db: Database, size: number): SignedTreeHead | null {
  return (
    db
      .prepare<[number], SignedTreeHead>(`${SELECT} WHERE treeSize = ? ORDER BY head DESC LIMIT 1`)
      .get(size) ?? null
  );
}

/** The root over the first `size` events, all of which are in the tree. */
export function rootOf(db: Database, size: number): Uint8Array {
  return hashed(treeHash(size, storedSubtree(db)));
}

/** Whether something happened that no head covers, but the signing of the last one. */
function hasNews(db: Database): boolean {
  const covered = lastHead(db)?.treeSize ?? 0;
  return (
    db
      .prepare(
        "SELECT 1 FROM events WHERE sequence > ? AND NOT (sequence = ? + 1 AND action = 'audit.head') LIMIT 1",
      )
      .get(covered, covered) !== undefined
  );
}

/** Takes events into the tree within a transaction of its own, for about so long, ms. @returns whether all are in */
export function advanceTree(db: Database, forMs: number): boolean {
  const writer = new TreeWriter(db);
  return working(db, () => db.transaction(() => writer.advance(forMs)).immediate());
}

/**
 * Signs a head over every event. Without news, the last one stands.
 * @throws FlowSieveError AUDIT where the log is not what the last head says: nothing is signed then
 */
export function signHead(db: Database, signer: Signer, change: ChangedBy): SignedTreeHead {
  return working(db, () => db.transaction(() => signWithin(db, signer, change)).immediate());
}

function signWithin(db: Database, signer: Signer, { by, role, at }: ChangedBy): SignedTreeHead {
  new TreeWriter(db).advance(Number.POSITIVE_INFINITY);
  const last = lastHead(db);
  if (last) refuseChanged(db, last);
  if (last && !hasNews(db)) return last;
  const size = treeSize(db);
  const head = signTreeHead(
    { treeSize: size, rootHash: rootOf(db, size), timestampMs: Math.max(at, last?.timestampMs ?? 0) },
    signer,
  );
  const { lastInsertRowid } = db
    .prepare<unknown[]>(
      'INSERT INTO auditHeads (treeSize, rootHash, timestampMs, keyId, signature) VALUES (?, ?, ?, ?, ?)',
    )
    .run(head.treeSize, head.rootHash, head.timestampMs, head.keyId, head.signature);
  eventWriter(db)({
    atMs: at,
    actor: by,
    role,
    action: 'audit.head',
    object: `head:${lastInsertRowid}`,
    version: 1,
    digest: head.rootHash,
    detail: { treeSize: size, rootHash: Buffer.from(head.rootHash).toString('hex'), keyId: head.keyId },
  });
  return head;
}

/** Cheap: the events themselves are for `audit verify` to read. */
function refuseChanged(db: Database, { treeSize: covered, rootHash }: SignedTreeHead): void {
  if (lastSequence(db) >= covered && treeSize(db) >= covered) {
    if (Buffer.compare(rootOf(db, covered), rootHash) === 0) return;
  }
  throw new FlowSieveError(
    'AUDIT',
    `${db.name}: the audit log is not the one that was last signed (${covered} events); nothing is signed. See \`audit verify\``,
  );
}
