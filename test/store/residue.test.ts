// L19: erased means erased. Addresses are planted, purged, and looked for in every byte of every file of the folder.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { emptyLog, overwriteCopies, purge } from '../../src/engine/erasing.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openSource } from '../../src/store/jobs.ts';
import { gapOf } from '../../src/store/page-gap.ts';
import { cleanResidue, emptyWal, findResidue } from '../../src/store/residue.ts';
import {
  DAY_MS,
  EVALUATED_MS,
  keep,
  match,
  request,
  row,
  START_MS,
  temporaryDatabase,
  writer,
} from './fixture.ts';

const SIGNAL = new AbortController().signal;
const CHANGE = { by: 'an.engineer', role: 'engineer' };

/** 10.x.y.z in an order of no order, so that b-trees are torn and mended. */
const victimOf = (n: number) => {
  const mixed = (Math.imul(n, 0x9e3779b1) >>> 8) & 0xffffff;
  return `10.${mixed >> 16}.${(mixed >> 8) & 255}.${mixed & 255}`;
};

const LISTENER = { name: '127.0.0.1:2055', operator: 'example-isp', retentionBasis: 'lce-126-1' };

/** Matches of so many victims, a third of which is kept for 10 days, a third for 20, a third for 30. */
function filled(db: Database, victims: number): void {
  const source = openSource(db, 'listener', LISTENER);
  for (let first = 0; first < victims; first += 500) {
    for (const days of [10, 20, 30]) {
      const numbers = Array.from({ length: Math.min(500, victims - first) }, (_, n) => first + n).filter(
        (n) => n % 3 === days / 10 - 1,
      );
      const counted = row({ records: numbers.length, matched: numbers.length });
      const matches = numbers.map((n) =>
        match(counted, { victim: victimOf(n), startMs: START_MS + ((n * 7_919) % victims) * 60_000 }),
      );
      writer(db, { retentionDays: days }).commit(
        request(source, { matches, ledger: [counted], checkpoint: null }),
      );
    }
  }
}

/** Addresses of `gone` that stand anywhere in the folder. */
function tracesIn(db: Database, gone: readonly string[]): string[] {
  const folder = dirname(db.name);
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
  const found = new Set(bytes.flatMap((text) => text.match(/10\.\d{1,3}\.\d{1,3}\.\d{1,3}/g) ?? []));
  return gone.filter((address) => found.has(address));
}

const erase = async (db: Database, nowMs: number) => {
  const erasing = { db, change: CHANGE, signal: SIGNAL };
  const deleted = await purge(erasing, nowMs);
  return { deleted, erased: (await emptyLog(erasing, 1_000)) && (await overwriteCopies(erasing, 1_000)) };
};

const victims = (count: number, third: number) =>
  Array.from({ length: count }, (_, n) => n)
    .filter((n) => n % 3 === third)
    .map(victimOf);

