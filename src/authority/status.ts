// Where an indicator stands at an instant, in a line: since when and until when it is in force, when it must be verified
// again, and what is in the way. explain.ts has it in full.
import type { Explanation } from './explain.ts';
import { type AuthorityRecords, decodeLife, type IndicatorRecord } from './records.ts';
import { type Bound, holds } from './spans.ts';

export interface IndicatorStatus extends Pick<Explanation, 'state' | 'inForce'> {
  /** The span of the collection clock in which it is in force; `null` = it is not, or no end is known. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** L9: when the next verification is due; `null` = it was not verified active, or found inactive since. */
  readonly verificationDueMs: number | null;
  /** Each once, whatever operators it concerns. */
  readonly obstacles: readonly Bound[];
}

export function statusOf(
  { state, inForce, windows }: Explanation,
  record: IndicatorRecord,
  records: AuthorityRecords,
  atMs: number,
): IndicatorStatus {
  const spans = windows.flatMap(({ collection }) => collection).filter((span) => holds([span], atMs));
  const obstacles = new Map(
    windows.flatMap((window) => window.obstacles.map((bound) => [`${bound.rule} ${bound.why}`, bound])),
  );
  return {
    state,
    inForce,
    sinceMs: finite(Math.min(...spans.map(({ from }) => from.atMs))),
    untilMs: finite(Math.max(...spans.map(({ until }) => until.atMs))),
    verificationDueMs: verificationDue(record, records),
    obstacles: [...obstacles.values()],
  };
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}

function verificationDue(record: IndicatorRecord, { steps }: AuthorityRecords): number | null {
  const { verifications, verifyEveryMs } = decodeLife(record.life);
  const recorded = (steps.get(record.id) ?? []).filter(({ kind }) => kind === 'verify');
  const last = [...verifications, ...recorded]
    .filter(({ outcome }) => outcome !== 'inconclusive')
    // At one instant, what closes decides.
    .toSorted(
      (a, b) => a.atMs - b.atMs || Number(a.outcome === 'inactive') - Number(b.outcome === 'inactive'),
    )
    .at(-1);
  return last?.outcome === 'active' ? last.atMs + verifyEveryMs : null;
}
