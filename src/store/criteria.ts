// What matches are named by together: to be kept from being read, brought to an end, or destroyed (L19, L20, I7, I8).
import type { Database } from './database.ts';

export interface Criterion {
  readonly kind: 'basis' | 'authorisation' | 'indicator' | 'protected';
  /** A legal basis, a reference, an indicator's id; the id of an entity, for its matches that are sequestered (I7). */
  readonly value: string;
}

/** On rows of `matches`; @value is the criterion's. A basis is one of retention, of access, or a task. */
export const COVERED: Readonly<Record<Criterion['kind'], string>> = {
  basis: `(matches.origin IN (SELECT origins.id FROM origins JOIN sources ON sources.id = source WHERE retentionBasis = @value)
    OR matches.indicator IN (SELECT matchedIndicators.id FROM matchedIndicators JOIN indicatorsOnBasis USING (indicator)
      WHERE basis = @value))`,
  authorisation: 'matches.indicator IN (SELECT id FROM matchedIndicators WHERE authorisation = @value)',
  indicator: 'matches.indicator IN (SELECT id FROM matchedIndicators WHERE indicator = @value)',
  protected: `matches.id IN (SELECT match FROM sequesteredMatches JOIN activeSequesters USING (sequester)
    WHERE kind = 'protected' AND value = @value)`,
};

/** Sequestered or not. Reads through all matches: not for a transaction that writes. */
export function countCovered(db: Database, { kind, value }: Criterion): number {
  return db
    .prepare<object, number>(`SELECT count(*) FROM matches WHERE ${COVERED[kind]}`)
    .pluck()
    .get({ value }) as number;
}

/** Matches of a stretch, by the bounds of their ids: after the one, up to the other. */
export interface Stretch {
  readonly after: Uint8Array;
  readonly upTo: Uint8Array;
}

/** Looked at in one transaction: some milliseconds of work. */
const MATCHES_A_STRETCH = 1_000;
const ID_BYTES = 16;
const BEFORE_ALL = Buffer.alloc(0);
const BEHIND_ALL = Buffer.alloc(ID_BYTES + 1, 0xff);

/** All matches, a stretch at a time, in the order of their start: for work that others may interrupt anywhere. */
export function* stretches(db: Database): Generator<Stretch> {
  const next = db
    .prepare<[Uint8Array], Buffer>(
      `SELECT id FROM matches WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${MATCHES_A_STRETCH - 1}`,
    )
    .pluck();
  for (let after: Uint8Array = BEFORE_ALL; ; ) {
    const upTo = next.get(after);
    yield { after, upTo: upTo ?? BEHIND_ALL };
    if (upTo === undefined) return;
    after = upTo;
  }
}

export const IN_STRETCH = 'matches.id > @after AND matches.id <= @upTo';

/** As `countCovered`, a stretch at a time: yields after each. */
export function* countingCovered(db: Database, { kind, value }: Criterion): Generator<void, number> {
  const count = db
    .prepare<object, number>(`SELECT count(*) FROM matches WHERE ${IN_STRETCH} AND ${COVERED[kind]}`)
    .pluck();
  let covered = 0;
  for (const stretch of stretches(db)) {
    covered += count.get({ ...stretch, value }) as number;
    yield;
  }
  return covered;
}
