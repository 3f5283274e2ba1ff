// A server over a database in which two operators delivered matches of three victims.
import { join } from 'node:path';
import { loadConfiguration } from '../../src/config/configuration.ts';
import type { HttpContext } from '../../src/http/context.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { importEntities } from '../../src/store/entity-import.ts';
import { openSource } from '../../src/store/jobs.ts';
import { declareOperator } from '../../src/store/operators.ts';
import type { TokenRole } from '../../src/store/tokens.ts';
import { refreshEvidence } from '../../src/victims/refresh.ts';
import { readRegisterFile } from '../../src/victims/register-file.ts';
import { changed, ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { DAY_MS, match, request, row, writer } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { listedEntity, registerOf } from '../victims/entities.ts';
import { testServer } from './fixture.ts';

export const [OWN, OTHER] = ['example-isp', 'other-isp'];
/** One per threat: `ExampleRAT` and `OtherBot`. */
export const INDICATORS = [
  'indicator--00000000-0000-4000-8000-000000000001',
  'indicator--00000000-0000-4000-8000-000000000002',
] as const;
/** Of the hospital, delivered by both operators; by the first alone; by the second alone. */
export const VICTIMS = { both: '198.51.100.7', own: '198.51.100.9', other: '2001:db8:7::9' } as const;
export const HOUR_MS = 3_600_000;
/** The beginning of a day, some days ago. */
export const FROM_MS = (Math.floor(Date.now() / DAY_MS) - 5) * DAY_MS;

/** Both directions in `hours` hours, from the given one on. */
export function deliver(
  db: Database,
  operator: string,
  victim: string,
  { indicator = 0, hours = 1, atMs = FROM_MS }: { indicator?: 0 | 1; hours?: number; atMs?: number } = {},
): void {
  const names = { name: `udp ${operator}`, operator, retentionBasis: 'lce-126-1' };
  const source = openSource(db, 'listener', names);
  const counted = row({ records: 2 * hours, matched: 2 * hours }, { fromMs: atMs, toMs: atMs + 60_000 });
  const found = Array.from({ length: hours }, (_, hour) =>
    (['to-c2', 'from-c2'] as const).map((direction, at) => {
      const startMs = atMs + hour * HOUR_MS + at;
      const c2 = indicator === 0 ? '203.0.113.7' : '203.0.113.8';
      return match(counted, {
        victim,
        direction,
        startMs,
        endMs: startMs + 5,
        indicatorId: INDICATORS[indicator],
        c2,
      });
    }),
  ).flat();
  const evaluatedAtMs = Date.now() - DAY_MS;
  writer(db).commit(request(source, { matches: found, ledger: [counted], checkpoint: null, evaluatedAtMs }));
}

export async function filledDatabase(): Promise<Database> {
  const db = openDatabase(join(temporaryFolder(), 'victims.db'));
  const header = changed(HEADER, { operators: [OWN, OTHER] });
  const entries = [
    changed(ENTRY, { id: INDICATORS[0] }),
    changed(ENTRY, {
      id: INDICATORS[1],
      address: '203.0.113.8',
      'threat.name': 'OtherBot',
      first_seen_event: 'seen at the same host',
    }),
  ];
  await importAuthorisation(db, JSON.stringify(fileOf(header, entries)));
  const hospital = listedEntity({ prefixes: ['198.51.100.0/29'], asns: [] });
  const change = { by: 'an.engineer', role: 'engineer' };
  importEntities(db, await readRegisterFile(registerOf(hospital), 'register.json'), 'entities', change);
  const at = Date.now();
  declareOperator(db, OWN, { name: 'Example ISP', contact: 'noc@isp.example' }, { ...change, at });
  deliver(db, OWN, VICTIMS.both, { hours: 4 });
  deliver(db, OWN, VICTIMS.both, { indicator: 1 });
  deliver(db, OTHER, VICTIMS.both, { hours: 2 });
  deliver(db, OWN, VICTIMS.own);
  deliver(db, OTHER, VICTIMS.other);
  refreshEvidence(db);
  return db;
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly etag: string | undefined;
}

export async function victimServer(given: Partial<HttpContext> = {}) {
  const server = await testServer({ ...given, db: given.db ?? (await filledDatabase()) });
  const { app, token, bearer } = server;
  const tokens = new Map<string, string>();
  const tokenOf = (role: TokenRole, person = `the.${role}`, operator = OWN): string => {
    const key = `${role} ${person} ${operator}`;
    const text = tokens.get(key) ?? token(role, person, operator);
    tokens.set(key, text);
    return text;
  };
  /** @param who a role, a person of it after a colon, an operator after another */
  const ask = async <Body = Record<string, never>>(
    who: string,
    url: string,
    asked: {
      readonly body?: unknown;
      readonly type?: string;
      readonly ifMatch?: string;
    } = {},
  ): Promise<Answer<Body>> => {
    const [role, person, operator] = who.split(':') as [TokenRole, string?, string?];
    const { body, type = 'application/json', ifMatch } = asked;
    const answer = await app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url,
      headers: {
        ...bearer(tokenOf(role, person, operator)),
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      body: (isJson && !url.includes('/exports/') ? answer.json() : answer.body) as Body,
      etag: answer.headers.etag as string | undefined,
    };
  };
  return { ...server, ask, tokenOf };
}

/** With what sending warnings takes. */
export async function warningConfiguration() {
  const configuration = await loadConfiguration({}, {});
  return {
    ...configuration,
    warnings: { ...configuration.warnings, sender: 'CERT.example', object: 'object@cert.example' },
    mail: { ...configuration.mail, host: 'localhost', from: 'warnings@cert.example' },
  };
}
