// Addresses on warning lists: at the import of an authorisation file, and when lists change.
import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { loadRecords } from '../../src/store/authority-records.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep, stepsOf } from '../../src/store/indicator-steps.ts';
import { recheckWarningLists } from '../../src/store/warninglist-hits.ts';
import { takeFolder } from '../../src/store/warninglist-update.ts';
import { type Fields, fileOf, HEADER, isInForce, ms } from '../authority/fixture.ts';
import { temporaryDatabase } from '../store/fixture.ts';
import { entry, folderOf, list, NAME } from './fixture.ts';

const ENGINEER = { by: 'an.engineer', role: 'engineer' };
const CLEAN = '45.33.32.156';
const RESOLVER = '9.9.9.9';
const RESOLVERS = 'Well-known public DNS resolvers';

function imported(db: Database, ...entries: readonly Fields[]) {
  return importAuthorisation(db, JSON.stringify(fileOf(HEADER, entries)), { by: 'a.analyst' });
}

function update(db: Database, changes: Fields = {}, severity: 'hard' | 'soft' = 'hard') {
  const folder = folderOf({ 'list.json': list(changes) });
  takeFolder(db, folder, new Map([[NAME, severity]]), { ...ENGINEER, at: Date.now(), reason: null });
  return recheckWarningLists(db, ENGINEER);
}

function kinds(db: Database, address: string): string[] {
  return stepsOf(db, findIndicator(db, address).id).map(({ kind }) => kind);
}

describe('an authorisation file that lists an address on a hard list', () => {
  it('is warned about by entry, address, list, severity and version; the hit is a step and an event', async () => {
    const db = temporaryDatabase();
    const report = await imported(db, entry(CLEAN), entry(RESOLVER, { port: 853 }));
    const { id } = findIndicator(db, RESOLVER);
    const hit = { list: RESOLVERS, version: expect.any(Number), severity: 'hard' };
    expect(report).toMatchObject({ refused: 0, warned: 1 });
    expect(report.warnings).toEqual([{ entry: 1, line: null, indicator: id, address: RESOLVER, ...hit }]);
    expect(stepsOf(db, id)).toMatchObject([
      { kind: 'hit', outcome: 'hard', cause: `warninglist:${RESOLVERS}`, detail: hit, by: 'a.analyst' },
    ]);
    const told = [...readEvents(db)].filter(({ action }) => action === 'warninglist.hit');
    expect(told).toMatchObject([{ object: id, detail: { address: RESOLVER, detail: hit } }]);
  });

  it('is in force all the same: the decision names the address itself', async () => {
    const db = temporaryDatabase();
    await imported(db, entry(RESOLVER));
    expect(isInForce(loadRecords(db), ms('2026-06-26'))).toBe(true);
  });

  it('is warned about once: not again where nothing changed', async () => {
    const db = temporaryDatabase();
    await imported(db, entry(RESOLVER));
    expect((await imported(db, entry(RESOLVER))).warnings).toEqual([]);
    expect((await imported(db, entry(RESOLVER), entry(CLEAN))).warnings).toEqual([]);
    expect((await imported(db, entry(RESOLVER, { country: 'DE' }))).warnings).toHaveLength(1);
    expect(kinds(db, RESOLVER)).toEqual(['hit']);
  });

  it('with another address under the same id, meets the list no more', async () => {
    const db = temporaryDatabase();
    const id = 'indicator--0c7a62a0-903f-4bfa-ba67-2e9a5a298af4';
    await imported(db, entry(RESOLVER, { id }));
    await imported(db, entry(CLEAN, { id }));
    expect(kinds(db, CLEAN)).toEqual(['hit', 'clear']);
  });
});

it('documentation addresses are only warned about, and make no step', async () => {
  const db = temporaryDatabase();
  const report = await imported(db, entry('203.0.113.7'));
  expect(report.warnings).toMatchObject([{ list: 'Documentation addresses', severity: 'soft' }]);
  expect(kinds(db, '203.0.113.7')).toEqual([]);
  expect(isInForce(loadRecords(db), ms('2026-06-26'))).toBe(true);
});

describe('after an update', () => {
  it('what is met since is a hit, what is met no more is clear, and what stays is neither', async () => {
    const db = temporaryDatabase();
    await imported(db, entry(CLEAN), entry('8.8.8.7'), entry('2a01:4f8::1'));
    const named = { authorisation: '002/2026', origin: 'file' };
    const hit = { list: NAME, severity: 'hard' };
    expect(update(db, { list: [CLEAN, '2a01:4f8::/32'] })).toEqual({
      checked: 3,
      changes: expect.arrayContaining(
        [CLEAN, '2a01:4f8::1'].map((address) => ({
          ...{ ...named, id: findIndicator(db, address).id, address },
          ...{ kind: 'hit', hit: { ...hit, version: 1 } },
        })),
      ),
    });
    expect(update(db, { version: 2, list: [CLEAN] }).changes).toMatchObject([
      { kind: 'clear', address: '2a01:4f8::1', hit: { ...hit, version: 1 } },
    ]);
    expect(update(db, { version: 3, list: [`${CLEAN}/32`] }).changes).toEqual([]);
    expect([CLEAN, '8.8.8.7', '2a01:4f8::1'].map((address) => kinds(db, address))).toEqual([
      ['hit'],
      [],
      ['hit', 'clear'],
    ]);
  });

  it('a prefix meets a list of addresses within it', async () => {
    const db = temporaryDatabase();
    await imported(db, entry('8.8.9.0/24'));
    expect(update(db, { list: ['8.8.9.255'] }).changes).toMatchObject([
      { kind: 'hit', address: '8.8.9.0/24' },
    ]);
  });

  it('another severity is told again', async () => {
    const db = temporaryDatabase();
    await imported(db, entry(CLEAN));
    update(db, { list: [CLEAN] }, 'soft');
    expect(update(db, { list: [CLEAN] }, 'hard').changes).toMatchObject([{ hit: { severity: 'hard' } }]);
    expect(stepsOf(db, findIndicator(db, CLEAN).id).map(({ outcome }) => outcome)).toEqual(['soft', 'hard']);
  });

  it('what was revoked or is listed no more is left alone', async () => {
    const db = temporaryDatabase();
    await imported(db, entry(CLEAN), entry('8.8.8.7'));
    recordStep(db, findIndicator(db, CLEAN).id, { kind: 'revoke', reason: 'seized' }, ENGINEER);
    await imported(db, entry(CLEAN));
    expect(update(db, { list: [CLEAN, '8.8.8.7'] })).toEqual({ checked: 0, changes: [] });
  });

  it('many hits are recorded, each once, and again none', async () => {
    const db = temporaryDatabase();
    const addresses = Array.from({ length: 1_200 }, (_, at) => `8.9.${at >> 8}.${at & 255}`);
    await imported(db, ...addresses.map((address) => entry(address)));
    expect(update(db, { list: ['8.9.0.0/16'] }).changes).toHaveLength(1_200);
    expect(recheckWarningLists(db, ENGINEER).changes).toEqual([]);
    const steps = db.prepare('SELECT count(*) FROM indicatorSteps').pluck().get();
    expect(steps).toBe(1_200);
  });
});
