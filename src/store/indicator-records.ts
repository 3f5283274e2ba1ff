// Reads indicators: the newest version of each, as known at an instant, and what happened to them since.
import type { Indicator } from '../authority/indicator.ts';
import type { IndicatorRecord, IndicatorScope } from '../authority/records.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import type { Database } from './database.ts';
import { iterateSteps, manyStepsReader, stepsReader } from './indicator-steps.ts';
import { StepsInOrder } from './steps-in-order.ts';
import { wordsOf } from './stored-words.ts';

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

export interface WhichIndicators {
  /** Only those of this authorisation. */
  readonly authorisation?: string;
  /** Only this one, by its id. */
  readonly indicator?: string;
}

/** In order of their ids. */
export function* newestRecords(
  db: Database,
  asKnownAtMs: number,
  { authorisation, indicator }: WhichIndicators = {},
): Generator<IndicatorRecord> {
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
  for (const row of newestRows(rows, asKnownAtMs)) yield toRecord(row, shared);
}

/**
 * Indicators in order of their ids, each with all its steps: however many there are, one is in memory at a time. For one
 * consistent state, within a transaction.
 */
export function* iterateRecords(
  db: Database,
  options: { readonly asKnownAtMs?: number; readonly authorisation?: string } = {},
): Generator<{ readonly record: IndicatorRecord; readonly steps: readonly IndicatorStep[] }> {
  const asKnownAtMs = options.asKnownAtMs ?? Infinity;
  const steps = new StepsInOrder(iterateSteps(db, asKnownAtMs, options.authorisation));
  try {
    for (const record of newestRecords(db, asKnownAtMs, options))
      yield { record, steps: steps.of(record.id) };
  } finally {
    steps.close();
  }
}

export interface DocumentedIndicator {
  readonly record: IndicatorRecord;
  readonly indicator: Indicator;
  readonly steps: readonly IndicatorStep[];
}

/** The indicators of one authorisation in full, one after another. */
export function* iterateIndicators(
  db: Database,
  authorisation: string,
  asKnownAtMs = Infinity,
): Generator<DocumentedIndicator> {
  const steps = new StepsInOrder(iterateSteps(db, asKnownAtMs, authorisation));
  const rows = db
    .prepare(
      `SELECT indicatorVersions.${COLUMNS}, body FROM indicatorVersions
       JOIN indicatorDocuments ON indicatorDocuments.id = document WHERE ${OF_AUTHORISATION}
       ORDER BY indicatorVersions.id, version`,
    )
    .raw()
    .iterate(authorisation);
  const shared = loadShared(db);
  try {
    for (const row of newestRows(rows as IterableIterator<DocumentedRow>, asKnownAtMs)) {
      yield toDocumented(row, shared, steps.of(row[0]));
    }
  } finally {
    steps.close();
  }
}

/** One indicator in full, by its id. */
export function readIndicator(
  db: Database,
  id: string,
  asKnownAtMs = Infinity,
): DocumentedIndicator | undefined {
  return indicatorReader(db, asKnownAtMs)(id);
}

/** As readIndicator, one after another with statements prepared once. */
export function indicatorReader(
  db: Database,
  asKnownAtMs = Infinity,
): (id: string) => DocumentedIndicator | undefined {
  const select = db
    .prepare<[string, number]>(
      `SELECT newest.${COLUMNS}, documents.body FROM indicatorVersions AS newest
       JOIN indicatorDocuments AS documents ON documents.id = newest.document
       WHERE newest.id = ? AND recordedAtMs <= ? ORDER BY version DESC LIMIT 1`,
    )
    .raw();
  const sharedOf = sharedReader(db);
  const readSteps = stepsReader(db, asKnownAtMs);
  const knownMs = Math.min(asKnownAtMs, Number.MAX_SAFE_INTEGER);
  return (id) => {
    const row = select.get(id, knownMs) as DocumentedRow | undefined;
    return row && toDocumented(row, sharedOf(row), readSteps(id));
  };
}

export interface BriefIndicator {
  readonly record: IndicatorRecord;
  readonly threatName: string;
  readonly steps: readonly IndicatorStep[];
}

/**
 * Of the newest versions of some, by their ids, what a list needs, without reading all that they say: with two statements for
 * all of them. What is no indicator is left out.
 */
export function briefReader(db: Database): (ids: readonly string[]) => ReadonlyMap<string, BriefIndicator> {
  const select = db
    .prepare<[string]>(
      `SELECT newest.${COLUMNS}, body ->> '$.threat.name' FROM json_each(?) AS asked
       CROSS JOIN indicatorVersions AS newest ON newest.id = asked.value
       CROSS JOIN indicatorDocuments AS documents ON documents.id = newest.document
       WHERE NOT EXISTS
         (SELECT 1 FROM indicatorVersions AS later WHERE later.id = newest.id AND later.version > newest.version)`,
    )
    .raw();
  const sharedOf = sharedReader(db);
  const readSteps = manyStepsReader(db);
  return (ids) => {
    const rows = select.all(JSON.stringify(ids)) as [...row: Row, threatName: string][];
    const steps = readSteps(ids);
    return new Map(
      rows.map((row) => {
        const record = toRecord(row as unknown as Row, sharedOf(row));
        return [record.id, { record, threatName: row[13], steps: steps.get(record.id) ?? [] }];
      }),
    );
  };
}

/** What a row names by number, read once each: it never changes. */
function sharedReader(db: Database): (row: readonly unknown[]) => Shared {
  const selectScope = db.prepare<[number], ScopeRow>(`${SCOPES} WHERE id = ?`);
  const selectLife = db.prepare<[number]>(`${LIVES} WHERE id = ?`).raw();
  const scopes = new Map<number, IndicatorScope>();
  const lives = new Map<number, string>();
  return (row) => {
    const [scope, life] = [row[11] as number, row[12] as number];
    if (!scopes.has(scope)) {
      const { id, ...found } = selectScope.get(scope) as ScopeRow;
      scopes.set(id, found);
    }
    if (!lives.has(life)) {
      if (lives.size >= MAX_LIVES) lives.clear();
      lives.set(...(selectLife.get(life) as [number, string]));
    }
    return { scopes, lives };
  };
}

type DocumentedRow = [...row: Row, body: string];

function toDocumented(
  row: DocumentedRow,
  shared: Shared,
  steps: readonly IndicatorStep[],
): DocumentedIndicator {
  const indicator = JSON.parse(row[13]) as Indicator;
  return { record: toRecord(row.slice(0, 13) as Row, shared), indicator, steps };
}

/** Remembered at a time: every indicator may have its own. */
const MAX_LIVES = 1_000;

/** What rows name by number. */
interface Shared {
  readonly scopes: ReadonlyMap<number, IndicatorScope>;
  readonly lives: ReadonlyMap<number, string>;
}

const SCOPES =
  'SELECT id, authorisation, origin, retention, retentionTerm, access, task FROM indicatorScopes';
const LIVES = 'SELECT id, body FROM indicatorLives';

type ScopeRow = IndicatorScope & { readonly id: number };

function loadShared(db: Database): Shared {
  return {
    scopes: scopesFrom(db.prepare<[], ScopeRow>(SCOPES).all()),
    lives: new Map(db.prepare(LIVES).raw().all() as [number, string][]),
  };
}

function scopesFrom(rows: readonly ScopeRow[]): ReadonlyMap<number, IndicatorScope> {
  return new Map(rows.map(({ id, ...scope }) => [id, scope]));
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
