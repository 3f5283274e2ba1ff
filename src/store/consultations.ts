// Who looked at matches, when, what for, and how many (L18). Recorded before the first match is shown.
import { type Database, working } from './database.ts';
import { iterateMatches, type MatchFilter, type StoredMatch } from './matches.ts';

export interface Consultation {
  readonly by: string;
  /** What for, in the words of who looks; `null` = not said. */
  readonly purpose: string | null;
}

export interface RecordedConsultation extends Consultation {
  readonly id: number;
  readonly atMs: number;
  readonly filter: MatchFilter;
  /** Matches shown; `null` = the reading was not finished. */
  readonly rows: number | null;
}

/** Hands every match to `show`, in the order of their start, and records the reading. @returns how many there were */
export function consult(
  db: Database,
  { by, purpose }: Consultation,
  filter: MatchFilter,
  atMs: number,
  show: (match: StoredMatch) => void,
): number {
  const record = db.prepare<unknown[]>(
    'INSERT INTO consultations (atMs, by, purpose, filter) VALUES (?, ?, ?, ?)',
  );
  const { lastInsertRowid: id } = working(db, () => record.run(atMs, by, purpose, JSON.stringify(filter)));
  let rows = 0;
  for (const match of iterateMatches(db, filter)) {
    show(match);
    rows++;
  }
  db.prepare<unknown[]>('UPDATE consultations SET rows = ? WHERE id = ?').run(rows, id);
  return rows;
}

export function listConsultations(db: Database): RecordedConsultation[] {
  const rows = db.prepare<[], Omit<RecordedConsultation, 'filter'> & { filter: string }>(
    'SELECT id, atMs, by, purpose, filter, rows FROM consultations ORDER BY id',
  );
  return rows.all().map((row) => ({ ...row, filter: JSON.parse(row.filter) as MatchFilter }));
}
