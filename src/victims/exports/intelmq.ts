// IntelMQ events (docs.intelmq.org, data format; keys and types as in its harmonization.conf): the victim is the source.
import { createHash } from 'node:crypto';
import { protocolName } from '../../authority/protocols.ts';
import { formatInstant } from '../../core/time.ts';
import { beaconPercent } from '../beacon.ts';
import { coverageWords } from '../coverage.ts';
import type { ExportFormat, ExportHead } from './format.ts';
import type { Handed, Tlp } from './handed.ts';
import { CONFIDENCE, malwareOf, seenText } from './wording.ts';

/** IntelMQ knows the first version of the protocol: its AMBER leaves further limits to the source, here in `extra.tlp`. */
const TLP_1: Readonly<Record<Tlp, string>> = {
  RED: 'RED',
  'AMBER+STRICT': 'AMBER',
  AMBER: 'AMBER',
  GREEN: 'GREEN',
  CLEAR: 'WHITE',
};
/** `malware.name`: printable ASCII. */
const PRINTABLE = /^[ -~]+$/;

export const intelmq: ExportFormat = {
  describes: 'an IntelMQ event for each victim and indicator',
  needsOrganisation: false,
  callsCompromised: true,
  open: (head) => ({
    begin: () => '',
    *victim(handed) {
      yield `${JSON.stringify(event(handed, head))}\n`;
    },
    end: () => '',
  }),
};

function event(handed: Handed, { organisation, purpose, atMs }: ExportHead): Record<string, unknown> {
  const { victim, indicator, sample, tlp } = handed;
  const { attribution, beacon } = victim;
  const malware = malwareOf(indicator);
  const name = malware !== null && PRINTABLE.test(malware) ? malware.toLowerCase() : null;
  return withoutNulls({
    __type: 'Event',
    'feed.name': 'FlowSieve',
    'feed.provider': organisation?.name ?? null,
    'feed.accuracy': Math.round(CONFIDENCE[victim.class] * 100),
    'classification.taxonomy': 'malicious-code',
    'classification.type': 'infected-system',
    'classification.identifier': name,
    'malware.name': name,
    'time.source': instant(sample?.startMs ?? victim.lastMs),
    'time.observation': instant(atMs),
    'source.ip': victim.victim,
    'source.port': sample?.victimPort || null,
    'source.asn': attribution.asn,
    'source.geolocation.cc': attribution.country,
    'destination.ip': sample?.c2 ?? victim.c2s.listed[0] ?? null,
    'destination.port': sample?.c2Port || null,
    'destination.geolocation.cc': indicator?.country ?? null,
    'protocol.transport': sample?.protocol == null ? null : protocolName(sample.protocol),
    'event_description.text': seenText(victim),
    event_hash: hashOf(victim),
    tlp: TLP_1[tlp],
    'extra.tlp': `TLP:${tlp}`,
    'extra.evidence_class': victim.class,
    'extra.first_seen': instant(victim.firstMs),
    'extra.last_seen': instant(victim.lastMs),
    'extra.flows': victim.flows,
    'extra.hours': victim.hours,
    'extra.beacon_score': beacon.score === null ? 'insufficient evidence' : beaconPercent(beacon.score),
    'extra.coverage': coverageWords(victim.coverage),
    'extra.clock_offset_ms': sample?.clockOffsetMs ?? null,
    'extra.not_attributable': sample?.notAttributable ?? null,
    'extra.entity': attribution.entity?.id ?? null,
    'extra.operator': victim.operator,
    'extra.indicator': victim.indicator,
    'extra.authorisation': victim.authorisation,
    'extra.authorised_for': handed.authorisedFor,
    'extra.purpose': purpose,
    'extra.disputed': victim.disputed ?? null,
  });
}

/** The same for the same victim, indicator and operator, whenever it is handed out: without what changes. */
function hashOf({ victim, indicator, operator, retentionBasis }: Handed['victim']): string {
  const name = [victim, indicator, operator, retentionBasis].join('\n');
  return createHash('sha1').update(name).digest('hex').toUpperCase();
}

function instant(ms: number): string {
  return formatInstant(ms).replace('Z', '+00:00');
}

function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
