// STIX 2.1 (OASIS): one bundle, written object by object. A sighting of the indicator for each victim, with the observed
// traffic; whoever can tell more has the indicator's pattern and the network-traffic object.
import { randomUUID } from 'node:crypto';
import { MARKING_OF_TLP } from '../../authority/importers/tlp.ts';
import type { Indicator } from '../../authority/indicator.ts';
import { protocolName } from '../../authority/protocols.ts';
import { formatInstant } from '../../core/time.ts';
import { nameUuid } from '../../core/uuid.ts';
import { coverageWords } from '../coverage.ts';
import type { ExportFormat, ExportHead } from './format.ts';
import type { Handed, Tlp } from './handed.ts';
import { CONFIDENCE, malwareOf, seenText } from './wording.ts';

/** For deterministic identifiers of observables (STIX 2.1 § 2.9). */
const OBSERVABLES = '00abedb4-aa42-466c-9c01-fed23315a9b7';
/** For identities of operators, so that one operator has the same in every export. Arbitrary, and fixed for ever. */
const IDENTITIES = '5f0c3a52-1b0e-4e0c-8a59-7d0f6d1b7c11';
const TLP_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';
/** When OASIS defined the markings of TLP 2.0. */
const TLP_CREATED = '2022-10-01T00:00:00.000Z';
const MAX_COUNT = 999_999_999;

type StixObject = { readonly type: string; readonly id: string } & Readonly<Record<string, unknown>>;

export const stix: ExportFormat = {
  describes: 'a STIX 2.1 bundle: a sighting and its observed data for each victim and indicator',
  needsOrganisation: false,
  callsCompromised: false,
  open: (head) => new StixBundle(head),
};

class StixBundle {
  private readonly head: ExportHead;
  private readonly at: string;
  private readonly us: string;
  /** Written once: as many as there are indicators, C2 addresses, operators, markings. */
  private readonly written = new Set<string>();
  private lastVictim: string | null = null;
  private isFirst = true;

  constructor(head: ExportHead) {
    this.head = head;
    this.at = formatInstant(head.atMs);
    this.us = identityId(`organisation ${head.organisation?.name ?? ''}`);
  }

  begin(): string {
    const name = this.head.organisation?.name ?? 'FlowSieve';
    const about = { type: 'bundle', id: `bundle--${randomUUID()}` };
    const opening = JSON.stringify(about).slice(0, -1);
    return `${opening},"objects":[${this.object(this.identity(this.us, name))}`;
  }

  *victim(handed: Handed): Generator<string> {
    const { victim, indicator } = handed;
    const marking = this.marking(handed.tlp);
    yield* this.once(marking.id, marking);
    const purpose = this.statement(handed);
    yield* this.once(purpose.id, purpose);
    const refs = [marking.id, purpose.id];
    if (indicator) yield* this.once(indicator.id, () => this.indicator(indicator, refs));
    const operator = identityId(`operator ${victim.operator}`);
    yield* this.once(operator, () => this.identity(operator, victim.operator));
    const source = address(victim.victim);
    // Victims come in order: one does not come again.
    if (this.lastVictim !== source.id) yield this.object(source);
    this.lastVictim = source.id;
    const servers = victim.c2s.listed.map(address);
    for (const server of servers) yield* this.once(server.id, server);
    const traffic = servers.map((server) => this.traffic(handed, source, server));
    for (const one of traffic) yield this.object(one);
    const observed = this.observed(handed, [source, ...servers, ...traffic], refs);
    yield this.object(observed);
    yield this.object(this.sighting(handed, observed.id, operator, refs));
  }

  end(): string {
    return ']}\n';
  }

  private object(value: StixObject): string {
    const separator = this.isFirst ? '\n' : ',\n';
    this.isFirst = false;
    return separator + JSON.stringify(value);
  }

  private *once(id: string, value: StixObject | (() => StixObject)): Generator<string> {
    if (this.written.has(id)) return;
    this.written.add(id);
    yield this.object(typeof value === 'function' ? value() : value);
  }

  private domain(type: string, id = `${type}--${randomUUID()}`) {
    return { type, spec_version: '2.1', id, created_by_ref: this.us, created: this.at, modified: this.at };
  }

  private identity(id: string, name: string): StixObject {
    const { created_by_ref: _, ...common } = this.domain('identity', id);
    return { ...common, name, identity_class: 'organization' };
  }

  private marking(tlp: Tlp): StixObject {
    return {
      type: 'marking-definition',
      spec_version: '2.1',
      id: MARKING_OF_TLP[tlp],
      created: TLP_CREATED,
      name: `TLP:${tlp}`,
      extensions: { [TLP_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: tlp.toLowerCase() } },
    };
  }

