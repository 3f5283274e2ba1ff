// Evidence as it is read: one row per victim, indicator, operator and basis.
import { type ContactDayRow, DAY_COLUMNS, type EvidenceSummary } from './contacts.ts';
import type { Database } from './database.ts';
import { EVIDENCE_ORDERS, type EvidenceOrder } from './evidence-orders.ts';
import { type DisputeMark, MatchMarks } from './match-marks.ts';

export interface StoredEvidence extends EvidenceSummary {
  readonly id: number;
  readonly victim: string;
  readonly indicator: string;
  /** In `matchedIndicators`. */
  readonly indicatorNumber: number;
  readonly authorisation: string;
  readonly operator: string;
  readonly retentionBasis: string;
  readonly computedAtMs: number;
  /** L11: a dispute that is not decided doubts the indicator; absent where none does. */
  readonly disputed?: DisputeMark;
  /** JSON of what was shown of it when it was put together; `null` = a day has gone since: see its days. */
  readonly details: string | null;
}

export interface EvidenceFilter {
  readonly operator?: string;
  /** An indicator's id, or the address of a C2 server. */
  readonly indicator?: string;
  readonly authorisation?: string;
  readonly victim?: string;
  /** Any of these. */
  readonly classes?: readonly string[];
  /** With contact in this time, epoch ms, half open. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly limit?: number;
  readonly order?: EvidenceOrder;
  /** The other way round than the order is by nature. */
  readonly isReversed?: boolean;
  /** What is kept from being read (L20, I8) as well. */
  readonly sequestered?: boolean;
}

type Condition = Exclude<keyof EvidenceFilter, 'limit' | 'order' | 'isReversed' | 'sequestered'>;

const CONDITIONS: Readonly<Record<Condition, string>> = {
  operator: 'operator = @operator',
  indicator: `(matchedIndicators.indicator = @indicator OR EXISTS (
    SELECT 1 FROM contactDays WHERE evidence = evidence.id AND instr(c2s, json_quote(@indicator)) > 0))`,
  authorisation: 'authorisation = @authorisation',
  victim: 'victim = @victim',
  classes: 'class IN (SELECT value FROM json_each(@classes))',
  sinceMs: 'lastMs >= @sinceMs',
  untilMs: 'firstMs < @untilMs',
};

const NOT_SEQUESTERED = [
  'evidence.indicator NOT IN (SELECT id FROM sequesteredIndicators)',
  "retentionBasis NOT IN (SELECT value FROM activeSequesters WHERE kind = 'basis')",
];

/** What a row is found by. */
export type EvidenceRow = Omit<StoredEvidence, 'details' | 'disputed'>;

/**
 * Streamed, in the order asked for. Until the iteration has ended, the connection writes nothing.
 * @param isWanted of others nothing more is read
 */
export function* iterateEvidence(
  db: Database,
  filter: EvidenceFilter = {},
  isWanted: (row: EvidenceRow) => boolean = () => true,
): Generator<StoredEvidence> {
  let left = filter.limit ?? Infinity;
  if (left === 0) return;
  const complete = completer(db);
  for (const { keys: _, ...row } of selectRows(db, filter, null, -1)) {
    if (!isWanted(row)) continue;
    yield complete(row);
    if (--left <= 0) return;
  }
}

/** Where in its order a row stands: the values of the order's keys. */
export type EvidencePlace = readonly (string | number | null)[];

export interface EvidencePage {
  readonly items: readonly StoredEvidence[];
  /** After which the next page begins; `null` = this was the last. */
  readonly next: EvidencePlace | null;
}

/** Rows that are looked at for one page. */
const MOST_LOOKED_AT = 20_000;

/**
 * A page, read whole: between two, the connection is free. Where few rows are wanted it may hold less than asked for, and
 * still not be the last.
 */
export function evidencePage(
  db: Database,
  { limit = 100, ...filter }: EvidenceFilter,
  after: EvidencePlace | null,
  isWanted?: (row: EvidenceRow) => boolean,
): EvidencePage {
  const found: KeyedRow[] = [];
  let last: KeyedRow | null = null;
  let looked = 0;
  let isMore = false;
  for (const row of selectRows(db, filter, after, isWanted ? MOST_LOOKED_AT : limit + 1)) {
    const wanted = isWanted?.(row) ?? true;
    if (wanted && found.length === limit) {
      isMore = true;
      break;
    }
    if (wanted) found.push(row);
    last = row;
    isMore = ++looked === MOST_LOOKED_AT;
  }
  const complete = completer(db);
  return {
    items: found.map(({ keys: _, ...row }) => complete(row)),
    next: isMore && last ? (JSON.parse(last.keys) as EvidencePlace) : null,
  };
}

