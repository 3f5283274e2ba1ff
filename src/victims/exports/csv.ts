// CSV: a line for each contact, with what identifies a subscriber behind address translation (RFC 6302).
import { protocolName } from '../../authority/protocols.ts';
import { formatInstant } from '../../core/time.ts';
import { coverageWords } from '../coverage.ts';
import { type Cell, csvLine } from './csv-text.ts';
import type { ExportFormat, ExportHead } from './format.ts';
import type { Contact, Handed } from './handed.ts';
import { malwareOf } from './wording.ts';

type Column = (handed: Handed, contact: Contact, head: ExportHead) => Cell;

/** For everybody. */
const COLUMNS: Readonly<Record<string, Column>> = {
  victim_ip: ({ victim }) => victim.victim,
  source_port: (_, { victimPort }) => victimPort,
  start_utc: (_, { startMs }) => formatInstant(startMs),
  end_utc: (_, { endMs }) => formatInstant(endMs),
  protocol: (_, { protocol }) => (protocol === null ? null : protocolName(protocol)),
  c2_ip: (_, { c2 }) => c2,
  c2_port: (_, { c2Port }) => c2Port,
  direction: (_, { direction }) => direction,
  clock_offset_ms: (_, { clockOffsetMs }) => clockOffsetMs,
  time_source: (_, { timeSource }) => timeSource,
  attribution: (_, { notAttributable }) =>
    notAttributable === null ? 'by address, port and time' : `not attributable: ${notAttributable}`,
  bytes: (_, { bytes }) => bytes,
  packets: (_, { packets }) => packets,
  tcp_flags: (_, { tcpFlags }) => tcpFlags,
  sampling: (_, { sampling }) => sampling,
  exporter: (_, { exporter }) => exporter,
  evidence_class: ({ victim }) => victim.class,
  evidence: ({ victim }) => victim.meaning,
  disputed: ({ victim }) => victim.disputed ?? null,
  malware: ({ indicator }) => malwareOf(indicator),
  indicator: ({ victim }) => victim.indicator,
  coverage: ({ victim }) => coverageWords(victim.coverage),
  authorisation: ({ victim }) => victim.authorisation,
  file: ({ file }) => file,
  authorised_for: ({ authorisedFor }) => authorisedFor,
  purpose: (_handed, _contact, { purpose }) => purpose,
  tlp: ({ tlp }) => `TLP:${tlp}`,
};

/** Not for an operator. */
const WHOSE: Readonly<Record<string, Column>> = {
  entity: ({ victim }) => victim.attribution.entity?.id ?? null,
  entity_name: ({ victim }) => victim.attribution.entity?.name ?? null,
  entity_kind: ({ victim }) => victim.attribution.kind,
  sector: ({ victim }) => victim.attribution.entity?.sector ?? null,
  asn: ({ victim }) => victim.attribution.asn,
  country: ({ victim }) => victim.attribution.country,
  operator: ({ victim }) => victim.operator,
  legal_basis: ({ victim }) => victim.retentionBasis,
};

export const csv: ExportFormat = {
  describes: 'a line for each contact: address, port, time and clock',
  needsOrganisation: false,
  callsCompromised: false,
  open(head) {
    const columns = head.audience.kind === 'operator' ? COLUMNS : { ...COLUMNS, ...WHOSE };
    const values = Object.values(columns);
    return {
      begin: () => csvLine(Object.keys(columns)),
      *victim(handed) {
        for (const contact of handed.contacts()) yield csvLine(values.map((of) => of(handed, contact, head)));
      },
      end: () => '',
    };
  },
};
