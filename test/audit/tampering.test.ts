// L22: each way of changing the log, done on the real file with its triggers dropped; and who finds it out.
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SigningKey } from '../../src/core/signing-key.ts';
import { signHead } from '../../src/store/audit-heads.ts';
import { temporaryFolder } from '../support/cli.ts';
import { fitLeaf, Log, makeItFit } from './logged.ts';

const EDIT = "UPDATE events SET actor = 'somebody.else' WHERE sequence = 21";

it('a log that nobody changed is sound', () => {
  const log = new Log(10, 40, 75);
  log.grow(3);
  expect(log.faults({ publicKeys: [log.key.publicKeyPem], against: log.heads })).toEqual([]);
});

describe('an edit', () => {
  it.each([
    EDIT,
    'UPDATE events SET atMs = atMs + 1 WHERE sequence = 21',
    "UPDATE events SET role = 'admin' WHERE sequence = 21",
    "UPDATE events SET action = 'indicator.revoke' WHERE sequence = 21",
    "UPDATE events SET object = 'indicator--x' WHERE sequence = 21",
    'UPDATE events SET version = 2 WHERE sequence = 21',
    "UPDATE events SET digest = x'00' WHERE sequence = 21",
    "UPDATE events SET detail = json_set(detail, '$.address', '203.0.113.99') WHERE sequence = 21",
    'UPDATE auditLeaves SET hash = randomblob(32) WHERE sequence = 21',
  ])('%s is found, and the event named', (sql) => {
    const faults = new Log(40).tamper((db) => db.exec(sql)).faults();
    expect(faults[0]).toMatchObject({ kind: expect.stringMatching(/edited|tree/), from: expect.any(Number) });
    expect(faults).toContainEqual(expect.objectContaining({ kind: 'edited', from: 21, to: 21 }));
  });

  it('with its leaf is found, to within sixteen events', () => {
    const log = new Log(40).tamper((db) => {
      db.exec(EDIT);
      fitLeaf(db, 21);
    });
    expect(log.faults()).toMatchObject([{ kind: 'tree', from: 17, to: 32 }]);
  });

  it('with its leaf and all subtrees is found, between two heads', () => {
    const log = new Log(10, 40, 75).tamper((db) => {
      db.exec(EDIT);
      const roots = db.prepare('SELECT head, rootHash FROM auditHeads').all() as {
        head: number;
        rootHash: Buffer;
      }[];
      makeItFit(db);
      for (const { head, rootHash } of roots) {
        db.prepare('UPDATE auditHeads SET rootHash = ? WHERE head = ?').run(rootHash, head);
      }
    });
    expect(log.faults()[0]).toMatchObject({ kind: 'tree', from: 11, to: 40 });
  });

  it('with everything that is kept is found: the heads are not signed', () => {
    const log = new Log(10, 40, 75).tamper((db) => {
      db.exec(EDIT);
      makeItFit(db);
    });
    expect(log.faults()).toMatchObject([
      { kind: 'head', message: expect.stringMatching(/over 40 events .* does not carry a valid signature/) },
      { kind: 'head', message: expect.stringMatching(/over 75 events/) },
    ]);
  });

  it('with everything, and heads signed with a key of the forger, is found by the public key kept elsewhere', () => {
    const log = new Log(10, 40);
    const forger = SigningKey.open(join(temporaryFolder(), 'forged.pem'));
    log.tamper((db) => {
      db.exec(EDIT);
      const detail = JSON.stringify({ publicKey: forger.publicKeyPem });
      db.prepare("UPDATE events SET object = ?, detail = ? WHERE action = 'key.create'").run(
        forger.keyId,
        detail,
      );
      makeItFit(db, forger);
    });
    expect(log.faults()).toEqual([]);
    expect(log.faults({ publicKeys: [log.key.publicKeyPem] })).toMatchObject([
      { kind: 'head', message: expect.stringMatching(/which is not known/) },
      { kind: 'head' },
    ]);
  });

  it('with everything, and heads signed with the stolen key, is found by a head kept outside', () => {
    const log = new Log(10, 40);
    log.tamper((db) => {
      db.exec(EDIT);
      makeItFit(db, log.key);
    });
    const publicKeys = [log.key.publicKeyPem];
    expect(log.faults({ publicKeys })).toEqual([]);
    expect(log.faults({ publicKeys, against: log.heads })).toMatchObject([
      { kind: 'tree', from: 11, to: 40 },
    ]);
  });

  test.prop(
    [
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom('atMs', 'actor', 'role', 'action', 'object', 'version', 'detail'),
    ],
    {
      seed: 20_260_625,
      numRuns: 20,
    },
  )('of event %s in any column is found, and the event named', (sequence, column) => {
    const log = new Log(20, 60).tamper((db) => {
      const others: Record<string, unknown> = { atMs: 1, version: 9, detail: '{"note":"nothing"}' };
      db.prepare(`UPDATE events SET ${column} = ? WHERE sequence = ?`).run(others[column] ?? 'x', sequence);
    });
    expect(log.faults()).toContainEqual(
      expect.objectContaining({ kind: 'edited', from: sequence, to: sequence }),
    );
  });
});

