// Which warning lists are in use: those that come with the program, those taken in, and never an older version again.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../src/authority/warninglist.ts';
import { parsePrefix } from '../../src/core/prefix.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { takeFolder } from '../../src/store/warninglist-update.ts';
import { WarningLists } from '../../src/store/warninglists.ts';
import { temporaryDatabase } from '../store/fixture.ts';
import { folderOf, list, NAME } from './fixture.ts';

const CHANGE = { by: 'an.engineer', role: 'engineer', at: Date.UTC(2026, 6, 1), reason: null };

function take(db: Database, folder: string | null, severities: Record<string, Severity> = {}) {
  return takeFolder(db, folder, new Map(Object.entries(severities)), CHANGE);
}

function outcomes(db: Database, ...lists: readonly unknown[]): string[] {
  const files = Object.fromEntries(lists.map((one, at) => [`lists/list-${at}/list.json`, one]));
  return take(db, folderOf(files)).map(({ outcome }) => outcome);
}

function hits(db: Database, address: string) {
  const parsed = parsePrefix(address);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return WarningLists.ofStored(db).hits(parsed.value);
}

function inUse(db: Database, name = NAME) {
  return WarningLists.ofStored(db).lists.find((one) => one.name === name);
}

describe('the lists that come with the program', () => {
  it.each([
    ['10.1.2.3', 'Special-purpose IPv4 addresses', 'hard'],
    ['100.64.0.0/10', 'Special-purpose IPv4 addresses', 'hard'],
    ['239.1.2.3', 'Special-purpose IPv4 addresses', 'hard'],
    ['fd00::1', 'Special-purpose IPv6 addresses', 'hard'],
    ['64:ff9b::203.0.113.7', 'Special-purpose IPv6 addresses', 'hard'],
    ['203.0.113.7', 'Documentation addresses', 'soft'],
    ['2001:db8::7', 'Documentation addresses', 'soft'],
    ['9.9.9.9', 'Well-known public DNS resolvers', 'hard'],
    ['2620:fe::fe', 'Well-known public DNS resolvers', 'hard'],
    ['193.0.14.129', 'Root DNS servers', 'hard'],
    ['2001:7fd::1', 'Root DNS servers', 'hard'],
    ['104.16.0.1', 'List of known Cloudflare IP ranges', 'hard'],
    ['2606:4700::1', 'List of known Cloudflare IP ranges', 'hard'],
    ['151.101.0.1', 'List of known Fastly IP address ranges', 'hard'],
    ['131.253.18.11', 'List of known sinkholes', 'hard'],
  ])('count for a new database: %s is on %s, %s', (address, name, severity) => {
    expect(hits(temporaryDatabase(), address)).toEqual([
      { list: name, version: expect.any(Number), severity },
    ]);
  });

  it('leave ordinary addresses alone, and IPv4-mapped ones count as IPv4', () => {
    const db = temporaryDatabase();
    expect(hits(db, '8.8.8.7')).toEqual([]);
    expect(hits(db, '2a01:4f8::1')).toEqual([]);
    expect(hits(db, '::ffff:8.8.8.8')).toEqual(hits(db, '8.8.8.8'));
  });

  it('give way to a newer version that was taken in, and that to a newer one that comes later', () => {
    const db = temporaryDatabase();
    const name = 'Root DNS servers';
    const bundled = inUse(db, name)?.version as number;
    expect(outcomes(db, list({ name, version: bundled - 1 }))).toEqual(['refused']);
    expect(outcomes(db, list({ name, version: bundled + 1 }))).toEqual(['changed']);
    expect(hits(db, '193.0.14.129')).toEqual([]);
    db.exec('DROP TRIGGER warningListsNoUpdate');
    db.prepare('UPDATE warningLists SET version = ?, severity = ?').run(bundled - 1, 'soft');
    expect(hits(db, '193.0.14.129')).toEqual([{ list: name, version: bundled, severity: 'soft' }]);
  });
});

