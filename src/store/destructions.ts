// I8: what was gathered unlawfully is destroyed. What is sequestered can be; one person proposes it, another completes it,
// and from then on it goes, a stretch at a time, also after an interruption.
import { samePersonKey } from '../authority/people.ts';
import { FlowSieveError } from '../core/errors.ts';
import { type Criterion, stretches } from './criteria.ts';
import { type Database, working } from './database.ts';
import { destroyCovered } from './erasure.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';
import { activeSequesters } from './sequesters.ts';

export interface Destruction extends Criterion {
  readonly destruction: number;
  /** `completed` = decided by two; `finished` = nothing of it is left. */
  readonly state: 'proposed' | 'completed' | 'finished';
  readonly proposedBy: string;
  readonly completedBy: string | null;
  readonly reason: string;
  readonly proposedAtMs: number;
}

/** Every one that was ever proposed, in order. */
export function listDestructions(db: Database): Destruction[] {
  return db
    .prepare<[], Destruction>(
      `SELECT proposed.destruction, proposed.kind, proposed.value,
         iif(finished.action IS NOT NULL, 'finished', iif(completed.action IS NOT NULL, 'completed', 'proposed')) AS state,
         proposed.by AS proposedBy, completed.by AS completedBy, proposed.reason,
         proposed.recordedAtMs AS proposedAtMs
       FROM destructionSteps AS proposed
       LEFT JOIN destructionSteps AS completed ON completed.destruction = proposed.destruction AND completed.action = 'complete'
       LEFT JOIN destructionSteps AS finished ON finished.destruction = proposed.destruction AND finished.action = 'finish'
       WHERE proposed.action = 'propose' ORDER BY proposed.destruction`,
    )
    .all();
}

/**
 * The first of two people proposes, the second completes.
 * @throws FlowSieveError REFUSED where nothing is sequestered by the criterion, or the same person would do both
 */
export function decideDestruction(
  db: Database,
  criterion: Criterion,
  change: ChangedBy & { readonly reason: string },
): Destruction {
  const name = `${criterion.kind} ${criterion.value}`;
  const decide = db.transaction(() => {
    const isSame = ({ kind, value }: Criterion) => kind === criterion.kind && value === criterion.value;
    if (!activeSequesters(db).some(isSame)) {
      throw new FlowSieveError(
        'REFUSED',
        `${name}: is not sequestered: \`sequester place\` comes first (rule I8)`,
      );
    }
    const open = listDestructions(db).find((known) => isSame(known) && known.state !== 'finished');
    if (open?.state === 'completed') return open;
    if (open && samePersonKey(open.proposedBy) === samePersonKey(change.by)) {
      throw new FlowSieveError(
        'REFUSED',
        `${name}: ${open.proposedBy} proposed it: somebody else completes it (rule I8)`,
      );
    }
    const destruction = open?.destruction ?? listDestructions(db).length + 1;
    write(db, destruction, open ? 'complete' : 'propose', criterion, change);
    return listDestructions(db)[destruction - 1] as Destruction;
  });
  return working(db, () => decide.immediate());
}

/** Destroys what was decided, each step a short transaction. Gives how many went in each. */
export function* destroying(
  db: Database,
  { destruction, kind, value }: Destruction,
  change: ChangedBy,
): Generator<number> {
  for (const stretch of stretches(db)) {
    yield destroyCovered(db, { kind, value }, stretch, destruction, change);
  }
  const finish = db.transaction(() =>
    write(db, destruction, 'finish', { kind, value }, { ...change, reason: 'nothing of it is left' }),
  );
  working(db, () => finish.immediate());
}

function write(
  db: Database,
  destruction: number,
  action: 'propose' | 'complete' | 'finish',
  { kind, value }: Criterion,
  { by, role, at, reason }: ChangedBy & { readonly reason: string },
): void {
  db.prepare('INSERT INTO destructionSteps VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
    destruction,
    action,
    kind,
    value,
    by,
    role,
    reason,
    at,
  );
  eventWriter(db)({
    atMs: at,
    actor: by,
    role,
    action: 'matches.destroy',
    object: `${kind}:${value}`,
    version: destruction,
    digest: null,
    detail: { step: action, reason },
  });
}
