// L19: matches are kept until the investigation and the warning are done. Closing an investigation brings the day of their
// deletion forward; nothing can put it off (a trigger holds that).
import { COVERED, type Criterion, IN_STRETCH, stretches } from './criteria.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

export interface Closing {
  readonly criterion: Criterion;
  /** Epoch ms. */
  readonly deleteByMs: number;
  readonly reason: string;
}

/**
 * Of the matches that there are: those that come later keep a term of their own. Each step is a short transaction; to be
 * interrupted and done again does no harm. Gives how many days of deletion were brought forward in each.
 */
export function* closing(
  db: Database,
  { criterion, deleteByMs, reason }: Closing,
  change: ChangedBy,
): Generator<number> {
  const { kind, value } = criterion;
  const tell = (step: number, detail: Record<string, unknown>) => {
    const event = eventWriter(db);
    const { at: atMs, by: actor, role } = change;
    const what = { action: 'investigation.close', object: `${kind}:${value}`, version: step, digest: null };
    working(db, () => event({ atMs, actor, role, ...what, detail }));
  };
  tell(1, { deleteByMs, reason });
  const bringForward = db.prepare(
    `UPDATE matches SET deleteAfterMs = @deleteByMs
     WHERE ${IN_STRETCH} AND deleteAfterMs > @deleteByMs AND ${COVERED[kind]}`,
  );
  let matches = 0;
  for (const { after, upTo } of stretches(db)) {
    const { changes } = working(db, () => bringForward.run({ after, upTo, value, deleteByMs }));
    matches += changes;
    yield changes;
  }
  tell(2, { deleteByMs, matches });
}
