// L6, D13, L3: what each operator is asked, and from when on it may still lawfully hold it.
import { describe, expect, it } from 'vitest';
import { operatorRequest } from '../../src/authority/documents/operator-request.ts';
import type { Database } from '../../src/store/database.ts';
import { declareOperator } from '../../src/store/operators.ts';
import {
  addressesIn,
  asJson,
  changed,
  database,
  ENTRY,
  type Fields,
  type JsonRow,
  knownAt,
  ms,
  REFERENCE,
  take,
} from './fixture.ts';

const OPERATORS = { operators: ['example-isp', 'other-isp'] };
const entry = (changes: Fields = {}): Fields => changed(ENTRY, changes);

function asked(db: Database, at: string | number, operator?: string): Record<string, readonly JsonRow[]> {
  const { sections } = asJson(operatorRequest(knownAt(db, at), { reference: REFERENCE, operator }));
  return Object.fromEntries(sections.slice(0, -1).map(({ title, rows }) => [title, rows ?? []]));
}

describe('L6: the request', () => {
  it('gives the country, the concrete threat and the precise basis of each address', async () => {
    const db = database();
    await take(db, [entry({ country: 'FR', 'threat.activity': 'ransomware' })]);
    expect(asked(db, '2026-06-26')['example-isp']).toMatchObject([
      {
        address: '203.0.113.7',
        country: 'FR',
        activity: 'ransomware',
        threat: 'serious-public-security-threat',
        relation: 'actor-or-means',
        retention: 'lce-126-1',
        access: 'lce-127-1-2-2',
        task: 'nis2-21-2-2',
      },
    ]);
    const { sections } = asJson(operatorRequest(knownAt(db, '2026-06-26'), { reference: REFERENCE }));
    expect(sections.at(-1)?.rows).toContainEqual({
      id: 'lce-127-1-2-2',
      source: 'LCE 127/1 § 2, 2°',
      name: 'prevention of serious threats to public security',
    });
  });

  it('has a part for each operator, or for one', async () => {
    const db = database();
    await take(db, [entry()], undefined, OPERATORS);
    expect(Object.keys(asked(db, '2026-06-26'))).toEqual(['example-isp', 'other-isp']);
    expect(Object.keys(asked(db, '2026-06-26', 'other-isp'))).toEqual(['other-isp']);
  });

  it.each([
    ['the millisecond before the verification is due', '2026-07-01T23:59:59.999Z', ['203.0.113.7']],
    ['from when it is due', '2026-07-02T00:00:00Z', []],
    ['the millisecond before the decision', '2026-06-24T23:59:59.999Z', []],
    ['from the decision on', '2026-06-25T00:00:00Z', ['203.0.113.7']],
  ])('asks for what is in force: %s', async (_, at, expected) => {
    const db = database();
    await take(db, [entry()], '2026-06-20T00:00:00Z');
    expect(addressesIn(asked(db, at)['example-isp'] ?? [])).toEqual(expected);
  });
});

describe('L3: the traffic window, and the original first seen beside it', () => {
  it.each([
    [
      'first seen the millisecond after the twelve months began',
      '2025-06-25T00:00:00.001Z',
      '2025-06-25T00:00:00.001Z',
    ],
    ['first seen the millisecond before', '2025-06-24T23:59:59.999Z', '2025-06-25T00:00:00.000Z'],
  ])('%s', async (_, firstSeen, from) => {
    const db = database();
    await take(db, [entry({ first_seen: firstSeen, traffic_until: '2026-09-01' })]);
    expect(asked(db, '2026-06-26')['example-isp']).toMatchObject([
      { trafficFromMs: ms(from), trafficUntilMs: ms('2026-09-01'), firstSeenMs: ms(firstSeen), term: 'P12M' },
    ]);
  });

  it('is each operator’s own where it declares a shorter term, and nothing is asked where it declares none', async () => {
    const db = database();
    const own = entry({ address: '198.51.100.1', 'basis.retention': 'lce-122', first_seen: '2025-01-01' });
    await take(db, [entry({ first_seen: '2025-01-01' }), own], undefined, OPERATORS);
    declareOperator(
      db,
      'other-isp',
      { retention: { 'lce-126-1': 'P6M', 'lce-122': 'P3M' } },
      { by: 'an.engineer', role: 'engineer', at: ms('2026-06-25T12:00:00Z') },
    );
    const { 'example-isp': example, 'other-isp': other } = asked(db, '2026-06-26');
    expect(example).toMatchObject([{ address: '203.0.113.7', trafficFromMs: ms('2025-06-25') }]);
    expect(other).toMatchObject([
      { address: '203.0.113.7', trafficFromMs: ms('2025-12-25'), term: 'P6M' },
      { address: '198.51.100.1', trafficFromMs: ms('2026-03-25'), term: 'P3M' },
    ]);
  });
});
