import { expect, it } from 'vitest';
import { ContactTable } from '../../src/store/contacts.ts';
import { openDatabase } from '../../src/store/database.ts';
import { EvidenceTask } from '../../src/victims/evidence-task.ts';
import { iterateVictims } from '../../src/victims/victims.ts';
import { job, keep, match, request, row, START_MS, temporaryDatabase, writer } from '../store/fixture.ts';
import { nobody } from './fixture.ts';

const running = new AbortController().signal;

function filled() {
  const db = temporaryDatabase();
  const add = (n: number) => {
    const counted = row({ records: 10, matched: 10 });
    const victims = Array.from({ length: 10 }, (_, at) =>
      match(counted, { victim: `198.51.100.${at}`, startMs: START_MS + n }),
    );
    writer(db).commit(request(job(db), { matches: victims, ledger: [counted] }));
  };
  add(0);
  return { db, add };
}

it('the daemon keeps evidence up to date, run after run', async () => {
  const { db, add } = filled();
  const task = new EvidenceTask(db);
  await task.run(0, running);
  expect([...iterateVictims(db, {}, nobody())].map(({ flows }) => flows)).toEqual(Array(10).fill(1));
  add(1);
  await task.run(0, running);
  expect([...iterateVictims(db, {}, nobody())].map(({ flows }) => flows)).toEqual(Array(10).fill(2));
});

it('while another process writes, the task leaves it for the next run', async () => {
  const { db } = filled();
  const other = keep(openDatabase(db.name));
  db.pragma('busy_timeout = 1');
  const task = new EvidenceTask(db);
  other.exec('BEGIN IMMEDIATE');
  await task.run(0, running);
  other.exec('COMMIT');
  expect(new ContactTable(db).countStale()).toBe(10);
  await task.run(0, running);
  expect(new ContactTable(db).countStale()).toBe(0);
});

it('stops at once where the daemon does', async () => {
  const { db } = filled();
  await new EvidenceTask(db).run(0, AbortSignal.abort());
  expect(new ContactTable(db).countStale()).toBe(10);
});
