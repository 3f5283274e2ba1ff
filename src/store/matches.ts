// Matches as they are kept: their identity, writing them, reading them back. One row = one flow under one indicator.
import { hash } from 'node:crypto';
import type { TimeSource } from '../core/flow.ts';
import type { Direction, FoundMatch } from '../match/messages.ts';
import type { Database } from './database.ts';
import type { EntityRecord } from './entities.ts';
import type { LedgerRow } from './ledger.ts';
import { type DisputeMark, MatchMarks } from './match-marks.ts';
import type { Origins } from './origins.ts';
import { ProtectedVictims } from './protected-victims.ts';
import { IS_SEQUESTERED } from './schema-sequester.ts';

/** A match to be stored: what a scan found, with the indicator named and the ledger row that it is counted in. */
export interface NewMatch extends Omit<FoundMatch, 'indicator' | 'group'> {
  readonly indicatorId: string;
  readonly authorisation: string;
  readonly row: LedgerRow;
}

/** A match as the contract shows it (`matches --json`). */
export interface StoredMatch {
  /** 32 hexadecimal digits; the same flow of the same exporter under the same indicator has the same id. */
  readonly id: string;
  readonly indicator: string;
  readonly authorisation: string;
  readonly operator: string;
  readonly exporter: string | null;
  readonly victim: string | null;
  readonly victimPort: number | null;
  readonly c2: string;
  readonly c2Port: number | null;
  readonly protocol: number | null;
  readonly direction: Direction;
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly tcpFlags: number | null;
  readonly sampling: number | null;
  readonly timeSource: TimeSource;
  readonly evaluatedAtMs: number;
  /** L19: erased at this instant at the latest. */
  readonly deleteAfterMs: number;
  /** The input or listener that gave it first. */
  readonly source: string;
  /** The legal basis under which the operator had kept the flow (L7). */
  readonly retentionBasis: string;
  /** L11: a dispute doubts it, or has shown it to be wrong; absent where none does. */
  readonly disputed?: DisputeMark;
  /** Kept from being read by all but auditors (L20, I7, I8); absent where it is not. */
  readonly sequestered?: true;
}

export interface MatchFilter {
  readonly operator?: string;
  /** An indicator's id, or the address of the C2 side. */
  readonly indicator?: string;
  readonly authorisation?: string;
  /** The flow's start, epoch ms, half open. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** An address. */
  readonly victim?: string;
  readonly limit?: number;
  /** Those that are kept from being read (L20, I8) as well. */
  readonly sequestered?: boolean;
}

export const DIRECTIONS: readonly Direction[] = ['to-c2', 'from-c2'];
/** Stored by place: append only. */
export const TIME_SOURCES: readonly TimeSource[] = ['absolute', 'uptime', 'event', 'export'];

export const ID_BYTES = 16;
/** The id begins with the start time (ms, unsigned), so that flows of one time lie together in the table. */
export const ID_TIME_BYTES = 6;
const MAX_ID_TIME_MS = 2 ** (8 * ID_TIME_BYTES) - 1;

const MAX_IDENTITY_BYTES = 4_096;
const identity = Buffer.alloc(MAX_IDENTITY_BYTES);
const identityView = new DataView(identity.buffer, identity.byteOffset, identity.byteLength);

/**
 * Writes a match's id into `into` (16 bytes): its start time, then the first 80 bits of SHA-256 over all that tells
 * one flow from another.
 */
export function writeMatchId(into: Buffer, match: NewMatch, operator: string): void {
  const text = `${operator}\n${match.row.exporter ?? ''}\n${match.indicatorId}\n${match.victim ?? ''}\n${match.c2}\n`;
  // Three bytes of UTF-8 per UTF-16 unit at most; names are bounded where they are imported.
  if (text.length * 3 + 10 * 8 > MAX_IDENTITY_BYTES) throw new RangeError('names too long for a match id');
  let end = identity.write(text, 'utf8');
  const put = (value: number | null) => {
    identityView.setFloat64(end, value ?? Number.NaN);
    end += 8;
  };
  put(match.victimPort);
  put(match.c2Port);
  put(match.protocol);
  put(DIRECTIONS.indexOf(match.direction));
  put(match.startMs);
  put(match.endMs);
  put(match.bytes);
  put(match.packets);
  put(match.tcpFlags);
  const digest = hash('sha256', identity.subarray(0, end), 'binary');
  into.writeUIntBE(Math.min(Math.max(Math.floor(match.startMs), 0), MAX_ID_TIME_MS), 0, ID_TIME_BYTES);
  into.write(digest, ID_TIME_BYTES, ID_BYTES - ID_TIME_BYTES, 'latin1');
}

