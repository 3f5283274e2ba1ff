// Exports: whole, in their publishers' forms, and nothing of another's.
import { fc, test } from '@fast-check/vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { iterateEntities } from '../../src/store/entities.ts';
import { importEntities } from '../../src/store/entity-import.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import type { NewMatch } from '../../src/store/matches.ts';
import { csvLine } from '../../src/victims/exports/csv-text.ts';
import { type ExportOrder, writeExport } from '../../src/victims/exports/export.ts';
import { EXPORT_FORMATS, type ExportFormatName } from '../../src/victims/exports/formats.ts';
import { refreshEvidence } from '../../src/victims/refresh.ts';
import { readRegisterFile } from '../../src/victims/register-file.ts';
import { changed, ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { job, keep, match, request, row, START_MS, writer } from '../store/fixture.ts';
import {
  INTELMQ_EVENT,
  SHADOWSERVER_COLUMNS,
  STIX_BUNDLE,
  STIX_OBJECTS,
  XARF_BOTNET,
} from './export-schemas.ts';
import { attributor } from './fixture.ts';

const NOW = Date.UTC(2026, 6, 1);
const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormatName[];
const OPERATORS = ['example-isp', 'other-isp', 'third-isp'];

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

async function stored(): Promise<{ db: Database; ids: string[] }> {
  const db = keep(openDatabase(':memory:'));
  const header = changed(HEADER, { operators: OPERATORS });
  const entries = [ENTRY, changed(ENTRY, { address: '2001:db8:c2::7', tlp: 'GREEN' })];
  await importAuthorisation(db, JSON.stringify(fileOf(header, entries)), { by: 'a.head', at: NOW });
  return { db, ids: [findIndicator(db, '203.0.113.7').id, findIndicator(db, '2001:db8:c2::7').id] };
}

function add(db: Database, operator: string, matches: readonly Partial<NewMatch>[]): void {
  const counted = row({ records: matches.length, matched: matches.length });
  const target = job(db, { operator, fingerprint: operator });
  const found = matches.map((change) => match(counted, change));
  writer(db).commit(request(target, { matches: found, ledger: [counted] }));
}

/** Two victims of one operator, one of another; one contact without a port, one without exact time. */
async function filled() {
  const { db, ids } = await stored();
  const [indicatorId, other] = ids as [string, string];
  add(db, 'example-isp', [
    { indicatorId, victim: '198.51.100.7', victimPort: 51_000, bytes: 1_000 },
    {
      indicatorId,
      victim: '198.51.100.7',
      direction: 'from-c2',
      startMs: START_MS + 20,
      endMs: START_MS + 1_520,
    },
    {
      indicatorId,
      victim: '198.51.100.7',
      victimPort: null,
      startMs: START_MS + 60_000,
      endMs: START_MS + 60_500,
    },
    {
      indicatorId,
      victim: '198.51.100.7',
      timeSource: 'export',
      startMs: START_MS + 90_000,
      endMs: START_MS + 90_000,
    },
    {
      indicatorId: other,
      victim: '2001:db8::9',
      c2: '2001:db8:c2::7',
      c2Port: 8_443,
      protocol: 17,
      victimPort: 7,
    },
  ]);
  add(db, 'other-isp', [{ indicatorId, victim: '192.0.2.77', victimPort: 40_404 }]);
  refreshEvidence(db);
  return db;
}

function exported(db: Database, format: ExportFormatName, change: Partial<ExportOrder> = {}): string {
  const pieces: string[] = [];
  const order: ExportOrder = {
    format,
    audience: { kind: 'operator', id: 'example-isp' },
    filter: {},
    purpose: 'identify, ticket 1234',
    by: 'a.analyst',
    atMs: NOW,
    organisation: { name: 'Example CSIRT', mail: 'warnings@csirt.example' },
    ...change,
  };
  writeExport(db, attributor([...iterateEntities(db)]), order, (text) => pieces.push(text));
  return pieces.join('');
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const jsonLines = (text: string) => linesOf(text).map((line) => JSON.parse(line) as Record<string, unknown>);

function csvRows(text: string): Record<string, string>[] {
  const [head = [], ...rows] = linesOf(text).map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  );
  return rows.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])));
}

function valid(schema: object, value: unknown): void {
  const check = ajv.compile(schema);
  expect([check(value), check.errors]).toEqual([true, null]);
}

