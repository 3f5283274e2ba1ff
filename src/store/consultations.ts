// Who looked at matches or victims, in what role, when, what for, and how many (L18, I9). Recorded before the first is
// shown, as a row and as an event. An address in a filter or a purpose is kept as a pseudonym: it may be a victim's.
import { proseProblem } from '../authority/plain-text.ts';
import { FlowSieveError } from '../core/errors.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import { iterateMatches, type MatchFilter, type StoredMatch } from './matches.ts';
import { Pseudonyms } from './pseudonyms.ts';
import type { ReadingKind } from './reading-kinds.ts';

export type { ReadingKind };

export interface Reader {
  readonly by: string;
  /** `auditor` also reads what is sequestered (I8). */
  readonly role: string;
  /** What for, in the words of who reads; `null` = not said. */
  readonly purpose: string | null;
}

export interface Reading extends Reader {
  readonly kind: ReadingKind;
  /** Plain data: what was asked for. */
  readonly filter: object;
}

export interface Consultation extends Reading {
  readonly id: number;
  readonly atMs: number;
  /** How many were shown; `null` = the reading was not finished. */
  readonly rows: number | null;
}

export interface OpenReading {
  readonly id: number;
  /** Once, when all is shown. */
  end(rows: number): void;
}

const MAX_PURPOSE_CHARACTERS = 1_000;

/**
 * Call before anything is shown; nothing may be shown where it throws.
 * @throws FlowSieveError USAGE, DATABASE
 */
export function beginReading(db: Database, reading: Reading, atMs = Date.now()): OpenReading {
  const { by, role, kind } = reading;
  const problem = reading.purpose === null ? null : purposeProblem(reading.purpose);
  if (problem !== null) throw new FlowSieveError('USAGE', `the purpose ${problem} (rule L18)`);
  const record = (id: number, step: number, ofMs: number, detail: Record<string, unknown>) =>
    eventWriter(db)({
      atMs: ofMs,
      actor: by,
      role,
      action: 'consultation.record',
      object: `consultation:${id}`,
      version: step,
      digest: null,
      detail,
    });
  const begin = db.transaction(() => {
    const pseudonyms = Pseudonyms.of(db);
    const purpose = reading.purpose === null ? null : pseudonyms.inText(reading.purpose);
    const filter = pseudonyms.inValue(reading.filter);
    const { lastInsertRowid } = db
      .prepare<unknown[]>(
        'INSERT INTO consultations (atMs, by, role, kind, purpose, filter) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(atMs, by, role, kind, purpose, JSON.stringify(filter));
    const id = Number(lastInsertRowid);
    record(id, 1, atMs, { kind, purpose, filter });
    return id;
  });
  const id = working(db, () => begin.immediate());
  const end = db.transaction((rows: number) => {
    db.prepare<unknown[]>('UPDATE consultations SET rows = ? WHERE id = ?').run(rows, id);
    record(id, 2, Date.now(), { kind, rows });
  });
  return { id, end: (rows) => working(db, () => end.immediate(rows)) };
}

function purposeProblem(purpose: string): string | null {
  if (purpose.length > MAX_PURPOSE_CHARACTERS) return `is longer than ${MAX_PURPOSE_CHARACTERS} characters`;
  return proseProblem(purpose);
}

/** Hands every match to `show`, in the order of their start, and records the reading. @returns how many there were */
export function consult(
  db: Database,
  reader: Reader,
  filter: MatchFilter,
  atMs: number,
  show: (match: StoredMatch) => void,
): number {
  const sequestered = reader.role === 'auditor';
  const reading = beginReading(db, { ...reader, kind: 'matches', filter }, atMs);
  let rows = 0;
  for (const match of iterateMatches(db, { ...filter, sequestered })) {
    show(match);
    rows++;
  }
  reading.end(rows);
  return rows;
}

export interface ConsultationFilter {
  readonly by?: string;
  readonly kind?: ReadingKind;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Those whose filter or purpose names this address. */
  readonly about?: string;
  /** Those recorded before the one of this id. */
  readonly beforeId?: number;
  /** The newest so many. */
  readonly limit?: number;
}

const CONDITIONS: Readonly<Record<Exclude<keyof ConsultationFilter, 'limit'>, string>> = {
  by: 'by = @by',
  kind: 'kind = @kind',
  sinceMs: 'atMs >= @sinceMs',
  untilMs: 'atMs < @untilMs',
  beforeId: 'id < @beforeId',
  about: "(instr(filter, @about) > 0 OR instr(ifnull(purpose, ''), @about) > 0)",
};

/** In the order in which they were recorded. @throws FlowSieveError USAGE where `about` is no address */
export function listConsultations(db: Database, filter: ConsultationFilter = {}): Consultation[] {
  const pseudonyms = Pseudonyms.known(db);
  if (!pseudonyms) return [];
  const about = filter.about === undefined ? undefined : pseudonyms.ofAddress(filter.about);
  if (about === null) throw new FlowSieveError('USAGE', `${filter.about}: is no address`);
  const given = Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[];
  const conditions = given.filter((key) => filter[key] !== undefined).map((key) => CONDITIONS[key]);
  const newest = `SELECT id, atMs, by, role, kind, purpose, filter, rows FROM consultations
     WHERE ${['true', ...conditions].join(' AND ')} ORDER BY id DESC LIMIT @limit`;
  const rows = db.prepare<object, Omit<Consultation, 'filter'> & { filter: string }>(
    `SELECT * FROM (${newest}) ORDER BY id`,
  );
  return rows
    .all({ ...filter, about, limit: filter.limit ?? -1 })
    .map((row) => ({ ...row, filter: JSON.parse(row.filter) as object }));
}
