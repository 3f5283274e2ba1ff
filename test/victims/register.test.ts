// The entity register: what a file may say, what becomes of a second file, and what is refused with which words.
import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/authority/refusal.ts';
import { FlowSieveError } from '../../src/core/errors.ts';
import type { Database } from '../../src/store/database.ts';
import { iterateEntities } from '../../src/store/entities.ts';
import { importEntities, type RegisterReport } from '../../src/store/entity-import.ts';
import { EntityRegister } from '../../src/store/entity-register.ts';
import { readEvents } from '../../src/store/events.ts';
import { readRegisterFile } from '../../src/victims/register-file.ts';
import { temporaryDatabase } from '../store/fixture.ts';
import { FINGERPRINT, listedEntity, registerOf } from './entities.ts';

const MARCH_MS = Date.UTC(2026, 2, 1);

async function imported(
  db: Database,
  content: Buffer | string,
  { register = 'entities', at = MARCH_MS } = {},
): Promise<RegisterReport> {
  const file = await readRegisterFile(Buffer.from(content), 'register');
  return importEntities(db, file, register, { by: 'an.engineer', role: 'engineer', at });
}

function faultsOf({ refusals }: Pick<RegisterReport, 'refusals'>): string[] {
  return refusals.flatMap(({ faults }) => faults.map(describeFault));
}

function ids(db: Database, asKnownAtMs?: number): string[] {
  return [...iterateEntities(db, asKnownAtMs)].map(({ id }) => id);
}

const HEADER = 'id,name,kind,sector,prefixes,nat_prefixes,asns,contacts,protected';
const ROW = `example-hospital,Example Hospital,essential,health,192.0.2.0/24 2001:db8:1::/48,,64500,security@hospital.example nl ${FINGERPRINT},`;

describe('a file of a register', () => {
  it('says the same as JSON and as CSV, whatever the order of columns', async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(listedEntity()));
    const [json] = [...iterateEntities(db)];
    expect(json).toEqual({
      ...{ id: 'example-hospital', name: 'Example Hospital', kind: 'essential', sector: 'health' },
      ...{ prefixes: ['192.0.2.0/24', '2001:db8:1::/48'], natPrefixes: [], asns: [64500], protected: null },
      contacts: [{ mail: 'security@hospital.example', language: 'nl', openpgp: FINGERPRINT }],
      ...{ version: 1, recordedAtMs: MARCH_MS, recordedBy: 'an.engineer', register: 'entities' },
    });
    expect((await imported(db, `${HEADER}\n${ROW}\n`)).changed).toBe(false);
    const reordered = `kind;id;asns;name;sector;prefixes;contacts\r\nessential;example-hospital;AS64500;Example Hospital;health;2001:DB8:1::/48 192.0.2.0/24;security@hospital.example nl ${FINGERPRINT.toLowerCase()}\r\n`;
    expect((await imported(db, reordered)).changed).toBe(true);
    expect([...iterateEntities(db)]).toEqual([
      { ...json, prefixes: ['2001:db8:1::/48', '192.0.2.0/24'], version: 2 },
    ]);
  });

  it('in CSV holds several networks and contacts in a cell, and commas in quotes', async () => {
    const db = temporaryDatabase();
    const row = `a,"Practice A, B",other,,192.0.2.1 192.0.2.2,198.51.100.0/28; 198.51.100.16/28,,"a@law.example de; b@law.example en",lawyer`;
    expect(faultsOf(await imported(db, `${HEADER}\n${row}`))).toEqual([]);
    expect([...iterateEntities(db)]).toMatchObject([
      {
        ...{ name: 'Practice A, B', protected: 'lawyer' },
        natPrefixes: ['198.51.100.0/28', '198.51.100.16/28'],
        contacts: [
          { mail: 'a@law.example', language: 'de', openpgp: null },
          { mail: 'b@law.example', language: 'en', openpgp: null },
        ],
      },
    ]);
  });

  it.each([
    ['', 'its first line must name its columns: at least id, name, kind'],
    ['name,kind\na,other', 'its first line must name its columns: at least id, name, kind'],
    ['id,name,kind,prefixs\na,A,other,', 'the column "prefixs" is not known: did you mean prefixes?'],
    ['id,name,kind,id\na,A,other,b', 'the column id stands in its header twice'],
    ['[]', 'must be {"flowsieve": 1, "entities": […]}, or CSV with a header'],
    ['{"flowsieve": 2, "entities": []}', 'must be {"flowsieve": 1, "entities": […]}, or CSV with a header'],
    ['{"flowsieve": 1, "entities": [], "entitys": []}', 'entitys: []: there is no such field'],
    ['{"flowsieve": 1,', 'malformed JSON at line 1'],
  ])('is refused whole where it is no register: %j', async (content, message) => {
    const error = await readRegisterFile(Buffer.from(content), 'register').catch((one: unknown) => one);
    expect(error).toBeInstanceOf(FlowSieveError);
    expect((error as FlowSieveError).message).toContain(`register: ${message}`);
  });
});