describe('L19: a purge', () => {
  it('takes what is due at that instant, and nothing a millisecond before', async () => {
    const db = temporaryDatabase();
    filled(db, 30);
    const due = EVALUATED_MS + 10 * DAY_MS;
    expect(await purge({ db, change: CHANGE, signal: SIGNAL }, due - 1)).toBe(0);
    expect(await purge({ db, change: CHANGE, signal: SIGNAL }, due)).toBe(10);
  });

  it('leaves no byte of what it took, and everything of what it did not', async () => {
    const db = temporaryDatabase();
    const count = 6_000;
    filled(db, count);
    const left = () => db.prepare('SELECT * FROM matches ORDER BY id').all();
    const before = left() as { deleteAfterMs: number }[];
    for (const [third, days] of [10, 20].entries()) {
      expect(await erase(db, EVALUATED_MS + days * DAY_MS)).toEqual({ deleted: count / 3, erased: true });
      expect(tracesIn(db, victims(count, third))).toEqual([]);
      expect(tracesIn(db, victims(count, 2))).toHaveLength(count / 3);
    }
    expect(left()).toEqual(before.filter(({ deleteAfterMs }) => deleteAfterMs > EVALUATED_MS + 20 * DAY_MS));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('overwrites copies that secure_delete leaves behind: without that, some would stay', async () => {
    const db = temporaryDatabase();
    filled(db, 6_000);
    const erasing = { db, change: CHANGE, signal: SIGNAL };
    await purge(erasing, EVALUATED_MS + 20 * DAY_MS);
    await emptyLog(erasing, 1_000);
    expect(await findResidue(db.name)).not.toEqual([]);
    expect(await overwriteCopies(erasing, 1_000)).toBe(true);
    expect(await findResidue(db.name)).toEqual([]);
  });

  it('says that it is not done while a reader holds the write-ahead log, and is done after', async () => {
    const db = temporaryDatabase();
    filled(db, 300);
    const reader = keep(openDatabase(db.name, { readonly: true }));
    const open = reader.prepare('SELECT victim FROM matches').iterate();
    open.next();
    db.pragma('busy_timeout = 0');
    const erasing = { db, change: CHANGE, signal: SIGNAL };
    await purge(erasing, EVALUATED_MS + 30 * DAY_MS);
    expect(await emptyLog(erasing, 0)).toBe(false);
    expect(statSync(`${db.name}-wal`).size).toBeGreaterThan(0);
    open.return?.();
    expect(await emptyLog(erasing, 1_000)).toBe(true);
    expect(await overwriteCopies(erasing, 1_000)).toBe(true);
    expect(
      tracesIn(
        db,
        [0, 1, 2].flatMap((third) => victims(300, third)),
      ),
    ).toEqual([]);
  });

  it('is an event with counts, and no address', async () => {
    const db = temporaryDatabase();
    filled(db, 30);
    await erase(db, EVALUATED_MS + 30 * DAY_MS);
    const events = db.prepare("SELECT * FROM events WHERE action = 'matches.purge'").all() as {
      detail: string;
    }[];
    expect(events).toHaveLength(1);
    expect(JSON.parse(events[0]?.detail as string)).toEqual({
      matches: 30,
      authorisations: { '002/2026': { 'indicator--1': 30 } },
    });
  });

  it('overtakes commits, and they it: both go on', async () => {
    const db = temporaryDatabase();
    filled(db, 3_000);
    const other = keep(openDatabase(db.name));
    const source = openSource(other, 'listener', LISTENER);
    const purging = erase(db, EVALUATED_MS + 20 * DAY_MS);
    for (let n = 0; n < 20; n++) {
      const counted = row({ matched: 1 });
      const added = match(counted, { victim: '192.0.2.77', startMs: START_MS + 1e9 + n });
      writer(other).commit(request(source, { matches: [added], ledger: [counted], checkpoint: null }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await purging).toEqual({ deleted: 2_000, erased: true });
    expect(tracesIn(db, [...victims(3_000, 0), ...victims(3_000, 1)])).toEqual([]);
    expect(db.prepare('SELECT count(*) FROM matches').pluck().get()).toBe(1_020);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

describe('overwriting copies', () => {
  it('does nothing while somebody else is writing, and says what is left', async () => {
    const db = temporaryDatabase();
    filled(db, 3_000);
    await purge({ db, change: CHANGE, signal: SIGNAL }, EVALUATED_MS + 20 * DAY_MS);
    emptyWal(db);
    const found = await findResidue(db.name);
    const other = keep(openDatabase(db.name));
    other.exec('BEGIN IMMEDIATE');
    expect(cleanResidue(db.name, found, 0)).toEqual(found);
    other.exec('ROLLBACK');
    expect(cleanResidue(db.name, found, 0)).toEqual([]);
  });

  test.prop([fc.array(fc.nat(800), { minLength: 1, maxLength: 40 }), fc.nat()], {
    seed: 20_260_625,
    numRuns: 6,
  })('changes no row of any table, whatever was inserted and deleted', async (deletions, salt) => {
    const db = temporaryDatabase();
    db.exec(
      'CREATE TABLE texts (name TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID; CREATE TABLE blobs (body BLOB)',
    );
    const put = db.prepare('INSERT INTO texts VALUES (?, ?) ON CONFLICT DO NOTHING');
    const putBlob = db.prepare('INSERT INTO blobs VALUES (?)');
    db.transaction(() => {
      for (let n = 0; n < 800; n++) {
        put.run(victimOf(n + (salt % 1_000)), 'x'.repeat((n * 31 + salt) % 700));
        // Some of them on overflow pages, whose bytes look like anything.
        if (n % 40 === 0) putBlob.run(Buffer.alloc(100 + ((n * 997) % 20_000), n % 16));
      }
    })();
    for (const at of deletions)
      db.prepare('DELETE FROM texts WHERE name >= ? AND name < ?').run(
        victimOf(at),
        `${victimOf(at)}~`.slice(0, 5),
      );
    emptyWal(db);
    const rows = () => [
      db.prepare('SELECT * FROM texts').all(),
      db.prepare('SELECT rowid, * FROM blobs').all(),
    ];
    const before = rows();
    expect(cleanResidue(db.name, await findResidue(db.name))).toEqual([]);
    expect(await findResidue(db.name)).toEqual([]);
    const other = keep(openDatabase(db.name));
    expect(rows()).toEqual(before);
    expect(other.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

describe('the unused middle of a page', () => {
  const page = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.alloc(512);
    bytes[0] = 13;
    bytes.writeUInt16BE(2, 3);
    bytes.writeUInt16BE(400, 5);
    bytes.writeUInt16BE(400, 8);
    bytes.writeUInt16BE(450, 10);
    change(bytes);
    return gapOf(bytes, false, 512);
  };

  it('lies between the list of cells and the first of them', () => {
    expect(page(() => {})).toEqual({ from: 12, to: 400 });
    expect(page((bytes) => bytes.writeUInt8(2, 0))).toBeNull(); // an interior page's header is longer: the list is another
  });

  it.each<[string, (bytes: Buffer) => void]>([
    ['another type', (bytes) => bytes.writeUInt8(0, 0)],
    ['a cell before the first', (bytes) => bytes.writeUInt16BE(399, 10)],
    ['a cell behind the end', (bytes) => bytes.writeUInt16BE(512, 10)],
    ['more cells than room', (bytes) => bytes.writeUInt16BE(300, 3)],
    ['an end behind the page', (bytes) => bytes.writeUInt16BE(513, 5)],
  ])('is not looked for in a page with %s', (_, change) => {
    expect(page(change)).toBeNull();
  });
});
