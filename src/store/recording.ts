// A change in a transaction of its own: when it is recorded, as which step, and what of it the event tells.
import { hash } from 'node:crypto';
import { describeFault, type Fault } from '../authority/refusal.ts';
import type { Recorded } from '../authority/steps.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { FlowSieveError } from '../core/errors.ts';
import { type Database, working } from './database.ts';
import type { ChangedBy } from './operators.ts';

/** Without `at`: the moment it is recorded. */
export type NewChange = Omit<ChangedBy, 'at'> & { readonly at?: number | undefined };

export interface RecordOptions {
  /** The number of the last step that the caller knows, 0 for none: where there are others, nothing is recorded. */
  readonly expectedStep?: number | undefined;
}

/**
 * The instant is taken when nobody else can write any more: whatever was stored before it was stored lawfully, and nothing
 * that it forbids is stored after it (L10).
 * @throws FlowSieveError DATABASE, and what `work` throws: nothing is kept then
 */
export function recording<T>(db: Database, change: NewChange, work: (change: ChangedBy) => T): T {
  const { by, role } = change;
  const record = db.transaction(() => work({ by, role, at: change.at ?? Date.now() }));
  return working(db, () => record.immediate());
}

/** As `recording`, to see what would become of it: nothing is kept. */
export function tryingOut<T>(db: Database, change: NewChange, work: (change: ChangedBy) => T): T {
  const undone: { result?: T } = {};
  try {
    recording(db, change, (now) => {
      undone.result = work(now);
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  return undone.result as T;
}

interface LastStep {
  readonly step: number;
  readonly by: string;
  readonly kind: string;
  readonly recordedAtMs: number;
}

/**
 * The number and the instant of what follows: never before what it follows, whatever the clock did.
 * @throws FlowSieveError CONFLICT
 */
export function following(
  entry: string,
  last: LastStep | undefined,
  change: ChangedBy,
  { expectedStep }: RecordOptions,
): { readonly step: number } & Omit<Recorded, 'atMs'> {
  if (expectedStep !== undefined && expectedStep !== (last?.step ?? 0)) {
    const now = last ? `the last step is ${last.step}, ${last.kind} by ${last.by}` : 'there is no step';
    throw new FlowSieveError(
      'CONFLICT',
      `${entry}: step: ${expectedStep}: it has changed meanwhile: ${now}; look again`,
    );
  }
  return {
    step: (last?.step ?? 0) + 1,
    by: change.by,
    role: change.role,
    recordedAtMs: Math.max(change.at, last?.recordedAtMs ?? 0),
  };
}

export function refusedChange(entry: string, found: Fault): FlowSieveError {
  return new FlowSieveError('REFUSED', `${entry}: ${describeFault(found)}`, { faults: [found] });
}

/** SHA-256 of a step's canonical JSON. */
export function stepDigest(step: object): Buffer {
  return hash('sha256', canonicalJson(step), 'buffer');
}

/** Of a step, what its event tells. */
export function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** By what they are steps of, each in the order given. */
export function stepsBy<Step>(steps: Iterable<Step>, keyOf: (step: Step) => string): Map<string, Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const key = keyOf(step);
    const group = groups.get(key);
    if (group) group.push(step);
    else groups.set(key, [step]);
  }
  return groups;
}