describe('taking lists in', () => {
  it('keeps each version with the digest of its file and who took it in, and tells of it', () => {
    const db = temporaryDatabase();
    const folder = folderOf({ 'lists/example/list.json': list() });
    expect(take(db, folder)).toMatchObject([{ name: NAME, outcome: 'added', severity: 'soft', entries: 2 }]);
    expect(outcomes(db, list({ version: 2, list: ['192.0.2.1'] }))).toEqual(['changed']);
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, 'lists/example/list.json')))
      .digest();
    const rows = db.prepare('SELECT take, version, digest, recordedBy FROM warningLists ORDER BY take').all();
    expect(rows).toMatchObject([
      { take: 1, version: 1, digest, recordedBy: 'an.engineer' },
      { take: 2, version: 2 },
    ]);
    expect([...readEvents(db)]).toMatchObject([
      { action: 'warninglist.update', object: NAME, version: 1, digest, detail: { was: null, entries: 2 } },
      { action: 'warninglist.update', object: NAME, version: 2, detail: { was: { version: 1 } } },
    ]);
    expect(hits(db, '192.0.2.1').map(({ version }) => version)).toContain(2);
  });

  it('again changes nothing', () => {
    const db = temporaryDatabase();
    outcomes(db, list());
    expect(outcomes(db, list())).toEqual(['unchanged']);
    expect(outcomes(db, list({ list: ['2001:db8:5::/48', '203.0.113.0/29', '203.0.113.8/29'] }))).toEqual([
      'unchanged',
    ]);
    expect([...readEvents(db)]).toHaveLength(1);
  });

  it.each([
    [{ version: 1 }, 'is older than version 2, which is in use'],
    [
      { version: 2, list: ['192.0.2.1'] },
      'is in use with other entries: a list that changes raises its version',
    ],
  ])('refuses %j, and the version in use stays', (changes, message) => {
    const db = temporaryDatabase();
    outcomes(db, list({ version: 2 }));
    const [outcome] = take(db, folderOf({ 'one.json': list(changes) }));
    expect(outcome).toMatchObject({ outcome: 'refused', faults: [{ field: 'version', message }] });
    expect(inUse(db)).toMatchObject({ version: 2, entries: 2 });
  });

  it('refuses a bad file alone, leaves out a bad entry alone, and skips what is not about addresses', () => {
    const db = temporaryDatabase();
    const found = take(
      db,
      folderOf({
        'lists/a/list.json': '{"name": "cut off',
        'lists/b/list.json': list({ list: ['203.0.113.1', 'example.org'] }),
        'lists/c/list.json': list({ name: 'Hosts', type: 'hostname', list: ['example.org'] }),
        'lists/d/list.json': list({ name: 'Another' }),
        'lists/e/list.json': Buffer.from([0x22, 0xff, 0x22]),
      }),
    );
    expect(found.map(({ file, outcome, faultCount }) => [file, outcome, faultCount])).toEqual([
      ['lists/a/list.json', 'refused', 1],
      ['lists/b/list.json', 'added', 1],
      ['lists/c/list.json', 'skipped', 0],
      ['lists/d/list.json', 'added', 0],
      ['lists/e/list.json', 'refused', 1],
    ]);
    expect(inUse(db)?.entries).toBe(1);
  });

  it.each(['lists/example/list.json', 'example/list.json', 'example.json'])('finds %s', (path) => {
    expect(take(temporaryDatabase(), folderOf({ [path]: list() }))).toMatchObject([
      { file: path, outcome: 'added' },
    ]);
  });

  it('needs a folder with lists', () => {
    const db = temporaryDatabase();
    expect(() => take(db, folderOf({ 'README.md': 'nothing here' }))).toThrow('holds no warning list');
    expect(() => take(db, join(folderOf({}), 'missing'))).toThrow('cannot be read (ENOENT)');
  });
});

describe('a severity that somebody has decided', () => {
  it('is kept by later versions', () => {
    const db = temporaryDatabase();
    take(db, folderOf({ 'one.json': list() }), { [NAME]: 'hard' });
    outcomes(db, list({ version: 2 }));
    expect(inUse(db)).toMatchObject({ version: 2, severity: 'hard' });
  });

  it('can be decided of a list that is in use', () => {
    const db = temporaryDatabase();
    expect(take(db, null, { 'Root DNS servers': 'soft' })).toMatchObject([
      { outcome: 'changed', severity: 'soft' },
    ]);
    expect(take(db, null, { 'Root DNS servers': 'soft' })).toMatchObject([{ outcome: 'unchanged' }]);
    expect(hits(db, '193.0.14.129')).toMatchObject([{ severity: 'soft' }]);
  });

  it('is not decided of a list that there is not: nothing is taken in then', () => {
    const db = temporaryDatabase();
    const folder = folderOf({ 'one.json': list() });
    expect(() => take(db, folder, { 'Rot DNS servers': 'hard' })).toThrow(
      'there is no warning list Rot DNS servers',
    );
    expect(inUse(db)).toBeUndefined();
  });
});
