// Reads what decides a match: authorisations, operators and every indicator's newest version, as known at an instant.
import type { Indicator } from '../authority/indicator.ts';
import type { AuthorityRecords, IndicatorRecord, IndicatorScope } from '../authority/records.ts';
import type { IndicatorStep, Recorded } from '../authority/steps.ts';
import { loadAuthorisations } from './authorisation-records.ts';
import { loadAuthorisationSteps } from './authorisation-steps.ts';
import { loadBasisSteps } from './basis-steps.ts';
import type { Database } from './database.ts';
import { currentGeneration } from './events.ts';
import { iterateSteps, stepsOf } from './indicator-steps.ts';
import { knownOperators } from './operators.ts';
import { stepsBy } from './recording.ts';
import { stepsSince } from './steps-since.ts';
import { wordsOf } from './stored-words.ts';

export interface LoadOptions {
  /** Epoch ms: the state as it was recorded up to then. Without it: everything recorded. */
  readonly asKnownAtMs?: number;
  /** Only this authorisation and its indicators. */
  readonly authorisation?: string;
  /** Only this indicator, by its id. */
  readonly indicator?: string;
  /**
   * Epoch ms before which nothing is asked: of the steps, only those that have a say from then on. What was recorded lies
   * before it even where the clock was ahead then: it is in effect (L10).
   */
  readonly sinceMs?: number;
  /** Without the steps of indicators: for who reads them one by one. */
  readonly steps?: false;
}

/** One consistent state, whatever other processes write meanwhile. */
export function loadRecords(db: Database, options: LoadOptions = {}): AuthorityRecords {
  const asKnownAtMs = options.asKnownAtMs ?? Infinity;
  const only = options.authorisation ?? null;
  return db.transaction(() => {
    const records: AuthorityRecords = {
      generation: currentGeneration(db),
      authorisations: loadAuthorisations(db, asKnownAtMs, only),
      operators: knownOperators(db, asKnownAtMs),
      indicators: loadIndicators(db, asKnownAtMs, options),
      steps: loadSteps(db, asKnownAtMs, options),
      authorisationSteps: loadAuthorisationSteps(db, asKnownAtMs, only),
      basisSteps: loadBasisSteps(db, asKnownAtMs),
    };
    return options.sinceMs === undefined ? records : recordedBefore(records, options.sinceMs);
  })();
}

type Steps = ReadonlyMap<string, readonly IndicatorStep[]>;

function loadSteps(
  db: Database,
  asKnownAtMs: number,
  { authorisation, indicator, sinceMs, steps }: LoadOptions,
): Steps {
  if (steps === false) return new Map();
  if (indicator !== undefined) return new Map([[indicator, stepsOf(db, indicator, asKnownAtMs)]]);
  if (sinceMs !== undefined) return stepsSince(db, sinceMs, asKnownAtMs);
  return stepsBy(iterateSteps(db, asKnownAtMs, authorisation), (step) => step.indicator);
}

/** A clock that was ahead puts off nothing. */
function recordedBefore(records: AuthorityRecords, sinceMs: number): AuthorityRecords {
  return {
    ...records,
    indicators: records.indicators.map((record) =>
      (record.withdrawnMs ?? 0) > sinceMs ? { ...record, withdrawnMs: sinceMs } : record,
    ),
    steps: clipped(records.steps, sinceMs),
    authorisationSteps: clipped(records.authorisationSteps, sinceMs),
    basisSteps: clipped(records.basisSteps, sinceMs),
  };
}

function clipped<Step extends Recorded>(
  steps: ReadonlyMap<string, readonly Step[]>,
  sinceMs: number,
): ReadonlyMap<string, readonly Step[]> {
  const ahead = [...steps].filter(([, of]) => of.some(({ recordedAtMs }) => recordedAtMs > sinceMs));
  if (ahead.length === 0) return steps;
  const clip = (step: Step): Step => ({ ...step, recordedAtMs: Math.min(step.recordedAtMs, sinceMs) });
  return new Map([...steps, ...ahead.map(([key, of]) => [key, of.map(clip)] as const)]);
}

type Row = [
  id: string,
  version: number,
  recordedAtMs: number,
  listed: 0 | 1,
  family: 4 | 6,
  first: number | Uint8Array,
  last: number | Uint8Array,
  port: number | null,
  protocol: number | null,
  firstSeenMs: number,
  trafficUntilMs: number | null,
  scope: number,
  life: number,
];

const COLUMNS = `id, version, recordedAtMs, listed, family, first, last, port, protocol, firstSeenMs, trafficUntilMs,
  scope, life`;

