// Files taken into a database: what changes, what does not, what is kept of what was.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { compileList } from '../../src/authority/compile.ts';
import {
  currentGeneration,
  findAuthorisation,
  importAuthorisation,
  importAuthorisationFile,
  iterateIndicators,
  knownOperators,
  listAuthorisations,
  loadRecords,
} from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { declareOperator } from '../../src/store/operators.ts';
import { changed, ENTRY, type Fields, fileOf, HEADER, verification } from './fixture.ts';

const OTHER = changed(ENTRY, { address: '198.51.100.1' });
const SIXTH = changed(ENTRY, { address: '2001:db8:c2::1' });

let folder: string;
let db: Database;
let clock: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowsieve-authority-'));
  db = openDatabase(join(folder, 'test.db'));
  clock = Date.UTC(2026, 5, 26);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each import takes place a day after the one before. */
function take(entries: readonly unknown[], header: Fields = HEADER) {
  clock += 86_400_000;
  return importAuthorisation(db, JSON.stringify(fileOf(header, entries)), { by: 'a.analyst', at: clock });
}

function actions(): string[] {
  return [...readEvents(db)].map(
    ({ action, object, version }) => `${action} ${object.slice(0, 20)} ${version}`,
  );
}

function addresses(): string[] {
  return [...iterateIndicators(db, '002/2026')].map(({ indicator }) => indicator.address).sort();
}

/** Everything that the tables hold, but for the files taken in. */
function contents(): unknown {
  const tables = [
    'authorityState',
    'events',
    'authorisationVersions',
    'operatorVersions',
    'indicatorVersions',
  ];
  return tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all());
}