describe('CSV', () => {
  it('has a line for each contact, with port, exact time and clock (RFC 6302)', async () => {
    const rows = csvRows(exported(await filled(), 'csv'));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({
      victim_ip: '198.51.100.7',
      source_port: '51000',
      start_utc: '2026-06-30T12:00:00.000Z',
      end_utc: '2026-06-30T12:00:01.000Z',
      protocol: 'tcp',
      c2_ip: '203.0.113.7',
      c2_port: '443',
      direction: 'to-c2',
      clock_offset_ms: '',
      attribution: 'by address, port and time',
      evidence_class: 'E2',
      malware: 'ExampleRAT',
      authorisation: '002/2026',
      file: 'AUT-2026-00049',
      authorised_for: 'warn the victims of listed C2 servers',
      purpose: 'identify, ticket 1234',
      tlp: 'TLP:AMBER+STRICT',
    });
  });

  it('never guesses whose a contact without port or exact time was', async () => {
    const found = csvRows(exported(await filled(), 'csv')).map((line) => line.attribution);
    expect(found.filter((text) => text?.startsWith('not attributable'))).toEqual([
      'not attributable: the source port is not known',
      'not attributable: the time is not exact',
    ]);
  });

  it('tells an operator nothing of entities; an entity, what its operator said', async () => {
    const db = await filled();
    expect(exported(db, 'csv').split('\n', 1)[0]).not.toMatch(/entity|sector|legal_basis/);
    const all = csvRows(exported(db, 'csv', { audience: { kind: 'analyst', id: null } }));
    expect(new Set(all.map(({ operator }) => operator))).toEqual(new Set(['example-isp', 'other-isp']));
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+32', "'+32"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['a=b', 'a=b'],
    ['say "x", y', '"say ""x"", y"'],
    ['two\nlines', '"two\nlines"'],
    [-300, '-300'],
    [null, ''],
  ])('writes %j as %s', (cell, text) => {
    expect(csvLine([cell, 'end'])).toBe(`${text},end\n`);
  });
});

describe('JSON', () => {
  it('says what it is, gives victims with their contacts, and an end', async () => {
    const found = jsonLines(exported(await filled(), 'json'));
    expect(found.map(({ type }) => type)).toEqual([
      ...['export', 'victim', 'contact', 'contact', 'contact', 'contact', 'victim', 'contact', 'end'],
    ]);
    expect(found[0]).toMatchObject({
      for: { kind: 'operator', id: 'example-isp' },
      purpose: 'identify, ticket 1234',
      by: 'a.analyst',
      tlp: 'TLP:AMBER+STRICT',
    });
    expect(found[1]).toMatchObject({
      victim: '198.51.100.7',
      class: 'E2',
      coverage: { days: 1 },
      authorisation: '002/2026',
    });
    expect(found.at(-1)).toEqual({ type: 'end', victims: 2, contacts: 5 });
  });

  it('holds contacts of the time asked for only', async () => {
    const filter = { sinceMs: START_MS + 20, untilMs: START_MS + 90_000 };
    const found = jsonLines(exported(await filled(), 'json', { filter }));
    expect(found.filter(({ type }) => type === 'contact').map(({ startMs }) => startMs)).toEqual([
      START_MS + 20,
      START_MS + 60_000,
    ]);
  });
});

describe('IntelMQ', () => {
  it('has events as its data format asks, in which the victim is the source', async () => {
    const events = jsonLines(exported(await filled(), 'intelmq'));
    for (const event of events) valid(INTELMQ_EVENT, event);
    expect(events[0]).toMatchObject({
      'source.ip': '198.51.100.7',
      'source.port': 51_000,
      'destination.ip': '203.0.113.7',
      'destination.port': 443,
      'malware.name': 'examplerat',
      'time.source': '2026-06-30T12:00:00.020+00:00',
      'extra.evidence_class': 'E2',
      tlp: 'AMBER',
      'extra.tlp': 'TLP:AMBER+STRICT',
      'extra.authorisation': '002/2026',
      'extra.purpose': 'identify, ticket 1234',
    });
    expect(events[1]).toMatchObject({ tlp: 'GREEN', 'protocol.transport': 'udp' });
  });

  it('gives one victim and indicator the same hash in every export, and others another', async () => {
    const db = await filled();
    const hashes = (atMs: number) =>
      jsonLines(exported(db, 'intelmq', { atMs })).map(({ event_hash }) => event_hash);
    expect(hashes(NOW + 1)).toEqual(hashes(NOW));
    expect(new Set(hashes(NOW)).size).toBe(2);
  });
});

