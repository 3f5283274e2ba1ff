// L13, D14, § 42: by actor and address, with every finding and its result.
import { describe, expect, it } from 'vitest';
import { contextNote } from '../../src/authority/documents/context-note.ts';
import type { Database } from '../../src/store/database.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { analysis } from '../authority/fixture.ts';
import {
  asJson,
  changed,
  database,
  ENTRY,
  type Fields,
  type JsonRow,
  type JsonSection,
  knownAt,
  ms,
  REFERENCE,
  take,
  verification,
} from './fixture.ts';

const NOW = '2026-06-26';
const entry = (changes: Fields = {}): Fields => changed(ENTRY, changes);

function actors(db: Database, at: string | number = NOW): readonly JsonSection[] {
  return asJson(contextNote(knownAt(db, at), REFERENCE)).sections;
}

function rows(db: Database, id: string, at: string | number = NOW): readonly JsonRow[] {
  const [indicator] = actors(db, at)[0]?.sections ?? [];
  return indicator?.sections?.find((section) => section.id === id)?.rows ?? [];
}

describe('L13: the note', () => {
  it('is by actor, in order of their names; what names none comes last', async () => {
    const db = database();
    await take(db, [
      entry({ address: '203.0.113.1', 'threat.actor': undefined }),
      entry({ address: '203.0.113.2', 'threat.actor': 'Zebra' }),
      entry({ address: '203.0.113.3', 'threat.actor': 'Alpha', 'threat.name': 'B' }),
      entry({ address: '203.0.113.4', 'threat.actor': 'Alpha', 'threat.name': 'A' }),
    ]);
    expect(actors(db).map(({ facts }) => facts)).toEqual([
      { actor: 'Alpha', addresses: 2, threats: ['A', 'B'] },
      { actor: 'Zebra', addresses: 1, threats: ['ExampleRAT'] },
      { actor: null, addresses: 1, threats: ['ExampleRAT'] },
    ]);
  });

  it.each([
    ['confirmed', 'positive'],
    ['refuted', 'negative'],
    ['inconclusive', 'neither'],
  ])('§ 42: gives the result of an analysis: %s is %s', async (outcome, result) => {
    const db = database();
    await take(db, [entry({ analyses: [analysis('a.analyst', '2026-06-01', outcome)] })]);
    expect(rows(db, 'analyses')).toMatchObject([
      { outcome, result, by: 'a.analyst', method: 'protocol handshake' },
    ]);
  });

  it.each([
    ['active', 'positive'],
    ['inactive', 'negative'],
    ['inconclusive', 'neither'],
  ])('§ 42: gives the result of a verification: %s is %s', async (outcome, result) => {
    const db = database();
    await take(db, [entry({ verifications: [verification('2026-06-25', outcome)] })]);
    expect(rows(db, 'verifications')).toMatchObject([{ outcome, result }]);
  });

  it.each([
    ['the millisecond before it was recorded', -1, 2],
    ['from when it was', 0, 3],
  ])(
    'holds the list’s analyses and those recorded later, with both times: %s',
    async (_, difference, count) => {
      const db = database();
      await take(db, [entry()]);
      const at = ms('2026-06-27T10:00:00Z');
      const took = ms('2026-06-20T08:00:00Z');
      recordStep(
        db,
        findIndicator(db, '203.0.113.7').id,
        { kind: 'analyse', outcome: 'refuted', method: 'scan', evidence: 'ab'.repeat(32), atMs: took },
        { by: 'c.analyst', role: 'analyst', at },
      );
      const analyses = rows(db, 'analyses', at + difference);
      expect(analyses).toHaveLength(count);
      if (count === 3) {
        const later = { result: 'negative', atMs: took, recordedAtMs: at, evidence: 'ab'.repeat(32) };
        expect(analyses[2]).toMatchObject(later);
      }
    },
  );

  it('L8: gives the sources with their ratings, in words too', async () => {
    const db = database();
    await take(db, [entry({ sources: [{ name: 'a | b', reliability: 'F', credibility: 6 }] })]);
    expect(rows(db, 'sources')).toEqual([
      { source: 'a | b', rating: 'F6', words: 'cannot be judged, cannot be judged' },
    ]);
  });

  it.each([
    ['the millisecond before it was withdrawn', -1, 2],
    ['from when it was', 0, 1],
  ])('holds what is listed: %s', async (_, difference, count) => {
    const db = database();
    await take(db, [entry(), entry({ address: '198.51.100.1' })]);
    const at = ms('2026-06-27T10:00:00Z');
    await take(db, [entry()], at);
    expect(actors(db, at + difference)[0]?.sections).toHaveLength(count);
  });
});
