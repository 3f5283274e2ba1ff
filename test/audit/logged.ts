// A log of so many events with heads signed at certain sizes, and what somebody with the file and no respect can do to it.
import { join } from 'node:path';
import { eventLeafHash } from '../../src/audit/event-leaf.ts';
import type { Fault } from '../../src/audit/fault.ts';
import { hashed } from '../../src/audit/hashed.ts';
import { GrowingTree } from '../../src/audit/merkle.ts';
import { type SignedTreeHead, signTreeHead } from '../../src/audit/tree-head.ts';
import type { VerificationOptions } from '../../src/audit/verification.ts';
import type { SigningKey } from '../../src/core/signing-key.ts';
import { signHead } from '../../src/store/audit-heads.ts';
import { verifyLog } from '../../src/store/audit-log.ts';
import { type EventRow, loggedEvent } from '../../src/store/audit-tree.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { eventWriter } from '../../src/store/events.ts';
import { openSigningKey } from '../../src/store/signing-keys.ts';
import { Sqlite } from '../../src/store/sqlite.ts';
import { keep } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';

const CHANGE = { by: 'an.engineer', role: 'engineer', at: Date.UTC(2026, 6, 1) };

export class Log {
  readonly path = join(temporaryFolder(), 'audited.db');
  readonly db: Database = keep(openDatabase(this.path));
  readonly key: SigningKey = openSigningKey(this.db, `${this.path}-key.pem`, CHANGE);
  readonly heads: SignedTreeHead[] = [];

  /** Events up to each of these sizes, and a head over them. The first event records the key. */
  constructor(...sizes: readonly number[]) {
    for (const size of sizes) {
      this.grow(size - this.size);
      this.sign();
    }
  }

  sign(): void {
    this.heads.push(signHead(this.db, this.key, CHANGE));
  }

  get size(): number {
    return this.db.prepare<[], number>('SELECT max(sequence) FROM events').pluck().get() as number;
  }

  grow(count: number, note = 'event', atMs = CHANGE.at): void {
    const write = eventWriter(this.db);
    this.db.transaction(() => {
      for (let n = 0; n < count; n++) {
        const detail = { address: `203.0.113.${this.size % 256}`, note: `${note} ${this.size + 1}` };
        const object = `indicator--${this.size}`;
        const { by: actor, role } = CHANGE;
        write({ atMs, actor, role, action: 'indicator.add', object, version: 1, digest: null, detail });
      }
    })();
  }

  faults(options: Omit<VerificationOptions, 'start' | 'keptSubtree'> = {}): readonly Fault[] {
    const db = openDatabase(this.path, { readonly: true });
    try {
      return verifyLog(db, options).faults;
    } finally {
      db.close();
    }
  }

  /** With the file's own triggers out of the way, as anybody with the file can. */
  tamper(change: (db: Database) => void): this {
    const db = new Sqlite(this.path);
    const triggers = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all();
    for (const trigger of triggers) db.exec(`DROP TRIGGER "${trigger}"`);
    db.transaction(() => change(db))();
    db.close();
    return this;
  }
}

/** Makes the leaf of one event fit it again. */
export function fitLeaf(db: Database, sequence: number): void {
  const hash = hashed(eventLeafHash(loggedEvent(eventRow(db, sequence))));
  db.prepare('UPDATE auditLeaves SET hash = ? WHERE sequence = ?').run(hash, sequence);
}

/** Makes leaves, subtrees and roots of heads fit the events again; signs the heads with `key` where it is given. */
export function makeItFit(db: Database, key?: SigningKey): void {
  db.exec('DELETE FROM auditLeaves; DELETE FROM auditSubtrees');
  type Row = Omit<SignedTreeHead, 'rootHash'> & { head: number; rootHash: Uint8Array };
  const heads = db.prepare<[], Row>('SELECT * FROM auditHeads').all();
  const tree = new GrowingTree((level, index, hash) => {
    if (level === 0) db.prepare('INSERT INTO auditLeaves VALUES (?, ?)').run(index + 1, hash);
    else if (level % 4 === 0)
      db.prepare('INSERT INTO auditSubtrees VALUES (?, ?, ?)').run(level, index, hash);
  });
  const put = db.prepare('UPDATE auditHeads SET rootHash = ?, signature = ?, keyId = ? WHERE head = ?');
  const covered = Math.max(...heads.map(({ treeSize }) => treeSize));
  for (const row of db.prepare<[], EventRow>('SELECT * FROM events ORDER BY sequence').all()) {
    const told = heads.find(({ head }) => row.action === 'audit.head' && row.object === `head:${head}`);
    if (told) {
      const detail = JSON.stringify({ ...JSON.parse(row.detail), rootHash: hex(told.rootHash) });
      db.prepare('UPDATE events SET detail = ?, digest = ? WHERE sequence = ?').run(
        detail,
        told.rootHash,
        row.sequence,
      );
    }
    if (row.sequence > covered) continue;
    hashed(tree.append(hashed(eventLeafHash(loggedEvent(eventRow(db, row.sequence))))));
    for (const head of heads.filter(({ treeSize }) => treeSize === tree.size)) {
      head.rootHash = Buffer.from(hashed(tree.root()));
      const signed = key ? signTreeHead(head, key) : head;
      put.run(head.rootHash, signed.signature, signed.keyId, head.head);
    }
  }
}

function eventRow(db: Database, sequence: number): EventRow {
  return db.prepare<[number], EventRow>('SELECT * FROM events WHERE sequence = ?').get(sequence) as EventRow;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
