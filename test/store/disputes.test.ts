// Disputes recorded: who may open and decide them, what becomes of the indicator and of its matches (L11).
import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import type { Database } from '../../src/store/database.ts';
import {
  decideDispute,
  findDispute,
  listDisputes,
  type NewDecision,
  type NewDispute,
  openDispute,
} from '../../src/store/disputes.ts';
import { currentGeneration, readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep, stepsOf } from '../../src/store/indicator-steps.ts';
import { iterateMatches } from '../../src/store/matches.ts';
import { ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { job, match, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

const NOW = Date.UTC(2026, 6, 1);
const ENGINEER = { by: 'c.engineer', role: 'operator', at: NOW };
const analyst = (by: string, at = NOW) => ({ by, role: 'analyst', at });

async function stored(): Promise<{ db: Database; id: string; asked: NewDispute }> {
  const db = temporaryDatabase();
  await importAuthorisation(db, JSON.stringify(fileOf(HEADER, [ENTRY])), { by: 'a.head', at: NOW - 1 });
  const { id } = findIndicator(db, '203.0.113.7');
  return {
    db,
    id,
    asked: { indicator: id, operator: 'example-isp', ground: 'leased since', suspends: true },
  };
}

/** Matches that end a second after START_MS, and a day later. */
function fill(db: Database, indicatorId: string): void {
  const counted = row({ matched: 2 });
  const later = START_MS + 86_400_000;
  const found = [
    match(counted, { indicatorId, startMs: START_MS, endMs: START_MS + 1_000 }),
    match(counted, { indicatorId, startMs: later, endMs: later + 1_000 }),
  ];
  writer(db).commit(request(job(db), { matches: found, ledger: [counted] }));
}

const marks = (db: Database) => [...iterateMatches(db)].map(({ disputed }) => disputed ?? null);
const kinds = (db: Database, id: string) => stepsOf(db, id).map(({ kind, cause }) => `${kind} ${cause}`);
const upheld = (reason = 'genuine'): NewDecision => ({ outcome: 'upheld', reason });
const rejected = (reason = 'a mistake'): NewDecision => ({ outcome: 'rejected', reason });

function refused(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('not refused');
}

describe('L11: a dispute is opened', () => {
  it('with its ground, suspending the indicator where asked', async () => {
    const { db, id, asked } = await stored();
    const generation = currentGeneration(db);
    const dispute = openDispute(db, asked, ENGINEER);
    expect(dispute).toMatchObject({ id: 1, authorisation: '002/2026', by: 'c.engineer', decisions: [] });
    expect(findDispute(db, 1)).toEqual(dispute);
    expect(kinds(db, id)).toEqual(['suspend dispute:1']);
    expect(currentGeneration(db)).toBe(generation + 1);
    expect([...readEvents(db)].at(-1)).toMatchObject({
      action: 'dispute.open',
      object: 'dispute:1',
      actor: 'c.engineer',
      role: 'operator',
      detail: { indicator: id, address: '203.0.113.7', operator: 'example-isp', ground: 'leased since' },
    });
  });

  it.each<[string, Partial<NewDispute>, RegExp]>([
    ['another operator', { operator: 'other-isp' }, /operator: "other-isp": is not named by 002\/2026/],
    ['no ground', { ground: ' ' }, /ground: .*must not be empty/],
    ['no digest', { evidence: 'lease.pdf' }, /evidence: "lease.pdf": must be a SHA-256/],
    ['a time to come', { atMs: NOW + 1 }, /at: .*in the future/],
    ['an error to come', { wrongSinceMs: NOW + 1 }, /wrong_since: .*in the future/],
  ])('not with %s, and the refusal names indicator, field, value and rule', async (_, change, message) => {
    const { db, asked } = await stored();
    const { code, message: said } = refused(() => openDispute(db, { ...asked, ...change }, ENGINEER));
    expect(code).toBe('REFUSED');
    expect(said).toMatch(message);
    expect(said).toMatch(/^indicator--.* \(203\.0\.113\.7, 002\/2026\): .*\(rule L11\)$/);
    expect(listDisputes(db)).toEqual([]);
  });

  it('once by an operator, until it is decided', async () => {
    const { db, asked } = await stored();
    openDispute(db, { ...asked, suspends: false }, ENGINEER);
    expect(refused(() => openDispute(db, asked, ENGINEER)).message).toMatch(/dispute 1 is open/);
    decideDispute(db, 1, rejected(), analyst('a.analyst'));
    decideDispute(db, 1, rejected(), analyst('b.analyst'));
    expect(openDispute(db, asked, ENGINEER).id).toBe(2);
  });

  it('of a revoked indicator, for its matches, but suspends nothing then', async () => {
    const { db, id, asked } = await stored();
    fill(db, id);
    recordStep(db, id, { kind: 'revoke', reason: 'gone' }, analyst('a.analyst'));
    expect(refused(() => openDispute(db, asked, ENGINEER)).message).toMatch(/revoked/);
    openDispute(db, { ...asked, suspends: false }, ENGINEER);
    expect(marks(db)).toEqual(['open', 'open']);
    decideDispute(db, 1, upheld(), analyst('a.analyst'));
    decideDispute(db, 1, upheld(), analyst('b.analyst'));
    expect(kinds(db, id)).toEqual(['revoke null']);
    expect(marks(db)).toEqual(['upheld', 'upheld']);
  });
});

describe('L11: a dispute is decided by two people', () => {
  it('who say the same: upheld revokes the indicator', async () => {
    const { db, id, asked } = await stored();
    openDispute(db, { ...asked, wrongSinceMs: NOW - 500 }, ENGINEER);
    expect(decideDispute(db, 1, upheld(), analyst('a.analyst')).decisions[0]).toMatchObject({
      completes: false,
      wrongSinceMs: NOW - 500,
    });
    expect(kinds(db, id)).toEqual(['suspend dispute:1']);
    decideDispute(db, 1, upheld('confirmed'), analyst('b.analyst'));
    expect(kinds(db, id)).toEqual(['suspend dispute:1', 'revoke dispute:1']);
    expect(stepsOf(db, id).at(-1)).toMatchObject({ trafficUntilMs: NOW - 500, reason: 'confirmed' });
    expect([...readEvents(db)].map(({ action }) => action).slice(-3)).toEqual([
      'dispute.propose',
      'dispute.decide',
      'indicator.revoke',
    ]);
  });

  it('rejected lifts the suspension of the dispute, and no other', async () => {
    const { db, id, asked } = await stored();
    openDispute(db, asked, ENGINEER);
    recordStep(db, id, { kind: 'suspend', reason: 'in doubt' }, analyst('a.analyst'));
    decideDispute(db, 1, rejected(), analyst('a.analyst'));
    decideDispute(db, 1, rejected(), analyst('b.analyst'));
    expect(kinds(db, id)).toEqual(['suspend dispute:1', 'suspend person', 'reinstate dispute:1']);
  });

  it.each<[string, string, NewDecision, RegExp]>([
    ['the same person', 'a.analyst', upheld(), /by: "a.analyst": has proposed upheld already/],
    ['the same person otherwise spelt', ' A.ANALYST', upheld(), /has proposed upheld already/],
    ['who opened it', 'C.Engineer', upheld(), /by: "C.Engineer": has opened it: two others decide/],
    [
      'another outcome',
      'b.analyst',
      rejected(),
      /outcome: "rejected": a.analyst has proposed upheld: genuine/,
    ],
    ['another time', 'b.analyst', { ...upheld(), wrongSinceMs: 5 }, /wrong_since: .*has proposed ever/],
    ['a time where rejected', 'a.analyst', { ...rejected(), wrongSinceMs: null }, /goes with upheld/],
    ['no reason', 'b.analyst', upheld('  '), /reason: .*must not be empty/],
    ['a time to come', 'b.analyst', { ...upheld(), atMs: NOW + 1 }, /at: .*in the future/],
  ])('not by %s', async (_, by, decision, message) => {
    const { db, id, asked } = await stored();
    openDispute(db, asked, ENGINEER);
    decideDispute(db, 1, upheld(), analyst('a.analyst'));
    const { code, message: said } = refused(() => decideDispute(db, 1, decision, analyst(by)));
    expect(code).toBe('REFUSED');
    expect(said).toMatch(message);
    expect(said).toMatch(/^dispute 1 \(indicator--.*\): .*\(rule L11\)$/);
    expect(findDispute(db, 1).decisions).toHaveLength(1);
    expect(kinds(db, id)).toEqual(['suspend dispute:1']);
  });

  it('who may change their own proposal first', async () => {
    const { db, id, asked } = await stored();
    openDispute(db, asked, ENGINEER);
    decideDispute(db, 1, upheld(), analyst('a.analyst'));
    decideDispute(db, 1, { ...upheld(), wrongSinceMs: 5 }, analyst('a.analyst'));
    decideDispute(db, 1, { ...upheld(), wrongSinceMs: null }, analyst('a.analyst'));
    decideDispute(db, 1, rejected('on second thoughts'), analyst('a.analyst'));
    decideDispute(db, 1, rejected(), analyst('b.analyst'), { expectedStep: 5 });
    expect(kinds(db, id)).toEqual(['suspend dispute:1', 'reinstate dispute:1']);
    expect(refused(() => decideDispute(db, 1, upheld(), analyst('d.analyst'))).message).toMatch(
      /state: "rejected": it is decided/,
    );
  });

  it('of whom the second decides on what the first has said, or not at all', async () => {
    const { db, asked } = await stored();
    openDispute(db, asked, ENGINEER);
    decideDispute(db, 1, upheld(), analyst('a.analyst'), { expectedStep: 1 });
    const stale = () => decideDispute(db, 1, upheld(), analyst('b.analyst'), { expectedStep: 1 });
    expect(refused(stale).code).toBe('CONFLICT');
  });

  it('and stays as it was decided', async () => {
    const { db, asked } = await stored();
    openDispute(db, asked, ENGINEER);
    decideDispute(db, 1, upheld(), analyst('a.analyst'));
    for (const table of ['disputes', 'disputeDecisions']) {
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/insert-only/);
      expect(() => db.exec(`UPDATE ${table} SET by = ''`)).toThrow(/insert-only/);
    }
  });
});

describe('L11: matches of a disputed indicator are marked', () => {
  it.each<[string, number | undefined, (string | null)[]]>([
    ['all of them where it was wrong from ever', undefined, ['open', 'open']],
    ['those that were not over before', START_MS + 1_001, [null, 'open']],
    ['those that ended at that millisecond too', START_MS + 1_000, ['open', 'open']],
  ])('%s', async (_, wrongSinceMs, expected) => {
    const { db, id, asked } = await stored();
    fill(db, id);
    expect(marks(db)).toEqual([null, null]);
    openDispute(db, { ...asked, wrongSinceMs }, ENGINEER);
    expect(marks(db)).toEqual(expected);
    decideDispute(db, 1, upheld(), analyst('a.analyst'));
    expect(marks(db)).toEqual(expected);
    decideDispute(db, 1, upheld(), analyst('b.analyst'));
    expect(marks(db)).toEqual(expected.map((mark) => mark && 'upheld'));
  });

  it('no more where it is rejected; what is shown to be wrong is said before what is in doubt', async () => {
    const { db, id, asked } = await stored();
    fill(db, id);
    openDispute(db, asked, ENGINEER);
    for (const by of ['a.analyst', 'b.analyst']) decideDispute(db, 1, rejected(), analyst(by));
    expect(marks(db)).toEqual([null, null]);
    openDispute(db, { ...asked, suspends: false, wrongSinceMs: START_MS + 5_000 }, ENGINEER);
    for (const by of ['a.analyst', 'b.analyst']) decideDispute(db, 2, upheld(), analyst(by));
    openDispute(db, { ...asked, suspends: false }, ENGINEER);
    expect(marks(db)).toEqual(['open', 'upheld']);
  });
});