it("Shadowserver's columns come first, in order; then severity and what every export carries", async () => {
  const text = exported(await filled(), 'shadowserver');
  expect(text.split('\n', 1)[0]?.split(',').slice(0, 30)).toEqual(SHADOWSERVER_COLUMNS);
  expect(csvRows(text)[0]).toMatchObject({
    timestamp: '2026-06-30 12:00:00',
    protocol: 'tcp',
    src_ip: '198.51.100.7',
    src_port: '51000',
    dst_ip: '203.0.113.7',
    dst_port: '443',
    infection: 'ExampleRAT',
    tag: 'c2;evidence-e2',
    severity: 'medium',
    purpose: 'identify, ticket 1234',
    tlp: 'TLP:AMBER+STRICT',
  });
});

describe('STIX 2.1', () => {
  it('is one bundle of valid objects, each with an id of its own, whose references all lead somewhere', async () => {
    const bundle = JSON.parse(exported(await filled(), 'stix'));
    valid(STIX_BUNDLE, bundle);
    const objects = bundle.objects as (Record<string, unknown> & { type: string; id: string })[];
    for (const object of objects) valid(STIX_OBJECTS[object.type] as object, object);
    const ids = objects.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const object of objects) {
      for (const [key, value] of Object.entries(object)) {
        if (key.endsWith('_ref')) expect(ids).toContain(value);
        if (key.endsWith('_refs')) expect(ids).toEqual(expect.arrayContaining(value as string[]));
      }
    }
  });

  it('has a sighting of the indicator with its observed data for each victim, and each indicator once', async () => {
    const { objects } = JSON.parse(exported(await filled(), 'stix'));
    const types = objects.map(({ type }: { type: string }) => type);
    const count = (type: string) => types.filter((one: string) => one === type).length;
    expect([count('sighting'), count('observed-data'), count('network-traffic'), count('indicator')]).toEqual(
      [2, 2, 2, 2],
    );
    const traffic = objects.find(({ type }: { type: string }) => type === 'network-traffic');
    expect(traffic).toMatchObject({ src_port: 51_000, dst_port: 443, protocols: ['ipv4', 'tcp'] });
    const statement = objects.find(({ definition }: { definition?: object }) => definition !== undefined);
    expect(statement.definition.statement).toMatch(
      /Authorisation 002\/2026 .* for: identify, ticket 1234; for no other/,
    );
  });

  it('addresses have the identifiers that STIX derives from them (§ 2.9)', async () => {
    const { objects } = JSON.parse(exported(await filled(), 'stix'));
    const found = objects.filter(({ type }: { type: string }) => type === 'ipv4-addr');
    // By Python's uuid.uuid5: of {"value":"203.0.113.7"} in the namespace that § 2.9 names.
    expect(found.find(({ value }: { value: string }) => value === '203.0.113.7').id).toBe(
      'ipv4-addr--9ddd739e-87b1-587d-83f2-62ef1130af2f',
    );
  });
});

describe('XARF v4', () => {
  it('has reports as its schema asks: infrastructure, botnet', async () => {
    const reports = jsonLines(exported(await filled(), 'xarf'));
    expect(reports).toHaveLength(2);
    for (const report of reports) valid(XARF_BOTNET, report);
    expect(reports[0]).toMatchObject({
      source_identifier: '198.51.100.7',
      source_port: 51_000,
      malware_family: 'ExampleRAT',
      c2_server: '203.0.113.7',
      c2_protocol: 'tcp',
      compromise_evidence: 'C2 communication observed: the victim and the C2 server exchanged traffic',
      reporter: { org: 'Example CSIRT', contact: 'warnings@csirt.example', domain: 'csirt.example' },
      tags: ['tlp:amber+strict', 'evidence:e2'],
      purpose: 'identify, ticket 1234',
    });
    const [{ payload }] = (reports[0] as { evidence: [{ payload: string }] }).evidence;
    expect(linesOf(Buffer.from(payload, 'base64').toString())).toHaveLength(1 + 4);
  });
});