describe('an entry is refused alone', () => {
  it.each([
    [{ id: undefined }, 'id: (absent): is required (rule L15)'],
    [
      { id: 'a b' },
      'id: "a b": must be letters, digits, dots, dashes and underscores, 64 at most (rule L15)',
    ],
    [{ name: 'a\u001b[2J' }, 'name: "a\\u001b[2J": holds control characters (rule L15)'],
    [{ kind: 'vital' }, 'kind: "vital": must be one of essential, important, other (rule L15)'],
    [{ kind: undefined }, 'kind: (absent): must be one of essential, important, other (rule L15)'],
    [{ sector: 7 }, 'sector: 7: must be text (rule L15)'],
    [{ prefixes: '192.0.2.0/24' }, 'prefixes: "192.0.2.0/24": must be a list (rule L15)'],
    [{ prefixes: ['192.0.2.1/24'] }, /^prefixes\[0\]: "192\.0\.2\.1\/24": bits are set behind the prefix/],
    [
      { prefixes: ['8.0.0.0/7'] },
      'prefixes[0]: "8.0.0.0/7": is wider than /8: nobody\'s network is (rule L15)',
    ],
    [
      { prefixes: ['2000::/15'] },
      'prefixes[0]: "2000::/15": is wider than /16: nobody\'s network is (rule L15)',
    ],
    [{ prefixes: ['192.0.2.1', '192.0.2.1/32'] }, 'prefixes[1]: "192.0.2.1/32": is listed twice (rule L15)'],
    [{ nat_prefixes: ['192.0.2.0/24'] }, 'nat_prefixes[0]: "192.0.2.0/24": is listed twice (rule L15)'],
    [{ asns: [0] }, 'asns[0]: 0: must be a whole number from 1 to 4294967294 (rule L15)'],
    [{ asns: ['AS64500'] }, 'asns[0]: "AS64500": must be a whole number from 1 to 4294967294 (rule L15)'],
    [{ asns: [1, 1] }, 'asns[1]: 1: is listed twice (rule L15)'],
    [{ contacts: [{ mail: 'a' }] }, 'contacts[0].mail: "a": must be one mail address (rule L15)'],
    [
      { contacts: [{ mail: 'a@example.org', language: 'it' }] },
      'contacts[0].language: "it": must be one of nl, fr, de, en (rule L15)',
    ],
    [
      { contacts: [{ mail: 'a@example.org', language: 'nl', openpgp: '0123' }] },
      'contacts[0].openpgp: "0123": must be a fingerprint of 40 or 64 hexadecimal digits (rule L15)',
    ],
    [
      { protected: 'lawyer' },
      'asns: [… 1]: who is protected is known by prefixes alone, so that no match of theirs is read by mistake (rule I7)',
    ],
    [{ protected: true }, 'protected: true: must be one of lawyer, doctor, journalist (rule I7)'],
    [
      { protekted: 'lawyer' },
      'protekted: "lawyer": there is no such field: did you mean protected? (rule L15)',
    ],
  ])('%j', async (changes, expected) => {
    const sound = listedEntity({ id: 'b', prefixes: ['8.0.0.0/8', '2000::/16'] });
    const file = await readRegisterFile(registerOf(listedEntity(changes), sound), 'register');
    expect(faultsOf(file)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
    expect(file.refusals[0]?.entry).toBe(0);
    expect(file.listed.map(({ entity }) => entity.id)).toEqual(['b']);
  });

  it('with its line, in CSV, also where a row is broken', async () => {
    const db = temporaryDatabase();
    const { refusals } = await imported(db, `${HEADER}\n\n${ROW}\nb,B,other\nc,C,vital,,,,,,\n`);
    expect(refusals.map(({ line, id, faults }) => [line, id, faults[0]?.field])).toEqual([
      [4, null, 'cells'],
      [5, 'c', 'kind'],
    ]);
    expect(ids(db)).toEqual(['example-hospital']);
  });

  it("that claims what is another entity's: id, prefix, translation or autonomous system", async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(listedEntity()), { register: 'other' });
    const free = { id: 'b', prefixes: [], asns: [] };
    const owner = 'example-hospital of the register other';
    const report = await imported(
      db,
      registerOf(
        listedEntity({ ...free, id: 'example-hospital' }),
        listedEntity({ ...free, prefixes: ['192.0.2.0/24'] }),
        listedEntity({ ...free, nat_prefixes: ['192.0.2.0/24'] }),
        listedEntity({ ...free, asns: [64500] }),
        listedEntity({ ...free, prefixes: ['192.0.2.0/25'] }),
        listedEntity({ ...free, name: 'B again' }),
      ),
    );
    expect(faultsOf(report)).toEqual([
      `id: "example-hospital": is that of ${owner} already (rule L15)`,
      `prefixes: "192.0.2.0/24": is that of ${owner} already (rule L15)`,
      `nat_prefixes: "192.0.2.0/24": is that of ${owner} already (rule L15)`,
      `asns: 64500: is that of ${owner} already (rule L15)`,
      'id: "b": is that of b already (rule L15)',
    ]);
    expect(ids(db)).toEqual(['b', 'example-hospital']);
  });
});

