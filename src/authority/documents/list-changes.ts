// What became of each listed indicator between two states of the list: the difference, and what came and went in between.
import type { Indicator } from '../indicator.ts';
import type { IndicatorHistory, IndicatorVersion } from './known-state.ts';

/**
 * `added`, `adapted`, `withdrawn`: the difference of the two lists; `between`: the same in both, or in neither, but it was
 * otherwise for a time.
 */
export type ChangeKind = 'added' | 'adapted' | 'withdrawn' | 'between';

export interface ListChange {
  readonly kind: ChangeKind;
  /** As listed now; what is listed no more, as it was. */
  readonly shown: IndicatorVersion;
  readonly tlp: Indicator['tlp'];
  /** As it was listed before; `null` = it was not. */
  readonly before: IndicatorVersion | null;
  /** The version that made it so; `null` = none did: the later authorisation does not list it. */
  readonly last: IndicatorVersion | null;
}

export interface ListChanges {
  readonly changes: readonly ListChange[];
  readonly listedBefore: number;
  readonly listedNow: number;
}

/** A list at an instant after which it may have changed. */
export interface Base {
  readonly reference: string;
  /** Epoch ms: what was recorded up to then is known. */
  readonly atMs: number;
}

/** One listed address through all authorisations that follow each other. */
interface Line {
  readonly before: IndicatorVersion | null;
  readonly now: IndicatorVersion | null;
  readonly between: readonly IndicatorVersion[];
}

/**
 * @param references from the base's authorisation to the one that is reported on, in order of their decisions
 * @param histories of each, as known now
 */
export function listChanges(
  base: Base,
  references: readonly string[],
  histories: (reference: string) => Iterable<IndicatorHistory>,
): ListChanges {
  const lines = new Map<string, Line>();
  const changes: ListChange[] = [];
  const last = references.at(-1);
  let [listedBefore, listedNow] = [0, 0];
  for (const reference of references) {
    const keyOf = addressKey();
    for (const { versions } of histories(reference)) {
      const known = versions.findLast(({ recordedAtMs }) => recordedAtMs <= base.atMs);
      const newest = versions.at(-1)!;
      const before = reference === base.reference && known?.isListed ? known : null;
      const now = reference === last && newest.isListed ? newest : null;
      const between = versions.filter(({ recordedAtMs }) => recordedAtMs > base.atMs);
      listedBefore += Number(before !== null);
      listedNow += Number(now !== null);
      // Alone, an authorisation's indicators are told one after another: nothing of them is kept but what changed.
      if (references.length === 1) changes.push(...changeOf({ before, now, between }));
      else merge(lines, keyOf(newest), { before, now, between });
    }
  }
  for (const line of lines.values()) changes.push(...changeOf(line));
  return { changes, listedBefore, listedNow };
}

function merge(lines: Map<string, Line>, key: string, { before, now, between }: Line): void {
  const line = lines.get(key);
  lines.set(key, {
    before: line?.before ?? before,
    now: now ?? line?.now ?? null,
    between: [...(line?.between ?? []), ...between],
  });
}

/** What became of it; nothing where nothing did. */
function changeOf({ before, now, between }: Line): readonly ListChange[] {
  if (between.length === 0 && before === now) return [];
  const last = between.at(-1) ?? null;
  const shown = now ?? before ?? last;
  if (shown === null) return [];
  const { tlp } = indicatorIn(shown);
  const change = { shown, tlp, before, last };
  if (before === null && now !== null) return [{ kind: 'added', ...change }];
  if (before !== null && now === null) return [{ kind: 'withdrawn', ...change }];
  if (before !== null && now !== null && !sameSaying(before, now)) return [{ kind: 'adapted', ...change }];
  const wasOtherwise = between.some((version) =>
    before === null ? version.isListed : !version.isListed || !sameSaying(before, version),
  );
  return wasOtherwise ? [{ kind: 'between', ...change }] : [];
}

export function indicatorIn({ body }: IndicatorVersion): Indicator {
  return JSON.parse(body) as Indicator;
}

/** What follows in another authorisation has another id, and says the same. */
function sameSaying(a: IndicatorVersion, b: IndicatorVersion): boolean {
  return a.body === b.body || changedFields(indicatorIn(a), indicatorIn(b)).length === 0;
}

/** The fields in which two versions differ, but for the id. */
export function changedFields(before: Indicator, now: Indicator): (keyof Indicator)[] {
  const keys = Object.keys({ ...before, ...now }) as (keyof Indicator)[];
  return keys.filter((key) => key !== 'id' && JSON.stringify(before[key]) !== JSON.stringify(now[key]));
}

/** Address, protocol and port; a second one of the same in one authorisation is a line of its own. */
function addressKey(): (newest: IndicatorVersion) => string {
  const seen = new Map<string, number>();
  return (newest) => {
    const { address, protocol, port } = indicatorIn(newest);
    const key = `${address} ${protocol} ${port}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return `${key} ${times}`;
  };
}
