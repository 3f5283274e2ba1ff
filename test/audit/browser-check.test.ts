// The check that browsers make, over the log as the server hands it out: it finds what `audit verify` finds.
import { describe, expect, it } from 'vitest';
import { LogChecker } from '../../src/dashboard/audit/log-checker.ts';
import { HeadKeys } from '../../src/dashboard/audit/web-crypto.ts';
import { exportLog } from '../../src/store/audit-log.ts';
import { fitLeaf, Log, makeItFit } from './logged.ts';

const EDIT = "UPDATE events SET actor = 'somebody.else' WHERE sequence = 21";

/** @param size lines handed over at a time */
async function checked(log: Log, size = 7, pem = log.key.publicKeyPem) {
  const lines = [...exportLog(log.db, null)];
  const checker = new LogChecker(await HeadKeys.of([pem]));
  for (let at = 0; at < lines.length; at += size) await checker.lines(lines.slice(at, at + size));
  return checker.end();
}

describe('the browser’s check', () => {
  it.each([1, 7, 1_000])('finds a log sound that nobody changed, %s lines at a time', async (size) => {
    const log = new Log(10, 40, 75);
    log.grow(3);
    expect(await checked(log, size)).toEqual({
      events: 79,
      heads: 3,
      coveredTo: 75,
      findings: [],
      findingCount: 0,
    });
  });

  it.each([
    EDIT,
    "UPDATE events SET detail = json_set(detail, '$.note', 'x') WHERE sequence = 21",
    'UPDATE auditLeaves SET hash = randomblob(32) WHERE sequence = 21',
  ])('names the event that is not the one that was logged: %s', async (sql) => {
    const { findings } = await checked(new Log(40).tamper((db) => db.exec(sql)));
    expect(findings[0]).toMatchObject({ kind: 'edited', sequence: 21, object: 'indicator--20' });
  });

  it('finds an edit with its leaf between two heads', async () => {
    const log = new Log(10, 40, 75).tamper((db) => {
      db.exec(EDIT);
      fitLeaf(db, 21);
    });
    expect((await checked(log)).findings).toEqual([{ kind: 'changed', from: 11, to: 40 }]);
    expect((await checked(log)).coveredTo).toBe(10);
  });

  it('finds heads that were made to fit, and are not signed', async () => {
    const log = new Log(10, 40, 75).tamper((db) => {
      db.exec(EDIT);
      makeItFit(db);
    });
    expect((await checked(log)).findings).toMatchObject([
      { kind: 'signature', size: 40 },
      { kind: 'signature', size: 75 },
    ]);
  });

  it('finds heads of a key that is not the one kept elsewhere', async () => {
    const other = new Log(3);
    const { findings, coveredTo } = await checked(new Log(10), 7, other.key.publicKeyPem);
    expect(findings).toMatchObject([{ kind: 'unknownKey', size: 10 }]);
    expect(coveredTo).toBe(0);
  });

  it('finds events that are missing, and a log that was cut off', async () => {
    const missing = new Log(40).tamper((db) => db.exec('DELETE FROM events WHERE sequence IN (20, 21)'));
    expect((await checked(missing)).findings).toContainEqual({ kind: 'missing', from: 20, to: 21 });
    const cut = new Log(10, 40).tamper((db) => db.exec('DELETE FROM events WHERE sequence > 30'));
    expect((await checked(cut)).findings).toContainEqual({ kind: 'cutOff', from: 31, to: 40 });
  });

  it('finds an answer that broke off', async () => {
    const log = new Log(10);
    const checker = new LogChecker(await HeadKeys.of([log.key.publicKeyPem]));
    await checker.lines([...exportLog(log.db, null)].slice(0, 5));
    expect(checker.end().findings).toEqual([{ kind: 'broken', events: 4 }]);
  });
});
