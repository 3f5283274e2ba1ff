// What several files say, put together by address, port and protocol: of each item of a source only what it said last, and
// nothing of items that it has revoked. The order of files and of entries within them makes no difference.
import { join, type Observation, observationKey } from '../observation.ts';
import { fault } from '../refusal.ts';
import type { Candidate, FeedRefusal, ReadFeed, Retraction } from './feed.ts';

/** Everything that is said of one address, port and protocol. */
export interface Group extends Pick<Candidate, 'prefix' | 'port' | 'protocol'> {
  /** One for each source and item. */
  readonly observations: readonly Observation[];
  /** Entries that say it. */
  readonly entries: number;
  readonly files: readonly string[];
}

export interface Gathered {
  readonly groups: readonly Group[];
  /** Those that nothing newer stands against. */
  readonly retractions: readonly Retraction[];
  /** Entries of items that their source has revoked for good. */
  readonly refusals: readonly FeedRefusal[];
  /** Entries of items that are there in a newer version. */
  readonly outdated: number;
}

/** @param isRevoked whether an item was revoked before */
export function gather(feeds: readonly ReadFeed[], isRevoked: (item: string) => boolean): Gathered {
  const retractions = feeds.flatMap((feed) => feed.retractions);
  const revoked = new Set(retractions.filter(({ isFinal }) => isFinal).map(({ item }) => item));
  const newest = newestVersions(feeds);
  const groups = new Map<string, GroupInMaking>();
  const refusals: FeedRefusal[] = [];
  let outdated = 0;
  for (const { name: file, candidates } of feeds) {
    for (const candidate of candidates) {
      const { observation: seen, line, element } = candidate;
      if (seen.item !== undefined && (revoked.has(seen.item) || isRevoked(seen.item))) {
        const place = {
          ...(line === undefined ? {} : { line }),
          ...(element === undefined ? {} : { element }),
        };
        const found = fault(
          'revoked',
          seen.item,
          'L10',
          'its source has revoked it before, which is for good',
        );
        refusals.push({ file, ...place, item: seen.item, ...found });
      } else if (isOlder(seen, newest)) outdated += 1;
      else groupOf(groups, candidate).add(seen, file);
    }
  }
  return {
    groups: [...groups.values()].map((group) => group.made()),
    retractions: retractions.filter((retraction) => retraction.isFinal || !isOlder(retraction, newest)),
    refusals,
    outdated,
  };
}

type Version = Pick<Observation, 'source' | 'item' | 'modifiedMs'>;

function newestVersions(feeds: readonly ReadFeed[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  const see = (version: Version): void => {
    if (version.item === undefined || version.modifiedMs === undefined) return;
    const key = keyOf(version);
    newest.set(key, Math.max(newest.get(key) ?? -Infinity, version.modifiedMs));
  };
  for (const { candidates, retractions } of feeds) {
    for (const { observation } of candidates) see(observation);
    for (const retraction of retractions) see(retraction);
  }
  return newest;
}

function isOlder(version: Version, newest: ReadonlyMap<string, number>): boolean {
  return (version.modifiedMs ?? Infinity) < (newest.get(keyOf(version)) ?? -Infinity);
}

function keyOf({ source, item }: Version): string {
  return `${source}\n${item ?? ''}`;
}

class GroupInMaking {
  private readonly of: Candidate;
  private readonly seen = new Map<string, Observation>();
  private readonly files = new Set<string>();
  private entries = 0;

  constructor(of: Candidate) {
    this.of = of;
  }

  add(observation: Observation, file: string): void {
    const key = observationKey(observation);
    const known = this.seen.get(key);
    this.seen.set(key, known && known !== observation ? join(known, observation) : observation);
    this.files.add(file);
    this.entries += 1;
  }

  made(): Group {
    const { prefix, port, protocol } = this.of;
    const { entries } = this;
    return { prefix, port, protocol, observations: [...this.seen.values()], entries, files: [...this.files] };
  }
}

function groupOf(groups: Map<string, GroupInMaking>, candidate: Candidate): GroupInMaking {
  const { prefix, port, protocol } = candidate;
  const key = `${prefix.text} ${port} ${protocol}`;
  let group = groups.get(key);
  if (!group) {
    group = new GroupInMaking(candidate);
    groups.set(key, group);
  }
  return group;
}
