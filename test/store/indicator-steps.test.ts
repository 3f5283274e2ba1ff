// Steps recorded: numbered, checked, with their events; nothing lost, nothing changed afterwards.
import { describe, expect, it } from 'vitest';
import { recordAuthorisationStep } from '../../src/store/authorisation-steps.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { recordBasisStep } from '../../src/store/basis-steps.ts';
import type { Database } from '../../src/store/database.ts';
import { currentGeneration, readEvents } from '../../src/store/events.ts';
import { findIndicator, findIndicators } from '../../src/store/indicator-names.ts';
import { recordStep, stepsOf } from '../../src/store/indicator-steps.ts';
import { changed, ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { temporaryDatabase } from './fixture.ts';

const NOW = Date.UTC(2026, 5, 26);
const ANALYST = { by: 'a.analyst', role: 'analyst', at: NOW };

async function stored(): Promise<{ db: Database; id: string }> {
  const db = temporaryDatabase();
  const entries = [ENTRY, changed(ENTRY, { port: 8443 }), changed(ENTRY, { address: '198.51.100.1' })];
  await importAuthorisation(db, JSON.stringify(fileOf(HEADER, entries)), { by: 'a.head', at: NOW - 1 });
  return { db, id: findIndicator(db, '198.51.100.1').id };
}

describe('a step', () => {
  it('is numbered, kept and told of, and makes a new generation', async () => {
    const { db, id } = await stored();
    const before = currentGeneration(db);
    const step = recordStep(db, id, { kind: 'suspend', reason: 'in doubt' }, ANALYST);
    expect(step).toMatchObject({ step: 1, kind: 'suspend', cause: 'person', atMs: NOW, recordedAtMs: NOW });
    recordStep(db, id, { kind: 'reinstate', reason: 'doubt removed' }, { ...ANALYST, at: NOW - 5 });
    expect(stepsOf(db, id)).toMatchObject([step, { step: 2, recordedAtMs: NOW }]);
    expect(stepsOf(db, id, NOW - 1)).toEqual([]);
    expect(currentGeneration(db)).toBe(before + 2);
    expect([...readEvents(db)].slice(-2)).toMatchObject([
      {
        action: 'indicator.suspend',
        object: id,
        version: 1,
        actor: 'a.analyst',
        detail: { address: '198.51.100.1', authorisation: '002/2026', reason: 'in doubt' },
      },
      { action: 'indicator.reinstate', version: 2 },
    ]);
  });

  it('names no address in the audit log but listed ones, whatever its reason says', async () => {
    const { db, id } = await stored();
    const reason =
      'victim 192.0.2.77 and [2001:db8::77]:443 say that 198.51.100[.]1:443 is theirs, not 192.0.2.0/24';
    recordStep(db, id, { kind: 'suspend', reason }, ANALYST);
    const [event] = [...readEvents(db)].slice(-1);
    const told = String(event?.detail.reason);
    expect(told).toMatch(
      /^victim hmac:\w+ and \[hmac:\w+\]:443 say that 198\.51\.100\.1:443 is theirs, not hmac:\w+$/,
    );
    expect(stepsOf(db, id)).toMatchObject([{ reason }]);
  });

  it('that breaks a rule is refused with entry, field, value and rule, and leaves nothing', async () => {
    const { db, id } = await stored();
    recordStep(db, id, { kind: 'revoke', reason: 'sinkholed' }, ANALYST);
    const generation = currentGeneration(db);
    expect(() => recordStep(db, id, { kind: 'reinstate', reason: 'again' }, ANALYST)).toThrow(
      expect.objectContaining({
        code: 'REFUSED',
        message: expect.stringMatching(/^indicator--.*198\.51\.100\.1.*state: "revoked".*rule L10/),
      }),
    );
    expect(stepsOf(db, id)).toHaveLength(1);
    expect(currentGeneration(db)).toBe(generation);
  });

  it('that was decided on an older state is a conflict', async () => {
    const { db, id } = await stored();
    recordStep(db, id, { kind: 'suspend', reason: 'in doubt' }, ANALYST, { expectedStep: 0 });
    expect(() =>
      recordStep(db, id, { kind: 'revoke', reason: 'gone' }, ANALYST, { expectedStep: 0 }),
    ).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(recordStep(db, id, { kind: 'revoke', reason: 'gone' }, ANALYST, { expectedStep: 1 }).step).toBe(2);
  });

  it('cannot be changed or taken away', async () => {
    const { db, id } = await stored();
    recordStep(db, id, { kind: 'suspend', reason: 'in doubt' }, ANALYST);
    recordBasisStep(db, 'lce-126-1', { kind: 'suspend', reason: 'a ruling' }, ANALYST);
    recordAuthorisationStep(db, '002/2026', { kind: 'end', reason: 'done' }, ANALYST);
    for (const table of ['indicatorSteps', 'authorisationSteps', 'basisSteps']) {
      expect(() => db.prepare(`DELETE FROM ${table}`).run()).toThrow('insert-only');
      expect(() => db.prepare(`UPDATE ${table} SET by = 'x'`).run()).toThrow('insert-only');
    }
  });

  it('of what is not known is refused', async () => {
    const { db } = await stored();
    expect(() => recordStep(db, 'indicator--0', { kind: 'revoke', reason: 'x' }, ANALYST)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });
});

describe('an indicator', () => {
  it('is named by its id or address; an address that means several is refused with their ids', async () => {
    const { db, id } = await stored();
    expect(findIndicator(db, id)).toEqual({
      id,
      authorisation: '002/2026',
      address: '198.51.100.1',
      origin: 'file',
    });
    expect(findIndicators(db, '203.0.113.7')).toHaveLength(2);
    expect(() => findIndicator(db, '203.0.113.7')).toThrow(/means 2 indicators.*\n {2}indicator--/);
    expect(() => findIndicator(db, '203.0.113.7', '003/2026')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });
});
