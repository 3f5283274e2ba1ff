// A proposal: an address that feeds or people say is a C2 server's, with all that is known of it so far. It matches nothing.
// What analysts set is kept beside what sources say; both together are an entry as an authorisation file would have it,
// and are held against the same rules.
import type { Prefix } from '../core/prefix.ts';
import { checkEntry } from './entry.ts';
import type { Indicator } from './indicator.ts';
import { join, type Observation, observationKey, strictest, type Tlp } from './observation.ts';
import { type Fault, fault, isAbsent } from './refusal.ts';
import type { Regime } from './regime.ts';

/** Fields of an entry as an authorisation file has them: texts, one level of mappings. */
export type Fields = { readonly [field: string]: string | boolean | { readonly [field: string]: string } };

/** Observations that one proposal may have. */
export const MOST_OBSERVATIONS = 1000;

/** Admiralty code; what is not rated yet is absent (L8). */
export interface Rating {
  readonly reliability?: string;
  readonly credibility?: number;
}

/** What a proposal says, whatever it is called. */
export interface Proposal {
  /** Canonical address or prefix. */
  readonly address: string;
  readonly port: number | null;
  /** IANA protocol number. */
  readonly protocol: number | null;
  /** What analysts have set. */
  readonly fields: Fields;
  /** How analysts rate the sources, by their names. */
  readonly ratings: Readonly<Record<string, Rating>>;
  /** One for each source and item, in order of their keys. */
  readonly observations: readonly Observation[];
}

export interface ProposalRecord extends Proposal {
  /** The id that the indicator has or will have. */
  readonly id: string;
  readonly version: number;
  readonly recordedAtMs: number;
  readonly recordedBy: string;
  /** Reference of the authorisation. */
  readonly authorisation: string;
}

/** A complete one as an indicator; of another, what is missing yet, and what cannot be. */
export type CheckedProposal =
  | { readonly indicator: Indicator; readonly prefix: Prefix }
  | { readonly missing: readonly Fault[]; readonly wrong: readonly Fault[] };

/** @param id `null` = any */
export function checkProposal(
  proposal: Proposal,
  id: string | null,
  regime: Regime,
  reference: string,
): CheckedProposal {
  const sources = ratedSources(proposal);
  const unrated = ratingFaults(sources);
  const isRated = sources.length > 0 && unrated.length === 0;
  const entry = { ...entryOf(proposal), id, ...(isRated ? { sources } : {}) };
  const checked = checkEntry(entry, regime, reference, { anyWidth: true });
  if ('indicator' in checked) return checked;
  const faults = unrated.length === 0 ? checked.faults : withoutSources(checked.faults, unrated);
  return { missing: faults.filter(isAbsent), wrong: faults.filter((found) => !isAbsent(found)) };
}

/** The entry of a file that a proposal amounts to, but for its id and sources. */
function entryOf(proposal: Proposal): Record<string, unknown> {
  const { address, port, protocol, fields } = proposal;
  const threats = suggestedThreats(proposal);
  const name = threats.length === 1 ? { name: threats[0] } : {};
  const tlp = strictest(fields.tlp as Tlp | undefined, strictestMarking(proposal));
  return {
    ...fields,
    ...(tlp === undefined ? {} : { tlp }),
    address,
    port,
    protocol,
    ...('threat' in fields || threats.length === 1
      ? { threat: { ...name, ...(fields.threat as object | undefined) } }
      : {}),
  };
}

/** The names of malware on which the sources agree or differ. */
export function suggestedThreats(proposal: Proposal): readonly string[] {
  const byKey = new Map<string, string>();
  for (const name of standing(proposal)
    .flatMap(({ threats }) => threats ?? [])
    .sort()) {
    if (!byKey.has(name.toLowerCase())) byKey.set(name.toLowerCase(), name);
  }
  return [...byKey.values()];
}

/** The strictest marking of any source: only who made it may loosen it (TLP 2.0). */
export function strictestMarking(proposal: Proposal): Tlp | undefined {
  return proposal.observations.reduce<Tlp | undefined>((tlp, seen) => strictest(tlp, seen.tlp), undefined);
}

interface UnratedSource extends Rating {
  readonly name: string;
}

/** Every source that has not taken back what it said, with its rating as far as there is one. */
export function ratedSources(proposal: Proposal): readonly UnratedSource[] {
  const names = new Set(standing(proposal).map(({ source }) => source));
  return [...names].map((name) => ({ name, ...proposal.ratings[name] }));
}

function standing({ observations }: Proposal): readonly Observation[] {
  return observations.filter(({ retracted }) => retracted === undefined);
}

function ratingFaults(sources: readonly UnratedSource[]): Fault[] {
  return sources.flatMap((source) =>
    (['reliability', 'credibility'] as const)
      .filter((key) => source[key] === undefined)
      .map((key) =>
        fault(
          `sources.${source.name}.${key}`,
          undefined,
          'L8',
          `is required: sources are rated for reliability`,
        ),
      ),
  );
}

function withoutSources(faults: readonly Fault[], instead: readonly Fault[]): readonly Fault[] {
  return [...faults.filter(({ field }) => field !== 'sources'), ...instead];
}

/** What is observed besides is joined to what was. The same object where that says nothing new. */
export function withObservations(proposal: Proposal, seen: readonly Observation[]): Proposal {
  const byKey = new Map(proposal.observations.map((known) => [observationKey(known), known]));
  let changed = false;
  for (const found of seen) {
    const key = observationKey(found);
    const known = byKey.get(key);
    const joined = known ? join(known, found) : found;
    if (known && JSON.stringify(known) === JSON.stringify(joined)) continue;
    byKey.set(key, joined);
    changed = true;
  }
  if (!changed) return proposal;
  const observations = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kept]) => kept);
  return { ...proposal, observations };
}

/** What analysts have set, by the names by which it is set: `country`, `basis.retention`. */
export function settingsOf({ fields }: Pick<Proposal, 'fields'>): Record<string, string> {
  const settings = Object.entries(fields).flatMap(([field, value]) =>
    typeof value === 'object'
      ? Object.entries(value).map(([inner, text]) => [`${field}.${inner}`, text] as const)
      : [[field, String(value)] as const],
  );
  return Object.fromEntries(settings);
}
