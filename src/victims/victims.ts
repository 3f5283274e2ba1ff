// Victims as they are listed: evidence, with whose the address is and how much of the traffic was looked at beside it. The
// shape of `victims --json`.
import type { TimeSource } from '../core/flow.ts';
import type { Database } from '../store/database.ts';
import { type EvidenceFilter, iterateEvidence, type StoredEvidence } from '../store/evidence.ts';
import type { Attribution, Attributor } from './attribution.ts';
import { type Coverage, Coverages } from './coverage.ts';
import { type Evidence, evidenceOf } from './evidence.ts';

/** Whose the address is, as far as one port and time tell; of an entity what a list needs. */
export interface VictimAttribution extends Omit<Attribution, 'entity'> {
  readonly entity: { readonly id: string; readonly name: string; readonly sector: string | null } | null;
}

export interface Victim
  extends Pick<
      StoredEvidence,
      'victim' | 'indicator' | 'authorisation' | 'operator' | 'retentionBasis' | 'disputed' | 'computedAtMs'
    >,
    Evidence {
  readonly attribution: VictimAttribution;
  /** Of the operator's traffic, from the first day of contact to the last. */
  readonly coverage: Coverage;
}

export interface VictimFilter extends EvidenceFilter {
  /** The id of the entity whose address it is. */
  readonly entity?: string;
}

/** Streamed. Until the iteration has ended, the connection writes nothing. */
export function* iterateVictims(
  db: Database,
  filter: VictimFilter,
  attributor: Attributor,
): Generator<Victim> {
  for (const [, victim] of iterateEvidenceOf(db, filter, attributor)) yield victim;
}

/** The same, with what it was made from. */
export function* iterateEvidenceOf(
  db: Database,
  { entity, ...filter }: VictimFilter,
  attributor: Attributor,
): Generator<[StoredEvidence, Victim]> {
  const coverages = new Coverages(db);
  const isWanted =
    entity === undefined ? undefined : (address: string) => entityAt(attributor, address) === entity;
  for (const stored of iterateEvidence(db, filter, isWanted)) {
    yield [stored, victimOf(stored, coverages, attributor)];
  }
}

export function victimOf(stored: StoredEvidence, coverages: Coverages, attributor: Attributor): Victim {
  const { victim, indicator, authorisation, operator, retentionBasis, disputed, computedAtMs, days } = stored;
  const evidence = evidenceOf(days);
  return {
    victim,
    indicator,
    authorisation,
    operator,
    retentionBasis,
    ...evidence,
    attribution: attributionOf(victim, evidence, attributor),
    coverage: coverages.of(operator, evidence.firstMs, evidence.lastMs),
    ...(disputed === undefined ? {} : { disputed }),
    computedAtMs,
  };
}

function attributionOf(address: string, evidence: Evidence, attributor: Attributor): VictimAttribution {
  const { victimPorts, timeSources } = evidence;
  const timeSource: TimeSource = timeSources[0] ?? 'export';
  const port = victimPorts.listed.find((one) => one !== 0) ?? null;
  const { entity, ...attribution } = attributor.attribute({ address, port, timeSource });
  return {
    entity: entity && { id: entity.id, name: entity.name, sector: entity.sector },
    ...attribution,
  };
}

/** Whose network it is; whether a flow can be told to be theirs is another question. */
function entityAt(attributor: Attributor, address: string): string | null {
  return attributor.attribute({ address, port: 1, timeSource: 'absolute' }).entity?.id ?? null;
}