/** Versions of one indicator follow each other; the last that was known is the one that counts. */
function* newestRows<R extends readonly [id: string, version: number, recordedAtMs: number, ...unknown[]]>(
  rows: Iterable<R>,
  asKnownAtMs: number,
): Generator<R> {
  let newest: R | null = null;
  for (const row of rows) {
    if (row[2] > asKnownAtMs) continue;
    if (newest !== null && newest[0] !== row[0]) yield newest;
    newest = row;
  }
  if (newest !== null) yield newest;
}

const OF_AUTHORISATION = 'scope IN (SELECT id FROM indicatorScopes WHERE authorisation = ?)';
const OF_INDICATOR = 'indicatorVersions.id = ?';

function loadIndicators(
  db: Database,
  asKnownAtMs: number,
  { authorisation, indicator }: LoadOptions,
): IndicatorRecord[] {
  const conditions = [
    ...(authorisation === undefined ? [] : [OF_AUTHORISATION]),
    ...(indicator === undefined ? [] : [OF_INDICATOR]),
  ];
  const rows = db
    .prepare(
      `SELECT ${COLUMNS} FROM indicatorVersions WHERE ${['true', ...conditions].join(' AND ')} ORDER BY id, version`,
    )
    .raw()
    .iterate(...[authorisation, indicator].filter((value) => value !== undefined)) as IterableIterator<Row>;
  const shared = loadShared(db);
  const indicators: IndicatorRecord[] = [];
  for (const row of newestRows(rows, asKnownAtMs)) indicators.push(toRecord(row, shared));
  return indicators;
}

export interface DocumentedIndicator {
  readonly record: IndicatorRecord;
  readonly indicator: Indicator;
}

/** The indicators of one authorisation in full, one after another. */
export function iterateIndicators(
  db: Database,
  authorisation: string,
  asKnownAtMs = Infinity,
): Generator<DocumentedIndicator> {
  return documented(db, OF_AUTHORISATION, authorisation, asKnownAtMs);
}

/** One indicator in full, by its id. */
export function readIndicator(
  db: Database,
  id: string,
  asKnownAtMs = Infinity,
): DocumentedIndicator | undefined {
  return indicatorReader(db, asKnownAtMs)(id);
}

/** As readIndicator, for many: what they share is read once, and not again. */
export function indicatorReader(
  db: Database,
  asKnownAtMs = Infinity,
): (id: string) => DocumentedIndicator | undefined {
  const select = selectDocumented(db, OF_INDICATOR);
  const shared = loadShared(db);
  return (id) => {
    const [newest] = newestRows(select.all(id) as DocumentedRow[], asKnownAtMs);
    return newest && toDocumented(newest, shared);
  };
}

type DocumentedRow = [...row: Row, body: string];

function selectDocumented(db: Database, condition: string) {
  return db
    .prepare<[string]>(
      `SELECT indicatorVersions.${COLUMNS}, body FROM indicatorVersions
       JOIN indicatorDocuments ON indicatorDocuments.id = document WHERE ${condition}
       ORDER BY indicatorVersions.id, version`,
    )
    .raw();
}

function* documented(
  db: Database,
  condition: string,
  value: string,
  asKnownAtMs: number,
): Generator<DocumentedIndicator> {
  const rows = selectDocumented(db, condition).iterate(value) as IterableIterator<DocumentedRow>;
  const shared = loadShared(db);
  for (const row of newestRows(rows, asKnownAtMs)) yield toDocumented(row, shared);
}

function toDocumented(row: DocumentedRow, shared: Shared): DocumentedIndicator {
  return { record: toRecord(row.slice(0, 13) as Row, shared), indicator: JSON.parse(row[13]) as Indicator };
}

/** What rows name by number. */
interface Shared {
  readonly scopes: ReadonlyMap<number, IndicatorScope>;
  readonly lives: ReadonlyMap<number, string>;
}

function loadShared(db: Database): Shared {
  return { scopes: loadScopes(db), lives: loadLives(db) };
}

function loadScopes(db: Database): ReadonlyMap<number, IndicatorScope> {
  const rows = db
    .prepare<[], IndicatorScope & { id: number }>(
      'SELECT id, authorisation, origin, retention, retentionTerm, access, task FROM indicatorScopes',
    )
    .all();
  return new Map(rows.map(({ id, ...scope }) => [id, scope]));
}

function loadLives(db: Database): ReadonlyMap<number, string> {
  return new Map(db.prepare('SELECT id, body FROM indicatorLives').raw().all() as [number, string][]);
}

function toRecord(row: Row, { scopes, lives }: Shared): IndicatorRecord {
  return {
    id: row[0],
    version: row[1],
    scope: scopes.get(row[11]) as IndicatorScope,
    family: row[4],
    first: wordsOf(row[5]),
    last: wordsOf(row[6]),
    port: row[7],
    protocol: row[8],
    firstSeenMs: row[9],
    trafficUntilMs: row[10],
    life: lives.get(row[12]) as string,
    withdrawnMs: row[3] === 1 ? null : row[2],
  };
}
