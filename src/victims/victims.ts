// Victims as they are listed: evidence, with whose the address is and how much of the traffic was looked at beside it. The
// shape of `victims --json`.
import type { TimeSource } from '../core/flow.ts';
import type { Database } from '../store/database.ts';
import type { EntityRecord } from '../store/entities.ts';
import {
  type EvidenceFilter,
  type EvidencePlace,
  type EvidenceRow,
  evidencePage,
  iterateEvidence,
  type StoredEvidence,
} from '../store/evidence.ts';
import { matchedIndicatorsSaying } from '../store/matched-indicators.ts';
import type { Attribution, Attributor } from './attribution.ts';
import { type Coverage, Coverages } from './coverage.ts';
import { type Evidence, evidenceReader } from './evidence.ts';

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
  /** Part of an operator's id, an indicator's id, address or threat, or of the name of the entity whose address it is. */
  readonly text?: string;
}

/** Streamed. Until the iteration has ended, the connection writes nothing. */
export function* iterateVictims(
  db: Database,
  { entity, text, ...filter }: VictimFilter,
  attributor: Attributor,
): Generator<Victim> {
  const victims = new VictimReader(db, attributor);
  for (const stored of iterateEvidence(db, filter, wanted(db, { entity, text }, attributor))) {
    yield victims.of(stored);
  }
}

export interface VictimPage {
  /** Each with what it was made from. */
  readonly items: readonly (readonly [StoredEvidence, Victim])[];
  /** After which the next page begins; `null` = this was the last. */
  readonly next: EvidencePlace | null;
}

/** As an evidencePage (store/evidence.ts). */
export function victimPage(
  db: Database,
  { entity, text, ...filter }: VictimFilter,
  attributor: Attributor,
  after: EvidencePlace | null,
  victims = new VictimReader(db, attributor),
): VictimPage {
  const { items, next } = evidencePage(db, filter, after, wanted(db, { entity, text }, attributor));
  return { items: items.map((stored) => [stored, victims.of(stored)]), next };
}

/** Page by page: between two, the connection is free. */
export function* iterateVictimPages(
  db: Database,
  filter: VictimFilter,
  attributor: Attributor,
): Generator<readonly [StoredEvidence, Victim]> {
  const victims = new VictimReader(db, attributor);
  for (let after: EvidencePlace | null = null; ; ) {
    const page: VictimPage = victimPage(db, filter, attributor, after, victims);
    yield* page.items;
    after = page.next;
    if (after === null) return;
  }
}

/** What SQL cannot tell; `undefined` = everything. */
function wanted(
  db: Database,
  { entity, text }: { readonly entity: string | undefined; readonly text: string | undefined },
  attributor: Attributor,
): ((row: EvidenceRow) => boolean) | undefined {
  if (entity === undefined && text === undefined) return undefined;
  const sought = text?.toLowerCase();
  const indicators = sought === undefined ? null : matchedIndicatorsSaying(db, sought);
  return ({ victim, operator, indicatorNumber }) => {
    if (entity !== undefined && entityAt(attributor, victim)?.id !== entity) return false;
    if (sought === undefined || indicators?.has(indicatorNumber)) return true;
    if (operator.toLowerCase().includes(sought)) return true;
    return entityAt(attributor, victim)?.name.toLowerCase().includes(sought) ?? false;
  };
}

/** What is shown of evidence: with whose it is, and how much was looked at. */
export class VictimReader {
  private readonly attributor: Attributor;
  private readonly coverages: Coverages;
  private readonly evidenceOf: ReturnType<typeof evidenceReader>;

  /** Coverage is as the ledger stands when an operator first comes up. */
  constructor(db: Database, attributor: Attributor) {
    this.attributor = attributor;
    this.coverages = new Coverages(db);
    this.evidenceOf = evidenceReader(db);
  }

  of(stored: StoredEvidence): Victim {
    const { victim, indicator, authorisation, operator, retentionBasis, disputed, computedAtMs } = stored;
    const evidence = this.evidenceOf(stored);
    return {
      victim,
      indicator,
      authorisation,
      operator,
      retentionBasis,
      ...evidence,
      attribution: attributionOf(victim, evidence, this.attributor),
      coverage: this.coverages.of(operator, evidence.firstMs, evidence.lastMs),
      ...(disputed === undefined ? {} : { disputed }),
      computedAtMs,
    };
  }
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
export function entityAt(attributor: Attributor, address: string): EntityRecord | null {
  return attributor.attribute({ address, port: 1, timeSource: 'absolute' }).entity;
}