describe('importing', () => {
  it('takes the authorisation, its indicators and its operators in', async () => {
    const report = await take([ENTRY, OTHER, SIXTH]);
    expect(report).toMatchObject({
      reference: '002/2026',
      version: 1,
      generation: 1,
      changed: true,
      entries: 3,
      indicators: { added: 3, changed: 0, withdrawn: 0 },
      refused: 0,
      operatorsAdded: ['example-isp'],
    });
    expect(currentGeneration(db)).toBe(1);
    expect(findAuthorisation(db, '002/2026')).toMatchObject({ version: 1, file: 'AUT-2026-00049' });
    expect(listAuthorisations(db)).toHaveLength(1);
    expect(findAuthorisation(db, '003/2026')).toBeUndefined();
    expect([...knownOperators(db).keys()]).toEqual(['example-isp']);
    expect(addresses()).toEqual(['198.51.100.1', '2001:db8:c2::1', '203.0.113.7']);
    expect(actions()).toHaveLength(5);
  });

  it('gives the list that the file itself gives', async () => {
    await take([ENTRY, OTHER, SIXTH, changed(ENTRY, { address: '2001:db8:c2::/48' })]);
    const list = compileList(loadRecords(db), 1);
    const first = list.ranges.map((range) => [range.family, ...range.first, ...range.last].join(' ')).sort();
    expect(first).toEqual(
      [
        '4 3325256705 3325256705',
        '4 3405803783 3405803783',
        `6 ${0x20010db8} ${0x00c20000} 0 0 ${0x20010db8} ${0x00c2ffff} 4294967295 4294967295`.replaceAll(
          String(0x00c20000),
          String(0x00c20000),
        ),
        `6 ${0x20010db8} ${0x00c20000} 0 1 ${0x20010db8} ${0x00c20000} 0 1`,
      ].sort(),
    );
  });

  it('the same file twice changes nothing, written otherwise neither', async () => {
    const file = fileOf(HEADER, [ENTRY, OTHER]);
    const options = { by: 'a.analyst', at: clock };
    await importAuthorisation(db, JSON.stringify(file), options);
    const before = contents();
    for (const again of [
      JSON.stringify(file),
      JSON.stringify(file, null, 2),
      stringify(file),
      JSON.stringify(fileOf(HEADER, [OTHER, ENTRY])),
    ]) {
      const report = await importAuthorisation(db, again, { by: 'b.analyst', at: clock + 1 });
      expect(report).toMatchObject({ changed: false, version: 1, generation: 1, entries: 2 });
    }
    expect(contents()).toEqual(before);
  });

  it('a changed file makes a new version of what changed, and nothing else', async () => {
    await take([ENTRY, OTHER]);
    const report = await take([
      changed(ENTRY, { verifications: [verification('2026-06-25'), verification('2026-06-29')] }),
      OTHER,
      SIXTH,
    ]);
    expect(report).toMatchObject({
      version: 2,
      generation: 2,
      indicators: { added: 1, changed: 1, withdrawn: 0 },
    });
    const last = [...readEvents(db)].slice(-3);
    expect(last.map(({ action, version }) => [action, version])).toEqual([
      ['indicator.adapt', 2],
      ['indicator.add', 1],
      ['authorisation.import', 2],
    ]);
    expect(last[0]?.detail).toMatchObject({ changes: ['verifications'], address: '203.0.113.7' });
    expect(last[2]?.detail).toMatchObject({ changes: [] });
  });

  it('a file that goes back to what it was is a change too', async () => {
    await take([ENTRY]);
    await take([ENTRY, OTHER]);
    const report = await take([ENTRY]);
    expect(report).toMatchObject({
      changed: true,
      version: 3,
      indicators: { added: 0, changed: 0, withdrawn: 1 },
    });
  });

  it('what a file no longer lists is withdrawn: it stays known, and is in force no more', async () => {
    await take([ENTRY, OTHER]);
    const report = await take([ENTRY]);
    expect(report.indicators).toEqual({ added: 0, changed: 0, withdrawn: 1 });
    const gone = loadRecords(db).indicators.find(({ withdrawnMs }) => withdrawnMs !== null);
    expect(gone).toMatchObject({ version: 2, first: [0xc6336401], withdrawnMs: clock });
    const list = compileList(loadRecords(db), 1, { sinceMs: clock });
    expect(list.ranges).toHaveLength(2);
    const windows = list.ranges.find(({ first }) => first[0] === 0xc6336401)?.windows;
    expect(windows).toMatchObject([{ collectionFromMs: 0, collectionUntilMs: 0 }]);
    await take([ENTRY, OTHER]);
    expect(loadRecords(db).indicators.every(({ withdrawnMs }) => withdrawnMs === null)).toBe(true);
  });

  it('a refused entry changes nothing of the indicator that it means', async () => {
    await take([ENTRY, OTHER]);
    const report = await take([changed(ENTRY, { verify_every: 'P8D' }), OTHER]);
    expect(report).toMatchObject({ changed: false, refused: 1, indicators: { withdrawn: 0 } });
    expect(loadRecords(db).indicators.map(({ version, withdrawnMs }) => [version, withdrawnMs])).toEqual([
      [1, null],
      [1, null],
    ]);
  });

  it('the refusals of a file are shown again when it is imported again', async () => {
    const first = await take([changed(ENTRY, { country: 'XX' }), OTHER]);
    const second = await take([changed(ENTRY, { country: 'XX' }), OTHER]);
    expect(second).toMatchObject({ changed: false, refused: 1, refusals: first.refusals });
    expect(first.refusals).toMatchObject([{ entry: 0, field: 'country', rule: 'L6' }]);
  });

  it('L1: a reference names one decision: another file number or regime is refused', async () => {
    await take([ENTRY]);
    await expect(take([ENTRY], changed(HEADER, { file: 'AUT-2026-00050' }))).rejects.toMatchObject({
      code: 'AUTHORISATION_UNREADABLE',
      message: expect.stringContaining('(rule L1)'),
    });
    expect(currentGeneration(db)).toBe(1);
  });

  it('an id of another authorisation is refused', async () => {
    const id = 'indicator--00000000-0000-4000-8000-000000000001';
    await take([changed(ENTRY, { id })]);
    const report = await take([changed(ENTRY, { id }), OTHER], changed(HEADER, { reference: '003/2026' }));
    expect(report).toMatchObject({ refused: 1, indicators: { added: 1 } });
    expect(report.refusals).toMatchObject([
      { entry: 0, field: 'id', message: expect.stringContaining('002/2026') },
    ]);
    expect(loadRecords(db, { authorisation: '003/2026' }).indicators).toHaveLength(1);
  });

  it('a file that fails leaves nothing behind', async () => {
    const before = contents();
    await expect(take([ENTRY], changed(HEADER, { decided: undefined }))).rejects.toThrow(
      'authorisation.decided',
    );
    await expect(importAuthorisation(db, 'a: [1', { by: 'x' })).rejects.toMatchObject({
      code: 'AUTHORISATION_UNREADABLE',
    });
    await expect(importAuthorisation(db, Buffer.from([0xff, 0xfe]), { by: 'x' })).rejects.toThrow(
      'not UTF-8',
    );
    expect(contents()).toEqual(before);
  });
});

