// Reads the audit log: to show it, to check it, to hand it out, to prove something of it. Writes nothing.
import type { LoggedEvent } from '../audit/event-leaf.ts';
import type { Verification } from '../audit/fault.ts';
import { hashed } from '../audit/hashed.ts';
import { edgeOf } from '../audit/merkle.ts';
import type { ConsistencyProof, InclusionProof } from '../audit/proof-file.ts';
import { consistencyProof, inclusionProof } from '../audit/proofs.ts';
import { type SignedTreeHead, treeHeadJson } from '../audit/tree-head.ts';
import { LogVerification, type VerificationOptions } from '../audit/verification.ts';
import { FlowSieveError } from '../core/errors.ts';
import { headOfSize, lastHead, listHeads, rootOf } from './audit-heads.ts';
import {
  type EventRow,
  keptSubtree,
  lastSequence,
  loggedEvent,
  storedSubtree,
  treeSize,
} from './audit-tree.ts';
import type { Database } from './database.ts';
import { recordedKeys } from './signing-keys.ts';

export interface EventFilter {
  /** In full, or its first part: `indicator` is every `indicator.…`. */
  readonly action?: string;
  readonly object?: string;
  readonly actor?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** The newest so many. */
  readonly limit?: number;
}

const CONDITIONS: Readonly<Record<Exclude<keyof EventFilter, 'limit'>, string>> = {
  action: "(action = @action OR substr(action, 1, length(@action) + 1) = @action || '.')",
  object: 'object = @object',
  actor: 'actor = @actor',
  sinceMs: 'atMs >= @sinceMs',
  untilMs: 'atMs < @untilMs',
};

/** On rows of `events`; the values are the filter's. */
export function eventConditions(filter: EventFilter): string[] {
  const given = Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[];
  return given.filter((key) => filter[key] !== undefined).map((key) => CONDITIONS[key]);
}

/** In the order of their sequence. */
export function* iterateEvents(db: Database, filter: EventFilter = {}): Generator<LoggedEvent> {
  const select = `SELECT * FROM events WHERE ${['true', ...eventConditions(filter)].join(' AND ')}`;
  const newest =
    filter.limit === undefined
      ? `${select} ORDER BY sequence`
      : `SELECT * FROM (${select} ORDER BY sequence DESC LIMIT @limit) ORDER BY sequence`;
  for (const row of db.prepare<object, EventRow>(newest).iterate({ ...filter })) yield loggedEvent(row);
}

/** Of one moment, whatever other processes write meanwhile. */
export function verifyLog(
  db: Database,
  options: Omit<VerificationOptions, 'start' | 'keptSubtree'>,
): Verification {
  return db.transaction(() => {
    const verification = new LogVerification({ ...options, keptSubtree: keptSubtree(db) });
    for (const head of listHeads(db)) verification.head(head);
    for (const { event, leaf } of iterateLog(db)) {
      keepGoing(db, verification, event.sequence);
      verification.event(event, leaf);
    }
    keepGoing(db, verification, treeSize(db) + 1);
    return verification.end();
  })();
}

/** Where events are missing, their leaves carry the tree on. */
function keepGoing(db: Database, verification: LogVerification, until: number): void {
  if (verification.next >= until) return;
  const leaves = db
    .prepare<[number, number], { sequence: number; hash: Buffer }>(
      'SELECT sequence, hash FROM auditLeaves WHERE sequence >= ? AND sequence < ? ORDER BY sequence',
    )
    .iterate(verification.next, until);
  for (const { sequence, hash } of leaves) verification.keptOnly(sequence, hash);
}

interface LogEntry {
  readonly event: LoggedEvent;
  /** As it was kept; null = the event is not in the tree yet. */
  readonly leaf: Uint8Array | null;
}

/** Read so many at a time: what goes out slowly keeps no transaction open. */
const ENTRIES_PER_READ = 500;

function* iterateLog(
  db: Database,
  afterSequence = 0,
  upToSequence = Number.MAX_SAFE_INTEGER,
): Generator<LogEntry> {
  const select = db.prepare<[number, number], EventRow & { leaf: Uint8Array | null }>(
    `SELECT events.*, auditLeaves.hash AS leaf FROM events LEFT JOIN auditLeaves USING (sequence)
     WHERE events.sequence > ? AND events.sequence <= ? ORDER BY events.sequence LIMIT ${ENTRIES_PER_READ}`,
  );
  for (let after = afterSequence; ; ) {
    const rows = select.all(after, upToSequence);
    for (const { leaf, ...row } of rows) yield { event: loggedEvent(row), leaf };
    if (rows.length < ENTRIES_PER_READ) return;
    after = (rows.at(-1) as EventRow).sequence;
  }
}

