// CSV with the columns of Shadowserver's sinkhole events (report event4_sinkhole), so that what reads those reads this: the
// C2 server stands where the sinkhole would. Behind them, what every export carries.
import { protocolName } from '../../authority/protocols.ts';
import { formatInstant } from '../../core/time.ts';
import { coverageWords } from '../coverage.ts';
import type { EvidenceClass } from '../evidence-class.ts';
import { type Cell, csvLine } from './csv-text.ts';
import type { ExportFormat, ExportHead } from './format.ts';
import type { Handed } from './handed.ts';
import { malwareOf } from './wording.ts';

const SEVERITY: Readonly<Record<EvidenceClass, string>> = {
  E0: 'info',
  E1: 'low',
  'unknown-sampled': 'low',
  E2: 'medium',
  E3: 'high',
  E4: 'high',
};

type Column = (handed: Handed, head: ExportHead) => Cell;
const nothing: Column = () => null;

const COLUMNS: Readonly<Record<string, Column>> = {
  // Seconds, as they write them; the contact's exact time is in the other formats.
  timestamp: ({ victim, sample }) =>
    formatInstant(sample?.startMs ?? victim.lastMs)
      .slice(0, 19)
      .replace('T', ' '),
  protocol: ({ sample }) => (sample?.protocol == null ? null : protocolName(sample.protocol)),
  src_ip: ({ victim }) => victim.victim,
  src_port: ({ sample }) => sample?.victimPort ?? null,
  src_asn: ({ victim }) => victim.attribution.asn,
  src_geo: ({ victim }) => victim.attribution.country,
  src_region: nothing,
  src_city: nothing,
  src_hostname: nothing,
  src_naics: nothing,
  src_sector: ({ victim }) => victim.attribution.entity?.sector ?? null,
  device_vendor: nothing,
  device_type: nothing,
  device_model: nothing,
  dst_ip: ({ victim, sample }) => sample?.c2 ?? victim.c2s.listed[0] ?? null,
  dst_port: ({ sample }) => sample?.c2Port ?? null,
  dst_asn: nothing,
  dst_geo: ({ indicator }) => indicator?.country ?? null,
  dst_region: nothing,
  dst_city: nothing,
  dst_hostname: nothing,
  dst_naics: nothing,
  dst_sector: nothing,
  public_source: (_, { organisation }) => organisation?.name ?? null,
  infection: ({ indicator }) => malwareOf(indicator),
  family: ({ indicator }) => indicator?.threat.name ?? null,
  tag: ({ victim }) => `c2;evidence-${victim.class.toLowerCase()}`,
  application: nothing,
  version: nothing,
  event_id: nothing,
  severity: ({ victim }) => SEVERITY[victim.class],
  attribution: ({ sample }) =>
    sample?.notAttributable ? `not attributable: ${sample.notAttributable}` : 'by address, port and time',
  clock_offset_ms: ({ sample }) => sample?.clockOffsetMs ?? null,
  coverage: ({ victim }) => coverageWords(victim.coverage),
  authorisation: ({ victim }) => victim.authorisation,
  authorised_for: ({ authorisedFor }) => authorisedFor,
  purpose: (_, { purpose }) => purpose,
  tlp: ({ tlp }) => `TLP:${tlp}`,
};

export const shadowserver: ExportFormat = {
  describes: "CSV with the columns of Shadowserver's sinkhole events, a line for each victim and indicator",
  needsOrganisation: false,
  callsCompromised: false,
  open: (head) => ({
    begin: () => csvLine(Object.keys(COLUMNS)),
    *victim(handed) {
      yield csvLine(Object.values(COLUMNS).map((of) => of(handed, head)));
    },
    end: () => '',
  }),
};
