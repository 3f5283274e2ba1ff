// MISP's own lists at their real size (CC0), from the folder of shared corpora beside the repository where there is one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePrefix } from '../../src/core/prefix.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { recheckWarningLists } from '../../src/store/warninglist-hits.ts';
import { takeFolder } from '../../src/store/warninglist-update.ts';
import { WarningLists } from '../../src/store/warninglists.ts';
import { fileOf, HEADER } from '../authority/fixture.ts';
import { temporaryDatabase } from '../store/fixture.ts';
import { entry } from './fixture.ts';

const MISP = resolve(import.meta.dirname, '../../../shared/corpora/warninglists');
const there = existsSync(MISP);
const CHANGE = { by: 'an.engineer', role: 'engineer', at: Date.UTC(2026, 6, 1), reason: null };

/** An access network's. */
const OFF_EVERY_LIST = '62.235.1.1';

interface MispList {
  readonly name: string;
  readonly list: readonly string[];
}

function readLists(): MispList[] {
  return readdirSync(MISP).map(
    (name) => JSON.parse(readFileSync(join(MISP, name, 'list.json'), 'utf8')) as MispList,
  );
}

/** Bounds as numbers, by arithmetic of its own: `192.0.2.0/24` → [first, last]. */
function naive4(text: string): readonly [number, number] | null {
  const [address = '', length = '32'] = text.split('/');
  if (address.includes(':')) return null;
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(length)) - 1];
}

describe.skipIf(!there)(`MISP's lists (${there ? 'as shared' : 'skipped: ../shared is missing'})`, () => {
  it('are all taken in whole', () => {
    const outcomes = takeFolder(temporaryDatabase(), MISP, new Map(), CHANGE);
    expect(outcomes.map(({ faultCount }) => faultCount)).toEqual(outcomes.map(() => 0));
    const entries = new Map(outcomes.map(({ name, entries }) => [name, entries]));
    expect(entries).toEqual(new Map(readLists().map(({ name, list }) => [name, list.length])));
  });

  it('are met by the same addresses as in a scan of every entry', () => {
    const db = temporaryDatabase();
    takeFolder(db, MISP, new Map(), CHANGE);
    const ours = WarningLists.ofStored(db);
    const lists = readLists().map(({ name, list }) => ({
      name,
      ranges: list.map(naive4).filter((range) => range !== null),
    }));
    // Every list's own edges, and the addresses beside them.
    const edges = lists.flatMap(({ ranges }) => {
      const step = Math.ceil(ranges.length / 12);
      return ranges
        .filter((_, at) => at % step === 0)
        .flatMap(([first, last]) => [first - 1, first, last, last + 1]);
    });
    const names = new Set(lists.map(({ name }) => name));
    for (const address of edges.filter((one) => one >= 0 && one < 2 ** 32)) {
      const text = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
      const parsed = parsePrefix(text);
      if ('problem' in parsed) throw new Error(text);
      const expected = lists
        .filter(({ ranges }) => ranges.some(([first, last]) => first <= address && address <= last))
        .map(({ name }) => name);
      const found = ours
        .hits(parsed.value)
        .map(({ list }) => list)
        .filter((name) => names.has(name));
      expect([text, found.toSorted()]).toEqual([text, expected.toSorted()]);
    }
  });

  it('put hard hits before soft ones, each with its version', () => {
    const db = temporaryDatabase();
    takeFolder(db, MISP, new Map(), CHANGE);
    const parsed = parsePrefix('1.1.1.1');
    if ('problem' in parsed) throw new Error(parsed.problem);
    const hits = WarningLists.ofStored(db).hits(parsed.value);
    expect(hits).toContainEqual({
      ...{ list: 'List of known IPv4 public DNS resolvers', version: 20240615, severity: 'hard' },
    });
    expect(hits.map(({ severity }) => severity).toSorted()).toEqual(hits.map(({ severity }) => severity));
  });

  it('are checked against a list of indicators: each that lies on one is told', async () => {
    const db = temporaryDatabase();
    const lists = readLists();
    const listed = lists.flatMap(({ list }) => list.filter((_, at) => at % 200 === 0));
    const addresses = [...new Set(listed.filter((text) => !text.includes('/') && !text.includes(':')))];
    const file = fileOf(
      HEADER,
      [...addresses, OFF_EVERY_LIST].map((address) => entry(address)),
    );
    await importAuthorisation(db, JSON.stringify(file), { by: 'a.analyst' });
    takeFolder(db, MISP, new Map(), CHANGE);
    const { checked, changes } = recheckWarningLists(db, CHANGE);
    expect(checked).toBe(addresses.length + 1);
    const hit = new Set(changes.filter(({ kind }) => kind === 'hit').map(({ address }) => address));
    expect(addresses.filter((address) => !hit.has(address))).toEqual([]);
    expect(hit.has(OFF_EVERY_LIST)).toBe(false);
  });
});