/**
 * Every line of an export (docs/audit.md), as the log was when it began; `audit verify` checks it without the database.
 * Events are only ever added, so it needs no transaction that lasts.
 */
export function* exportLog(db: Database, sinceMs: number | null): Generator<string> {
  const { startSize, edge, publicKeys, heads, upTo } = db.transaction(() => {
    const size = sinceMs === null ? 0 : sizeBefore(db, sinceMs);
    const subtree = storedSubtree(db);
    return {
      startSize: size,
      edge: edgeOf(size).map(([level, index]) => hex(subtree(level, index))),
      publicKeys: recordedKeys(db).map(({ publicKeyPem }) => publicKeyPem),
      heads: listHeads(db).filter((head) => head.treeSize >= size),
      upTo: lastSequence(db),
    };
  })();
  yield JSON.stringify({ type: 'audit-export', version: 1, startSize, edge, publicKeys });
  let next = 0;
  let last = startSize;
  const headsUpTo = function* (size: number) {
    while (next < heads.length && (heads[next] as SignedTreeHead).treeSize <= size) {
      yield JSON.stringify(treeHeadJson(heads[next++] as SignedTreeHead));
    }
  };
  yield* headsUpTo(startSize);
  for (const { event, leaf } of iterateLog(db, startSize, upTo)) {
    yield JSON.stringify({ type: 'event', ...event, ...(leaf ? { leaf: hex(leaf) } : {}) });
    last = event.sequence;
    yield* headsUpTo(last);
  }
  yield* headsUpTo(Number.POSITIVE_INFINITY);
  yield JSON.stringify({ type: 'end', lastSequence: last });
}

/** Events before the first of that time or later; none that is not in the tree. */
function sizeBefore(db: Database, sinceMs: number): number {
  const first = db.prepare<[number], number>(
    'SELECT sequence FROM events WHERE atMs >= ? ORDER BY sequence LIMIT 1',
  );
  const before = ((first.pluck().get(sinceMs) as number | undefined) ?? lastSequence(db) + 1) - 1;
  return Math.min(before, treeSize(db));
}

/** That an event is in the log, under the newest head. @throws FlowSieveError NOT_FOUND, AUDIT */
export function proveEvent(db: Database, sequence: number): InclusionProof {
  const row = db.prepare<[number], EventRow>('SELECT * FROM events WHERE sequence = ?').get(sequence);
  if (!row)
    throw new FlowSieveError('NOT_FOUND', `there is no event ${sequence}; the last is ${lastSequence(db)}`);
  const head = lastHead(db);
  if (!head || head.treeSize < sequence) {
    throw new FlowSieveError(
      'NOT_FOUND',
      `no signed head covers event ${sequence} yet: \`audit head --sign\` makes one`,
    );
  }
  return {
    type: 'inclusion-proof',
    event: loggedEvent(row),
    path: hashed(inclusionProof(sequence - 1, head.treeSize, storedSubtree(db))).map(hex),
    head: treeHeadJson(head),
  };
}

/** That the log over `to` events grew out of the one over `from`. @throws FlowSieveError NOT_FOUND, USAGE, AUDIT */
export function proveGrowth(db: Database, from: number, to: number): ConsistencyProof {
  if (from < 1 || from > to)
    throw new FlowSieveError('USAGE', `${from} ${to}: the earlier size comes first, from 1 on`);
  if (to > treeSize(db)) {
    throw new FlowSieveError(
      'NOT_FOUND',
      `the tree has ${treeSize(db)} events, not ${to}; \`audit head --sign\` takes in what is new`,
    );
  }
  const side = (size: number) => {
    const head = headOfSize(db, size);
    return { treeSize: size, rootHash: hex(rootOf(db, size)), head: head && treeHeadJson(head) };
  };
  return {
    type: 'consistency-proof',
    from: side(from),
    to: side(to),
    proof: hashed(consistencyProof(from, to, storedSubtree(db))).map(hex),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