describe('a deletion', () => {
  it('is found, and the event named', () => {
    const log = new Log(40).tamper((db) => db.exec('DELETE FROM events WHERE sequence = 21'));
    expect(log.faults()).toMatchObject([{ kind: 'missing', from: 21, to: 21 }]);
  });

  it('with its leaf is found too', () => {
    const log = new Log(40, 60).tamper((db) => {
      for (const table of ['events', 'auditLeaves'])
        db.exec(`DELETE FROM ${table} WHERE sequence BETWEEN 21 AND 23`);
    });
    expect(log.faults()).toMatchObject([{ kind: 'missing', from: 21, to: 23 }]);
  });

  it('whose gap is closed is found: all that follow stand elsewhere', () => {
    const log = new Log(40).tamper((db) => {
      db.exec('DELETE FROM events WHERE sequence = 21');
      for (let sequence = 22; sequence <= 41; sequence++) {
        db.prepare('UPDATE events SET sequence = sequence - 1 WHERE sequence = ?').run(sequence);
      }
    });
    expect(log.faults()).toContainEqual(
      expect.objectContaining({
        kind: 'moved',
        from: 21,
        message: expect.stringMatching(/was logged as event 22/),
      }),
    );
  });

  it('of a head is found: its signing was an event', () => {
    const log = new Log(10, 40).tamper((db) => db.exec('DELETE FROM auditHeads WHERE treeSize = 10'));
    expect(log.faults()).toMatchObject([{ kind: 'head', from: 11, to: 11 }]);
  });

  it('of a subtree is found when the next head is to be signed, and nothing is signed', () => {
    const log = new Log(40).tamper((db) => db.exec('DELETE FROM auditSubtrees'));
    log.grow(1);
    expect(() => signHead(log.db, log.key, { by: 'a', role: 'engineer', at: 1 })).toThrow(
      /is missing from the audit log/,
    );
  });
});

describe('reordering', () => {
  it('of two events is found, and both are named', () => {
    const log = new Log(40).tamper((db) =>
      db.exec(`UPDATE events SET sequence = -1 WHERE sequence = 21; UPDATE events SET sequence = 21 WHERE sequence = 30;
        UPDATE events SET sequence = 30 WHERE sequence = -1`),
    );
    expect(log.faults()).toMatchObject([
      { kind: 'moved', from: 21, message: expect.stringMatching(/was logged as event 30/) },
      { kind: 'moved', from: 30, message: expect.stringMatching(/was logged as event 21/) },
    ]);
  });

  it('is what an insertion is: an event between others pushes them on', () => {
    const log = new Log(40).tamper((db) => {
      for (let sequence = 41; sequence >= 21; sequence--) {
        db.prepare('UPDATE events SET sequence = sequence + 1 WHERE sequence = ?').run(sequence);
      }
      db.exec(
        `INSERT INTO events SELECT 21, atMs, actor, role, action, object, version, digest, detail FROM events WHERE sequence = 5`,
      );
    });
    expect(log.faults()).toContainEqual(expect.objectContaining({ kind: 'edited', from: 21 }));
    expect(log.faults()).toContainEqual(expect.objectContaining({ kind: 'moved', from: 22 }));
  });
});

describe('cutting off', () => {
  const cut = (tables: readonly string[]) => (log: Log) =>
    log.tamper((db) => {
      for (const table of tables) db.exec(`DELETE FROM ${table} WHERE sequence > 20`);
    });

  it('the last events is found: their leaves are there', () => {
    expect(cut(['events'])(new Log(10, 40)).faults().slice(0, 1)).toMatchObject([
      { kind: 'missing', from: 21 },
    ]);
  });

  it('with their leaves is found by a head', () => {
    const log = cut(['events', 'auditLeaves'])(new Log(10, 40));
    expect(log.faults()).toMatchObject([{ kind: 'truncated', from: 21, to: 40 }]);
  });

  it('with leaves and heads is found by a head kept outside, and by nothing else', () => {
    const log = new Log(10, 40);
    cut(['events', 'auditLeaves'])(log).tamper((db) =>
      db.exec('DELETE FROM auditHeads WHERE treeSize > 20; DELETE FROM auditSubtrees WHERE position > 0'),
    );
    expect(log.faults()).toEqual([]);
    expect(log.faults({ against: log.heads.slice(1) })).toMatchObject([
      { kind: 'truncated', from: 21, to: 40 },
    ]);
  });

  it('and growing again is found by a head kept outside', () => {
    const log = new Log(10, 40);
    cut(['events', 'auditLeaves'])(log).tamper((db) =>
      db.exec('DELETE FROM auditHeads WHERE treeSize > 20; DELETE FROM auditSubtrees WHERE position > 0'),
    );
    log.grow(30, 'another event');
    signHead(log.db, log.key, { by: 'a', role: 'engineer', at: Date.UTC(2026, 7, 1) });
    expect(log.faults()).toEqual([]);
    expect(log.faults({ against: log.heads })).toMatchObject([{ kind: 'tree', from: 11, to: 40 }]);
  });

  it('is found when the next head is to be signed, and nothing is signed', () => {
    const log = cut(['events'])(new Log(10, 40));
    expect(() => signHead(log.db, log.key, { by: 'a', role: 'engineer', at: 1 })).toThrow(
      /nothing is signed/,
    );
  });
});

describe('a sequence far beyond', () => {
  it('does not make the check run for ever', () => {
    const log = new Log(10).tamper((db) =>
      db.exec('UPDATE events SET sequence = 9007199254740991 WHERE sequence = 10'),
    );
    expect(log.faults()[0]).toMatchObject({ kind: 'missing', from: 10, to: 10 });
  });
});