describe('a later file of the same register', () => {
  const A = listedEntity({ id: 'a', prefixes: ['192.0.2.0/25'], asns: [] });
  const B = listedEntity({ id: 'b', prefixes: ['192.0.2.128/25'], asns: [] });

  it('that says the same changes nothing and tells of nothing', async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(A, B));
    const report = await imported(db, registerOf(B, A));
    expect(report).toMatchObject({ changed: false, entities: { added: 0, changed: 0, ended: 0 } });
    expect([...readEvents(db)]).toHaveLength(1);
  });

  it('makes a version of what changed, and ends what it lists no more; history is kept', async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(A, B));
    const report = await imported(db, registerOf({ ...A, name: 'Another name' }), { at: MARCH_MS + 1 });
    expect(report.entities).toEqual({ added: 0, changed: 1, ended: 1 });
    expect([...iterateEntities(db)]).toMatchObject([{ id: 'a', name: 'Another name', version: 2 }]);
    expect(ids(db, MARCH_MS)).toEqual(['a', 'b']);
    expect(ids(db, MARCH_MS - 1)).toEqual([]);
    await imported(db, registerOf(A, B), { at: MARCH_MS + 2 });
    expect([...iterateEntities(db)]).toMatchObject([{ version: 3 }, { id: 'b', version: 3 }]);
  });

  it('may give a network to another entity', async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(A, B));
    const swapped = registerOf({ ...A, prefixes: B.prefixes }, { ...B, prefixes: A.prefixes });
    expect((await imported(db, swapped)).refused).toBe(0);
    expect(EntityRegister.ofStored(db).ofAddress('192.0.2.1')?.entity.id).toBe('b');
  });

  it('changes nothing of an entity whose entry is refused', async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(A, B));
    const report = await imported(
      db,
      registerOf({ ...A, kind: 'vital' }, { ...B, prefixes: ['192.0.2.0/25'] }),
    );
    expect(faultsOf(report)).toEqual([
      'kind: "vital": must be one of essential, important, other (rule L15)',
      'prefixes: "192.0.2.0/25": is that of a already (rule L15)',
    ]);
    expect(report.changed).toBe(false);
    expect([...iterateEntities(db)]).toMatchObject([
      { id: 'a', version: 1 },
      { id: 'b', version: 1 },
    ]);
  });

  it('leaves other registers alone', async () => {
    const db = temporaryDatabase();
    await imported(db, registerOf(A), { register: 'bar' });
    await imported(db, registerOf(B));
    await imported(db, registerOf());
    expect(ids(db)).toEqual(['a']);
  });
});

it('the event tells how many and by whom, and no network', async () => {
  const db = temporaryDatabase();
  await imported(db, registerOf(listedEntity(), listedEntity({ id: 'b' })));
  const [event] = [...readEvents(db)];
  expect(event).toMatchObject({
    ...{ action: 'entity.import', object: 'entities', actor: 'an.engineer', role: 'engineer', version: 1 },
    detail: { entries: 2, entities: { added: 1, changed: 0, ended: 0 }, refused: 1 },
  });
  expect(JSON.stringify(event?.detail)).not.toMatch(/192|hospital/);
});

it('the table is insert-only', async () => {
  const db = temporaryDatabase();
  await imported(db, registerOf(listedEntity()));
  expect(() => db.exec('UPDATE entityVersions SET listed = 0')).toThrow('entityVersions is insert-only');
  expect(() => db.exec('DELETE FROM entityVersions')).toThrow('entityVersions is insert-only');
});

it('ten thousand entities are taken in and answered from memory', async () => {
  const db = temporaryDatabase();
  const entities = Array.from({ length: 10_000 }, (_, at) =>
    listedEntity({ id: `e${at}`, prefixes: [`10.${at >> 8}.${at & 255}.0/24`], asns: [at + 1] }),
  );
  expect((await imported(db, registerOf(...entities))).entities.added).toBe(10_000);
  const register = EntityRegister.ofStored(db);
  expect(register.ofAddress('10.39.15.255')?.entity.id).toBe('e9999');
  expect(register.ofAddress('10.39.16.0')).toBeUndefined();
  expect(register.ofAsn(10_000)?.id).toBe('e9999');
});
