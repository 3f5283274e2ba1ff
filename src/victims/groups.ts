// Evidence gathered by what its lines have in common: whose the victims are, who delivered them, what they were in contact
// with, how strong it is.
import type { Database } from '../store/database.ts';
import { type EvidenceFilter, iterateEvidenceRows } from '../store/evidence.ts';
import type { Attributor } from './attribution.ts';
import type { EvidenceClass } from './evidence-class.ts';
import { entityAt } from './victims.ts';

export const GROUPINGS = ['entity', 'operator', 'indicator', 'class'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface VictimGroup {
  /** The id of what they have in common; `null` = of no entity that is registered. */
  readonly key: string | null;
  /** Of the entity. */
  readonly name: string | null;
  /** Distinct addresses. */
  readonly victims: number;
  /** Of the strongest evidence. */
  readonly class: EvidenceClass;
  readonly lastMs: number;
}

/** Those with most victims first. */
export function groupVictims(
  db: Database,
  filter: EvidenceFilter,
  by: Grouping,
  attributor: Attributor,
): VictimGroup[] {
  interface Growing {
    readonly name: string | null;
    readonly victims: Set<string>;
    class: string;
    strength: number;
    lastMs: number;
  }
  const groups = new Map<string | null, Growing>();
  for (const row of iterateEvidenceRows(db, filter)) {
    const entity = by === 'entity' ? entityAt(attributor, row.victim) : null;
    const key = by === 'entity' ? (entity?.id ?? null) : row[by];
    let group = groups.get(key);
    if (!group) {
      group = { name: entity?.name ?? null, victims: new Set(), class: row.class, strength: -1, lastMs: 0 };
      groups.set(key, group);
    }
    group.victims.add(row.victim);
    group.lastMs = Math.max(group.lastMs, row.lastMs);
    if (row.strength > group.strength) {
      group.strength = row.strength;
      group.class = row.class;
    }
  }
  return [...groups]
    .map(([key, { name, victims, class: strongest, lastMs }]) => ({
      key,
      name,
      victims: victims.size,
      class: strongest as EvidenceClass,
      lastMs,
    }))
    .sort((a, b) => b.victims - a.victims || b.lastMs - a.lastMs);
}