describe('history', () => {
  it('is insert-only', async () => {
    await take([ENTRY]);
    for (const table of [
      'indicatorVersions',
      'authorisationVersions',
      'events',
      'indicatorDocuments',
      'operatorVersions',
    ]) {
      expect(() => db.prepare(`DELETE FROM ${table}`).run()).toThrow('insert-only');
    }
    expect(() => db.prepare('UPDATE indicatorVersions SET port = 1').run()).toThrow('insert-only');
  });

  it('gives the list as it was known at any instant', async () => {
    await take([ENTRY]);
    const first = clock;
    await take([ENTRY, OTHER]);
    const second = clock;
    await take([OTHER]);
    const knownAt = (asKnownAtMs: number) =>
      loadRecords(db, { asKnownAtMs }).indicators.map(({ first: [word], withdrawnMs }) => [
        word === 0xc6336401,
        withdrawnMs,
      ]);
    expect(knownAt(first - 1)).toEqual([]);
    expect(knownAt(first)).toEqual([[false, null]]);
    expect(knownAt(second).sort()).toEqual([
      [false, null],
      [true, null],
    ]);
    expect(knownAt(clock).sort()).toEqual([
      [false, clock],
      [true, null],
    ]);
    expect(loadRecords(db, { asKnownAtMs: first - 1 }).authorisations.size).toBe(0);
  });

  it('a clock that goes back does not put a version before the one it follows', async () => {
    await take([ENTRY]);
    const first = clock;
    clock -= 10 * 86_400_000;
    await take([changed(ENTRY, { country: 'DE' })]);
    const rows = db.prepare('SELECT recordedAtMs FROM indicatorVersions ORDER BY version').pluck().all();
    expect(rows).toEqual([first, first]);
  });
});

describe('operators', () => {
  const change = { by: 'an.engineer', role: 'engineer', at: 1 };

  it('declare terms, which changes what may be matched', async () => {
    await take([ENTRY]);
    const { changed: hasChanged } = declareOperator(
      db,
      'example-isp',
      { retention: { 'lce-122': 'P6M' } },
      { ...change, at: clock },
    );
    expect(hasChanged).toBe(true);
    expect(currentGeneration(db)).toBe(2);
    declareOperator(
      db,
      'example-isp',
      { name: 'Example', retention: { 'lce-123': 'P1M' } },
      { ...change, at: clock + 1 },
    );
    expect(knownOperators(db).get('example-isp')).toMatchObject({
      name: 'Example',
      retention: { 'lce-122': 'P6M', 'lce-123': 'P1M' },
      version: 3,
    });
    expect(knownOperators(db, clock).get('example-isp')).toMatchObject({ name: null, version: 2 });
  });

  it('declared again as they are, change nothing', () => {
    declareOperator(db, 'an-isp', { name: 'An ISP' }, change);
    expect(declareOperator(db, 'an-isp', { name: 'An ISP' }, change).changed).toBe(false);
    expect(currentGeneration(db)).toBe(1);
  });
});

it('the example of docs/authorisation.md is taken in whole', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/authorisation.md'), 'utf8');
  const [, example] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  expect(await importAuthorisation(db, example ?? '')).toMatchObject({
    entries: 1,
    refused: 0,
    changed: true,
  });
});

describe('a file on disk', () => {
  it('is named in what is said of it', async () => {
    const path = join(folder, 'list.yaml');
    writeFileSync(path, stringify(fileOf(HEADER, [ENTRY, changed(ENTRY, { country: 'XX', port: 1 })])));
    const report = await importAuthorisationFile(db, path, { by: 'a.analyst' });
    expect(report.file).toBe(path);
    expect(report.refusals[0]?.line).toBeGreaterThan(20);
    await expect(importAuthorisationFile(db, join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'AUTHORISATION_UNREADABLE',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it.each([
    ['a syntax error names its line', 'flowsieve: 1\nauthorisation: [\n', /line \d/],
    ['a key twice', 'flowsieve: 1\nflowsieve: 1\n', /unique/],
    [
      'an alias bomb',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
        .split('')
        .map((name, n) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[n]}`).join(', ')}]`)
        .join('\n')}\n`,
      /aliases stand for more/,
    ],
    ['nesting without end', `a: ${'['.repeat(10_000)}`, /nested too deeply/],
  ])('%s', async (_, text, message) => {
    await expect(importAuthorisation(db, text, { name: 'list.yaml' })).rejects.toThrow(message);
  });
});