/** How many rows there are. */
export function countEvidence(db: Database, filter: EvidenceFilter): number {
  return db
    .prepare<object, number>(`SELECT count(*) ${FROM} WHERE ${conditionsOf(filter)}`)
    .pluck()
    .get(valuesOf(filter)) as number;
}

/** Everything that may be read, by what it can be gathered. */
export function* iterateEvidenceRows(
  db: Database,
  filter: EvidenceFilter,
): Generator<Pick<StoredEvidence, 'victim' | 'indicator' | 'operator' | 'class' | 'strength' | 'lastMs'>> {
  yield* db
    .prepare<object, EvidenceRow>(
      `SELECT victim, matchedIndicators.indicator, operator, class, strength, lastMs ${FROM} WHERE ${conditionsOf(filter)}`,
    )
    .iterate(valuesOf(filter));
}

type KeyedRow = EvidenceRow & { readonly keys: string };

const FROM = 'FROM evidence CROSS JOIN matchedIndicators ON matchedIndicators.id = evidence.indicator';

function selectRows(
  db: Database,
  filter: EvidenceFilter,
  after: EvidencePlace | null,
  limit: number,
): IterableIterator<KeyedRow> {
  const { keys, descends } = EVIDENCE_ORDERS[filter.order ?? 'class'];
  const isDescending = descends !== (filter.isReversed ?? false);
  const place =
    after === null
      ? 'true'
      : `(${keys.join(', ')}) ${isDescending ? '<' : '>'} (${keys.map((_, at) => `@after${at}`).join(', ')})`;
  return db
    .prepare<object, KeyedRow>(
      `SELECT evidence.id, evidence.indicator AS indicatorNumber, victim, matchedIndicators.indicator, authorisation, operator, retentionBasis, class, strength,
         score, flows, bytes, hours, firstMs, lastMs, computedAtMs, json_array(${keys.join(', ')}) AS keys
       ${FROM} WHERE ${conditionsOf(filter)} AND ${place}
       ORDER BY ${keys.map((key) => `${key} ${isDescending ? 'DESC' : 'ASC'}`).join(', ')} LIMIT @most`,
    )
    .iterate({
      ...valuesOf(filter),
      ...Object.fromEntries((after ?? []).map((value, at) => [`after${at}`, value])),
      most: limit,
    });
}

function conditionsOf(filter: EvidenceFilter): string {
  const given = Object.keys(CONDITIONS) as Condition[];
  return [
    // Not yet put together otherwise.
    'strength >= 0',
    ...given.filter((key) => filter[key] !== undefined).map((key) => CONDITIONS[key]),
    ...(filter.sequestered ? [] : NOT_SEQUESTERED),
  ].join(' AND ');
}

function valuesOf({ classes = [], ...filter }: EvidenceFilter): Record<string, unknown> {
  return { ...filter, classes: JSON.stringify(classes) };
}

/** Its days of contact, in order. */
export function daysReader(db: Database): (evidence: Pick<StoredEvidence, 'id'>) => ContactDayRow[] {
  const daysOf = db.prepare<[number], ContactDayRow>(
    `SELECT ${DAY_COLUMNS.join(', ')} FROM contactDays WHERE evidence = ? ORDER BY day`,
  );
  return ({ id }) => daysOf.all(id);
}

/** Adds to a row its details and what disputes say. */
function completer(db: Database): (row: EvidenceRow) => StoredEvidence {
  const marks = MatchMarks.load(db);
  const detailsOf = db
    .prepare<[number], string>('SELECT details FROM evidenceDetails WHERE evidence = ?')
    .pluck();
  return (row) => {
    const disputed = marks.isEmpty ? null : marks.of({ indicator: row.indicator, endMs: row.lastMs });
    return { ...row, ...(disputed === null ? {} : { disputed }), details: detailsOf.get(row.id) ?? null };
  };
}
