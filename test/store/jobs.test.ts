import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { fingerprintInput, openSource } from '../../src/store/jobs.ts';
import { iterateLedger } from '../../src/store/ledger.ts';
import { countMatches, iterateMatches } from '../../src/store/matches.ts';
import { temporaryFolder } from '../support/cli.ts';
import { job, matches, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

/** Replays three batches; `until` = how many before it is interrupted. Each run opens the job anew. */
function replay(db: Database, until = 3): void {
  const replayed = job(db);
  const store = writer(db);
  for (let batch = replayed.resume?.position ?? 0; batch < until; batch++) {
    const counted = row({ records: 10, matched: 2, matches: 2 });
    store.commit(
      request(replayed, {
        matches: matches(counted, 2, START_MS + batch * 100),
        ledger: [counted],
        checkpoint: { position: batch + 1, state: `state ${batch + 1}`, done: batch === 2 },
      }),
    );
  }
}

const contents = (db: Database) => [[...iterateMatches(db)], [...iterateLedger(db)]];

describe('a replay job', () => {
  it('begins at the beginning', () => {
    const first = job(temporaryDatabase());
    expect(first).toMatchObject({ run: 1, resume: null, kind: 'replay' });
    expect(first.totals.records).toBe(0);
  });

  it('that was interrupted goes on at its checkpoint, with what it had counted', () => {
    const db = temporaryDatabase();
    replay(db, 2);
    const resumed = job(db);
    expect(resumed).toMatchObject({ run: 1, resume: { position: 2, state: 'state 2' } });
    expect(resumed.totals).toMatchObject({ records: 20, matched: 4, noHit: 16 });
  });

  it('ends the same, interrupted or not', () => {
    const undisturbed = temporaryDatabase();
    replay(undisturbed);
    const interrupted = temporaryDatabase();
    replay(interrupted, 1);
    replay(interrupted, 2);
    replay(interrupted);
    expect(contents(interrupted)).toEqual(contents(undisturbed));
  });

  it('that is done starts again, and leaves matches and ledger as they were', () => {
    const db = temporaryDatabase();
    replay(db);
    const before = contents(db);
    expect(job(db)).toMatchObject({ run: 2, resume: null });
    replay(db);
    expect(contents(db)).toEqual(before);
    expect(job(db)).toMatchObject({ run: 3, resume: null });
  });

  it('keeps the ledger of its last run until the next one commits', () => {
    const db = temporaryDatabase();
    replay(db);
    job(db);
    expect([...iterateLedger(db)][0]?.records).toBe(30);
  });

  it('whose second run was interrupted resumes that run', () => {
    const db = temporaryDatabase();
    replay(db);
    const before = contents(db);
    replay(db, 1);
    expect(job(db)).toMatchObject({ run: 2, resume: { position: 1 } });
    expect([...iterateLedger(db)][0]?.records).toBe(10);
    replay(db);
    expect(contents(db)).toEqual(before);
  });

  it.each([
    { fingerprint: 'other' },
    { operator: 'other-isp' },
    { retentionBasis: 'lce-122' },
    { straddling: 'overlapping' },
    { format: 'csv' },
  ])('is another with %o', (change) => {
    const db = temporaryDatabase();
    replay(db);
    expect(job(db, change)).toMatchObject({ run: 1, resume: null });
  });

  it('is the same under another name of the input', () => {
    const db = temporaryDatabase();
    replay(db, 1);
    expect(job(db, { name: '/elsewhere/renamed' }).resume).toMatchObject({ position: 1 });
  });

  it('is refused to a second process that replays it at the same time', () => {
    const db = temporaryDatabase();
    const [mine, theirs] = [job(db), job(db)];
    const counted = row();
    writer(db).commit(request(mine, { ledger: [counted] }));
    expect(() => writer(db).commit(request(theirs, { ledger: [counted] }))).toThrow(/another process/);
    expect([...iterateLedger(db)][0]?.records).toBe(10);
  });
});

it('the same flow in two inputs is one match', () => {
  const db = temporaryDatabase();
  const counted = row({ records: 5, matched: 5 });
  for (const fingerprint of ['one', 'two']) {
    writer(db).commit(request(job(db, { fingerprint }), { matches: matches(counted, 5), ledger: [counted] }));
  }
  expect(countMatches(db)).toBe(5);
  expect([...iterateLedger(db)][0]?.records).toBe(10);
});

it('a listener is the same source whenever it is opened', () => {
  const db = temporaryDatabase();
  const names = { name: 'udp [::]:2055', operator: 'example-isp', retentionBasis: 'lce-126-1' };
  const { id } = openSource(db, 'listener', names);
  expect(openSource(db, 'listener', names).id).toBe(id);
  expect(openSource(db, 'listener', { ...names, operator: 'other-isp' }).id).not.toBe(id);
  expect(openSource(db, 'stream', names).id).not.toBe(id);
});

describe('the fingerprint of an input', () => {
  const file = (bytes: Buffer) => {
    const path = join(temporaryFolder(), 'input');
    writeFileSync(path, bytes);
    return path;
  };

  it('is that of its content, not of its name', () => {
    const bytes = Buffer.alloc(200_000, 7);
    expect(fingerprintInput(file(bytes))).toBe(fingerprintInput(file(bytes)));
  });

  it.each([0, 65_535, 199_999])('changes with byte %i', (at) => {
    const bytes = Buffer.alloc(200_000, 7);
    const before = fingerprintInput(file(bytes));
    bytes[at] = 8;
    expect(fingerprintInput(file(bytes))).not.toBe(before);
  });

  it('changes when the input grows', () => {
    const path = file(Buffer.alloc(10));
    const before = fingerprintInput(path);
    appendFileSync(path, Buffer.alloc(1));
    expect(fingerprintInput(path)).not.toBe(before);
  });

  it('of an empty input is one, of a missing one an error', () => {
    expect(fingerprintInput(file(Buffer.alloc(0)))).toMatch(/^0-/);
    expect(() => fingerprintInput('/nonexistent/input')).toThrow(
      expect.objectContaining({ code: 'INPUT_UNREADABLE' }),
    );
  });
});