/** Rows per statement: fewer crossings into SQLite. */
const ROWS_PER_INSERT = 16;
const COLUMNS_PER_ROW = 18;

/** Inserts matches within the caller's transaction. A match that is there already stays as it was stored first. */
export class MatchTable {
  private readonly origins: Origins;
  private readonly protectedVictims: ProtectedVictims;
  private readonly insertOne;
  private readonly insertMany;
  private readonly ids = Array.from({ length: ROWS_PER_INSERT }, () => Buffer.alloc(ID_BYTES));
  private readonly values: unknown[] = new Array(ROWS_PER_INSERT * COLUMNS_PER_ROW);

  constructor(db: Database, origins: Origins) {
    const row = `(${Array(COLUMNS_PER_ROW).fill('?').join(', ')})`;
    const insert = (rows: number) =>
      db.prepare<unknown[]>(
        `INSERT INTO matches VALUES ${Array(rows).fill(row).join(', ')} ON CONFLICT (id) DO NOTHING`,
      );
    this.origins = origins;
    this.protectedVictims = new ProtectedVictims(db);
    this.insertOne = insert(1);
    this.insertMany = insert(ROWS_PER_INSERT);
  }

  /** @returns how many were new */
  insert(
    matches: readonly NewMatch[],
    source: { readonly id: number; readonly operator: string },
    evaluatedAtMs: number,
    deleteAfterMs: number,
  ): number {
    let added = 0;
    let pending = 0;
    if (matches.length > 0) this.protectedVictims.renew();
    for (const match of matches) {
      const id = this.ids[pending] as Buffer;
      writeMatchId(id, match, source.operator);
      let at = pending * COLUMNS_PER_ROW;
      const values = this.values;
      values[at++] = id;
      values[at++] = this.origins.origin(source.id, match.row.exporter);
      values[at++] = this.origins.indicator(match.indicatorId, match.authorisation);
      values[at++] = match.victim;
      values[at++] = match.victimPort;
      values[at++] = match.c2;
      values[at++] = match.c2Port;
      values[at++] = match.protocol;
      values[at++] = DIRECTIONS.indexOf(match.direction);
      values[at++] = match.startMs;
      values[at++] = match.endMs;
      values[at++] = match.bytes;
      values[at++] = match.packets;
      values[at++] = match.tcpFlags;
      values[at++] = match.sampling;
      values[at++] = TIME_SOURCES.indexOf(match.timeSource);
      values[at++] = evaluatedAtMs;
      values[at++] = deleteAfterMs;
      const entity = this.protectedVictims.entityOf(match.victim);
      if (entity !== null) added += this.insertProtected(id, entity, values.slice(at - COLUMNS_PER_ROW, at));
      else if (++pending === ROWS_PER_INSERT) {
        added += this.insertMany.run(values).changes;
        pending = 0;
      }
    }
    for (let row = 0; row < pending; row++) {
      const at = row * COLUMNS_PER_ROW;
      added += this.insertOne.run(this.values.slice(at, at + COLUMNS_PER_ROW)).changes;
    }
    return added;
  }

  /** I7. A match that was stored before stays as it is, released or not. */
  private insertProtected(id: Uint8Array, entity: EntityRecord, values: unknown[]): number {
    const { changes } = this.insertOne.run(values);
    if (changes > 0) this.protectedVictims.sequester(id, entity);
    return changes;
  }
}

const CONDITIONS: Readonly<Record<Exclude<keyof MatchFilter, 'limit' | 'sequestered'>, string>> = {
  operator: 'sources.operator = @operator',
  indicator: '(matchedIndicators.indicator = @indicator OR matches.c2 = @indicator)',
  authorisation: 'matchedIndicators.authorisation = @authorisation',
  victim: 'matches.victim = @victim',
  // The id begins with the start: the same condition on it lets the table be searched instead of read through.
  sinceMs: 'matches.startMs >= @sinceMs AND matches.id >= @sinceId',
  untilMs: 'matches.startMs < @untilMs AND matches.id < @untilId',
};

interface Row extends Omit<StoredMatch, 'direction' | 'timeSource' | 'sequestered'> {
  readonly direction: number;
  readonly timeSource: number;
  readonly sequestered: 0 | 1;
}

/** Matches in the order of their start, streamed. The connection serves nothing else until the iteration has ended. */
export function* iterateMatches(db: Database, filter: MatchFilter = {}): Generator<StoredMatch> {
  const complete = completer(db);
  const source = filter.sequestered ? 'matches' : 'readableMatches AS matches';
  const rows = db
    .prepare<object, Row>(
      `${selectFrom(filter, source)} WHERE ${conditionsOf(filter)} ORDER BY matches.id LIMIT @limit`,
    )
    .iterate({ ...valuesOf(filter), limit: filter.limit ?? -1 });
  for (const row of rows) yield complete(row);
}