it('the report under art. 18/8 gives day, hour and duration of each communication (I4)', async () => {
  const text = exported(await filled(), 'report-18-8');
  expect(text).toContain('| 2026-06-30 | 12:00:00.020 | 1.500 s | from | tcp | 51000 / 443 |');
  expect(text).toContain(
    '- Authorisation: 002/2026, file AUT-2026-00049: warn the victims of listed C2 servers',
  );
  expect(linesOf(text).at(-1)).toBe('End of the report: 5 communications of 2 means of communication.');
});

describe('an entity', () => {
  it('gets what is in its networks, whoever delivered it, and nothing else', async () => {
    const db = await filled();
    const entity = {
      id: 'hospital-1',
      name: 'Hospital One',
      kind: 'essential',
      prefixes: ['198.51.100.0/29'],
    };
    const file = await readRegisterFile(
      Buffer.from(JSON.stringify({ flowsieve: 1, entities: [entity] })),
      'entities.json',
    );
    importEntities(db, file, 'test', { by: 'a.analyst', role: 'analyst', at: NOW });
    const rows = csvRows(exported(db, 'csv', { audience: { kind: 'entity', id: 'hospital-1' } }));
    expect(rows.map(({ victim_ip, entity_name }) => [victim_ip, entity_name])).toEqual(
      Array(4).fill(['198.51.100.7', 'Hospital One']),
    );
  });
});

describe('an operator’s export', () => {
  const placed = fc.array(
    fc.record({
      operator: fc.integer({ min: 0, max: 2 }),
      /** The same address may be seen by several operators; a port by one only. */
      victim: fc.integer({ min: 1, max: 6 }),
      at: fc.integer({ min: 0, max: 86_400_000 }),
      indicator: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 40 },
  );

  test.prop([placed], { seed: 20_261_121, numRuns: 10 })('never holds another’s victim', async (contacts) => {
    const { db, ids } = await stored();
    for (const [own, operator] of OPERATORS.entries()) {
      const found = contacts
        .map((contact, at) => ({ ...contact, port: 10_000 + at }))
        .filter(({ operator: of }) => of === own)
        .map(({ victim, at, indicator, port }) => ({
          indicatorId: ids[indicator] as string,
          victim: `198.51.100.${victim * 10 + (victim > 3 ? 0 : own)}`,
          victimPort: port,
          startMs: START_MS + at,
          endMs: START_MS + at,
        }));
      if (found.length > 0) add(db, operator, found);
    }
    refreshEvidence(db);
    for (const [own, id] of OPERATORS.entries()) {
      const others = contacts.flatMap(({ operator, victim }, at) =>
        operator === own
          ? []
          : [`${10_000 + at}`, ...(victim > 3 ? [] : [`198.51.100.${victim * 10 + operator}`])],
      );
      for (const format of FORMATS) {
        const filter = { operator: OPERATORS[(own + 1) % 3] as string };
        const text = readable(exported(db, format, { audience: { kind: 'operator', id }, filter }));
        for (const other of others) expect(text).not.toMatch(new RegExp(`(?<![\\d.])${other}(?![\\d.]*\\d)`));
        for (const name of OPERATORS.filter((one) => one !== id)) expect(text).not.toContain(name);
      }
    }
  });
});

/** With evidence in base64 decoded, and without what is random. */
function readable(text: string): string {
  return text
    .replace(/"payload":"([^"]*)"/g, (_, payload: string) => Buffer.from(payload, 'base64').toString())
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"event_hash":"[^"]*"|"computedAtMs":\d+/g, '');
}

it('an export is written in small pieces, however much there is', async () => {
  const { db, ids } = await stored();
  const indicatorId = ids[0] as string;
  add(
    db,
    'example-isp',
    Array.from({ length: 5_000 }, (_, n) => ({ indicatorId, startMs: START_MS + n, endMs: START_MS + n })),
  );
  refreshEvidence(db);
  for (const format of FORMATS) {
    let longest = 0;
    const order = {
      format,
      audience: { kind: 'analyst', id: null },
      filter: {},
      purpose: 'p',
      by: 'b',
      atMs: NOW,
    } as const;
    const organisation = { name: 'Example CSIRT', mail: 'warnings@csirt.example' };
    writeExport(db, attributor(), { ...order, organisation }, (text) => {
      longest = Math.max(longest, text.length);
    });
    expect([format, longest < 20_000]).toEqual([format, true]);
  }
});