  /** L18: the authorisation and the purpose bind whoever receives it. */
  private statement({ victim, authorisedFor }: Handed): StixObject {
    const { purpose } = this.head;
    const statement = `Authorisation ${victim.authorisation}${authorisedFor === null ? '' : ` (${authorisedFor})`}; handed out for: ${purpose}; for no other purpose.`;
    return {
      type: 'marking-definition',
      spec_version: '2.1',
      id: `marking-definition--${nameUuid(IDENTITIES, statement)}`,
      created: this.at,
      created_by_ref: this.us,
      definition_type: 'statement',
      definition: { statement },
    };
  }

  private indicator(indicator: Indicator, refs: readonly string[]): StixObject {
    const { id, address: text, firstSeenMs, trafficUntilMs, threat } = indicator;
    const malware = malwareOf(indicator);
    return {
      ...this.domain('indicator', id),
      name: `${malware}: C2 server`,
      ...(threat.description === null ? {} : { description: threat.description }),
      indicator_types: ['malicious-activity'],
      pattern: patternOf(text),
      pattern_type: 'stix',
      valid_from: formatInstant(firstSeenMs),
      ...(trafficUntilMs === null ? {} : { valid_until: formatInstant(trafficUntilMs) }),
      object_marking_refs: refs,
    };
  }

  /** All that went between the two, as one: the source is the victim. */
  private traffic({ victim, sample }: Handed, source: StixObject, server: StixObject): StixObject {
    const { toC2, fromC2, firstMs, lastMs, protocols, c2Ports } = victim;
    // Of several servers it is not known how much went to which.
    const isOnly = victim.c2s.count === 1;
    const isSample = sample !== null && address(sample.c2).id === server.id;
    const port =
      isSample && sample.c2Port !== null ? sample.c2Port : c2Ports.count === 1 ? c2Ports.listed[0] : null;
    const names = protocols.map(protocolName);
    return {
      type: 'network-traffic',
      spec_version: '2.1',
      id: `network-traffic--${randomUUID()}`,
      start: formatInstant(firstMs),
      end: formatInstant(lastMs),
      src_ref: source.id,
      dst_ref: server.id,
      ...(isSample && sample.victimPort !== null ? { src_port: sample.victimPort } : {}),
      ...(port === null || port === undefined ? {} : { dst_port: port }),
      protocols: [server.type === 'ipv6-addr' ? 'ipv6' : 'ipv4', ...names],
      ...(isOnly ? counters(toC2, 'src') : {}),
      ...(isOnly ? counters(fromC2, 'dst') : {}),
    };
  }

  private observed({ victim }: Handed, objects: readonly StixObject[], refs: readonly string[]): StixObject {
    return {
      ...this.domain('observed-data'),
      first_observed: formatInstant(victim.firstMs),
      last_observed: formatInstant(victim.lastMs),
      number_observed: Math.min(victim.flows, MAX_COUNT),
      object_refs: objects.map(({ id }) => id),
      object_marking_refs: refs,
    };
  }

  private sighting(
    { victim, sample }: Handed,
    observed: string,
    operator: string,
    refs: readonly string[],
  ): StixObject {
    const attribution = sample?.notAttributable ? ` Not attributable: ${sample.notAttributable}.` : '';
    return {
      ...this.domain('sighting'),
      description: `${victim.class}: ${seenText(victim)}. Coverage: ${coverageWords(victim.coverage)}.${attribution}`,
      first_seen: formatInstant(victim.firstMs),
      last_seen: formatInstant(victim.lastMs),
      count: Math.min(victim.flows, MAX_COUNT),
      confidence: Math.round(CONFIDENCE[victim.class] * 100),
      sighting_of_ref: victim.indicator,
      observed_data_refs: [observed],
      where_sighted_refs: [operator],
      summary: true,
      object_marking_refs: refs,
    };
  }
}

function identityId(name: string): string {
  return `identity--${nameUuid(IDENTITIES, name)}`;
}

function address(value: string): StixObject {
  const type = value.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
  return {
    type,
    spec_version: '2.1',
    id: `${type}--${nameUuid(OBSERVABLES, JSON.stringify({ value }))}`,
    value,
  };
}

function patternOf(text: string): string {
  const type = text.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
  return text.includes('/') ? `[${type}:value ISSUBSET '${text}']` : `[${type}:value = '${text}']`;
}

/** Counters that were not exported, or are no whole numbers, are left out. */
function counters({ bytes, packets }: { bytes: number | null; packets: number | null }, side: 'src' | 'dst') {
  return {
    ...(Number.isSafeInteger(bytes) ? { [`${side}_byte_count`]: bytes } : {}),
    ...(Number.isSafeInteger(packets) ? { [`${side}_packets`]: packets } : {}),
  };
}