export interface MatchPage {
  readonly items: readonly StoredMatch[];
  /** After which the next page begins; `null` = this was the last. */
  readonly next: string | null;
}

/** Matches that are looked at for one page. */
const MOST_LOOKED_AT = 20_000;

/**
 * A page, read whole. Where few matches are wanted it may hold less than asked for, and still not be the last.
 * @param after the id after which to begin
 */
export function matchPage(
  db: Database,
  { limit = 100, ...filter }: MatchFilter,
  { after, isDescending }: { readonly after: string | null; readonly isDescending: boolean },
): MatchPage {
  const { victim, sinceMs, untilMs } = filter;
  const table = filter.sequestered ? 'matches' : 'readableMatches AS matches';
  const place = after === null ? 'true' : `matches.id ${isDescending ? '<' : '>'} @place`;
  const span = `${table} WHERE ${place} AND ${conditionsOf(given({ victim, sinceMs, untilMs }))}
    ORDER BY matches.id ${isDescending ? 'DESC' : 'ASC'}`;
  // Those of one victim are found by an index; others are looked for among so many.
  const most = victim === undefined ? MOST_LOOKED_AT : -1;
  const values = { ...valuesOf(filter), place: after === null ? null : Buffer.from(after, 'hex') };
  const rows = db
    .prepare<object, Row>(
      `${selectFrom(filter, `(SELECT * FROM ${span} LIMIT ${most}) AS matches`)} WHERE ${conditionsOf(filter)}
       ORDER BY matches.id ${isDescending ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`,
    )
    .all(values);
  const items = rows.slice(0, limit).map(completer(db));
  if (rows.length > limit) return { items, next: items.at(-1)?.id ?? null };
  if (victim !== undefined) return { items, next: null };
  const lastLookedAt = db
    .prepare<object, string>(`SELECT lower(hex(matches.id)) FROM ${span} LIMIT 1 OFFSET ${most - 1}`)
    .pluck()
    .get(values);
  return { items, next: lastLookedAt ?? null };
}

type Conditions = Omit<MatchFilter, 'limit' | 'sequestered'>;

function given(filter: { readonly [Key in keyof Conditions]: Conditions[Key] | undefined }): Conditions {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function conditionsOf(filter: Conditions): string {
  const keys = (Object.keys(CONDITIONS) as (keyof Conditions)[]).filter((key) => filter[key] !== undefined);
  return ['true', ...keys.map((key) => CONDITIONS[key])].join(' AND ');
}

function valuesOf(filter: MatchFilter): object {
  return { ...filter, sinceId: idBound(filter.sinceMs ?? 0), untilId: idBound(filter.untilMs ?? 0) };
}

/** @param matches what rows are taken from, by the name `matches` */
function selectFrom({ sequestered }: MatchFilter, matches: string): string {
  return `SELECT lower(hex(matches.id)) AS id, matchedIndicators.indicator, authorisation, operator, exporter, victim,
      victimPort, c2, c2Port, protocol, direction, startMs, endMs, bytes, packets, tcpFlags, sampling, timeSource,
      evaluatedAtMs, deleteAfterMs, sources.name AS source, retentionBasis,
      ${sequestered ? IS_SEQUESTERED : 0} AS sequestered
    FROM ${matches}
    CROSS JOIN origins ON origins.id = matches.origin
    CROSS JOIN sources ON sources.id = origins.source
    CROSS JOIN matchedIndicators ON matchedIndicators.id = matches.indicator`;
}

/** Adds to a row what disputes say. */
function completer(db: Database): (row: Row) => StoredMatch {
  const marks = MatchMarks.load(db);
  return ({ sequestered, ...row }) => {
    const disputed = marks.isEmpty ? null : marks.of(row);
    return {
      ...row,
      direction: DIRECTIONS[row.direction] as Direction,
      timeSource: TIME_SOURCES[row.timeSource] as TimeSource,
      ...(disputed === null ? {} : { disputed }),
      ...(sequestered === 1 ? { sequestered: true } : {}),
    };
  };
}

/** The lowest id of a start time, clamped as ids are. */
function idBound(ms: number): Buffer {
  const bound = Buffer.alloc(ID_BYTES);
  bound.writeUIntBE(Math.min(Math.max(Math.floor(ms), 0), MAX_ID_TIME_MS), 0, ID_TIME_BYTES);
  return bound;
}

export function countMatches(db: Database): number {
  return db.prepare('SELECT count(*) FROM matches').pluck().get() as number;
}
