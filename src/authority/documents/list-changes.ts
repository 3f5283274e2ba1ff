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
  /** As listed now; what is listed no more, as it was last. */
  readonly indicator: Indicator;
  /** As it was listed before; `null` = it was not. */
  readonly before: Indicator | null;
  /** The version that made it so; `null` = none did: the later authorisation does not list it. */
  readonly last: IndicatorVersion | null;
  /** Versions recorded in between. */
  readonly versions: number;
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
  before: IndicatorVersion | null;
  now: IndicatorVersion | null;
  readonly between: IndicatorVersion[];
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
  const last = references.at(-1);
  let [listedBefore, listedNow] = [0, 0];
  for (const reference of references) {
    const keyOf = references.length === 1 ? idKey : addressKey();
    for (const history of histories(reference)) {
      const known = history.versions.findLast(({ recordedAtMs }) => recordedAtMs <= base.atMs);
      const newest = history.versions.at(-1);
      const between = history.versions.filter(({ recordedAtMs }) => recordedAtMs > base.atMs);
      if (newest === undefined) continue;
      const line = lineOf(lines, keyOf(history.id, newest));
      if (reference === base.reference && known?.isListed) {
        line.before = known;
        listedBefore += 1;
      }
      if (reference === last && newest.isListed) {
        line.now = newest;
        listedNow += 1;
      }
      line.between.push(...between);
    }
  }
  const changes = [...lines.values()].flatMap((line) => changeOf(line) ?? []);
  return { changes, listedBefore, listedNow };
}

function lineOf(lines: Map<string, Line>, key: string): Line {
  let line = lines.get(key);
  if (!line) {
    line = { before: null, now: null, between: [] };
    lines.set(key, line);
  }
  return line;
}

function changeOf({ before, now, between }: Line): ListChange | null {
  const [was, is] = [before && parsed(before), now && parsed(now)];
  const last = between.at(-1) ?? null;
  const shown = is ?? was ?? (last && parsed(last));
  if (shown === null) return null;
  const change = { indicator: shown, before: was, last, versions: between.length };
  if (was === null && is !== null) return { kind: 'added', ...change };
  if (was !== null && is === null) return { kind: 'withdrawn', ...change };
  if (was !== null && is !== null && !sameSaying(was, is)) return { kind: 'adapted', ...change };
  const wasOtherwise = between.some(({ isListed, body }) =>
    was === null ? isListed : !isListed || !sameSaying(was, JSON.parse(body) as Indicator),
  );
  return wasOtherwise ? { kind: 'between', ...change } : null;
}

function parsed({ body }: IndicatorVersion): Indicator {
  return JSON.parse(body) as Indicator;
}

/** What follows in another authorisation has another id, and says the same. */
function sameSaying(a: Indicator, b: Indicator): boolean {
  return changedFields(a, b).length === 0;
}

/** The fields in which two versions differ, but for the id. */
export function changedFields(before: Indicator, now: Indicator): (keyof Indicator)[] {
  const keys = Object.keys({ ...before, ...now }) as (keyof Indicator)[];
  return keys.filter((key) => key !== 'id' && JSON.stringify(before[key]) !== JSON.stringify(now[key]));
}

function idKey(id: string): string {
  return id;
}

/** Address, protocol and port; a second one of the same in one authorisation is a line of its own. */
function addressKey(): (id: string, newest: IndicatorVersion) => string {
  const seen = new Map<string, number>();
  return (_, newest) => {
    const { address, protocol, port } = parsed(newest);
    const key = `${address} ${protocol} ${port}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return `${key} ${times}`;
  };
}
