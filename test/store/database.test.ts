import { chmodSync, existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LEDGER_COLUMNS, OBSERVATION_NAMES } from '../../src/core/counters.ts';
import { FlowSieveError } from '../../src/core/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS, migrate, schemaVersion } from '../../src/store/migrations.ts';
import { Sqlite } from '../../src/store/sqlite.ts';
import { temporaryFolder } from '../support/cli.ts';
import { keep, temporaryDatabase } from './fixture.ts';

function refusal(open: () => unknown): FlowSieveError {
  try {
    open();
  } catch (error) {
    expect(error).toBeInstanceOf(FlowSieveError);
    expect((error as FlowSieveError).code).toBe('DATABASE');
    return error as FlowSieveError;
  }
  throw new Error('was opened');
}

describe('a new database', () => {
  it('is readable by its owner only, with its log', () => {
    const path = join(temporaryFolder(), 'new.db');
    keep(openDatabase(path)).exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is written durably, overwrites what it deletes, and sorts in memory', () => {
    const db = temporaryDatabase();
    const pragmas = ['journal_mode', 'synchronous', 'secure_delete', 'temp_store', 'foreign_keys'];
    expect(pragmas.map((name) => db.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 2, 1]);
  });

  it('keeps as much of it in memory as is asked for', () => {
    const db = keep(openDatabase(join(temporaryFolder(), 'new.db'), { cacheKiB: 4_000 }));
    expect(db.pragma('cache_size', { simple: true })).toBe(-4_000);
  });

  it('holds the newest schema', () => {
    expect(schemaVersion(temporaryDatabase())).toBe(MIGRATIONS.length);
  });

  it('has a ledger column for every counter and observation', () => {
    const columns = temporaryDatabase().pragma('table_info(ledger)') as { name: string }[];
    const names = columns.map(({ name }) => name).slice(3);
    expect(names.sort()).toEqual([...LEDGER_COLUMNS, ...OBSERVATION_NAMES].sort());
  });

  it('can find what is due for deletion by an index', () => {
    const plan = temporaryDatabase()
      .prepare('EXPLAIN QUERY PLAN DELETE FROM matches WHERE deleteAfterMs <= 5')
      .all() as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join()).toContain('matchesByDeletion');
  });
});

describe('migrations', () => {
  it('go on from the version that the file holds', () => {
    const db = keep(new Sqlite(':memory:'));
    migrate(db, ['CREATE TABLE a (x)']);
    migrate(db, ['not run again', 'CREATE TABLE b (x)']);
    expect(
      db.prepare("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'").pluck().get(),
    ).toBe('a,b');
    expect(schemaVersion(db)).toBe(2);
  });

  it('are applied all or not at all', () => {
    const db = keep(new Sqlite(':memory:'));
    expect(() => migrate(db, ['CREATE TABLE a (x)', 'CREATE TABLE a (x)'])).toThrow(/already exists/);
    expect(schemaVersion(db)).toBe(0);
    expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
  });
});

describe('a database that cannot be used says why', () => {
  it('where its folder does not exist', () => {
    const path = join(temporaryFolder(), 'missing', 'x.db');
    expect(refusal(() => openDatabase(path)).message).toMatch(/its folder .*missing does not exist/);
  });

  it('where it must exist and does not, and creates nothing', () => {
    const path = join(temporaryFolder(), 'x.db');
    expect(refusal(() => openDatabase(path, { mustExist: true })).message).toMatch(
      /there is no such database/,
    );
    expect(refusal(() => openDatabase(path, { readonly: true })).message).toMatch(
      /there is no such database/,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('where it is another kind of file, and leaves it as it was', () => {
    const path = join(temporaryFolder(), 'x.db');
    writeFileSync(path, 'address,first_seen\n'.repeat(1000));
    expect(refusal(() => openDatabase(path)).message).toMatch(/is not a database/);
    expect(statSync(path).size).toBe(19_000);
  });

  it('where it is another program’s database', () => {
    const path = join(temporaryFolder(), 'x.db');
    new Sqlite(path).exec('CREATE TABLE cookies (a)').close();
    expect(refusal(() => openDatabase(path)).message).toMatch(/of another program/);
  });

  it('where a newer version wrote it', () => {
    const path = join(temporaryFolder(), 'x.db');
    const db = openDatabase(path);
    db.pragma('user_version = 999');
    db.close();
    expect(refusal(() => openDatabase(path)).message).toMatch(/newer version \(schema 999/);
  });

  it('where it is cut short', () => {
    const path = join(temporaryFolder(), 'x.db');
    openDatabase(path).close();
    truncateSync(path, 8192);
    expect(refusal(() => openDatabase(path)).message).toMatch(/is damaged/);
  });

  it('where it is a folder', () => {
    expect(refusal(() => openDatabase(temporaryFolder())).message).toMatch(/cannot be opened/);
  });

  it.skipIf(process.getuid?.() === 0)('where it may not be written', () => {
    const path = join(temporaryFolder(), 'x.db');
    openDatabase(path).close();
    chmodSync(path, 0o400);
    expect(refusal(() => openDatabase(path)).message).toMatch(/read-only|permission/);
  });

  it('where it was opened for reading and holds no schema yet', () => {
    const path = join(temporaryFolder(), 'x.db');
    writeFileSync(path, '');
    expect(refusal(() => openDatabase(path, { readonly: true })).message).toMatch(/is empty/);
  });
});

it('a database opened for reading refuses a write', () => {
  const path = join(temporaryFolder(), 'x.db');
  openDatabase(path).close();
  const db = keep(openDatabase(path, { readonly: true }));
  expect(() => db.exec('DELETE FROM matches')).toThrow(/readonly/);
});

it('a closed database leaves nothing beside it', () => {
  const folder = temporaryFolder();
  openDatabase(join(folder, 'x.db')).close();
  expect(readdirSync(folder)).toEqual(['x.db']);
});
