// XARF v4 reports of category infrastructure, type botnet (xarf/xarf-spec, schemas/v4), a line each.
import { randomUUID } from 'node:crypto';
import { formatInstant } from '../../core/time.ts';
import { coverageWords } from '../coverage.ts';
import { csvLine } from './csv-text.ts';
import type { ExportFormat, ExportHead, Organisation } from './format.ts';
import type { Contact, Handed } from './handed.ts';
import { CONFIDENCE, malwareOf, seenText, transportOf } from './wording.ts';

const VERSION = '4.2.0';
const MAX_DESCRIPTION = 1_000;
const MAX_FAMILY = 200;
/** Contacts that go with a report as evidence; the CSV export has all. */
const MAX_CONTACTS = 100;
/** What the schema knows of those that flows tell. */
const C2_PROTOCOLS: ReadonlySet<string | null> = new Set(['tcp', 'udp']);

export const xarf: ExportFormat = {
  describes: 'a XARF v4 report (infrastructure, botnet) for each victim and indicator',
  needsOrganisation: true,
  callsCompromised: true,
  open: (head) => ({
    begin: () => '',
    *victim(handed) {
      yield `${JSON.stringify(report(handed, head))}\n`;
    },
    end: () => '',
  }),
};

function report(handed: Handed, { organisation, purpose }: ExportHead): Record<string, unknown> {
  const { victim, indicator, sample, tlp } = handed;
  const family = malwareOf(indicator);
  const transport = transportOf(victim);
  const us = contactOf(organisation as Organisation);
  return {
    xarf_version: VERSION,
    report_id: randomUUID(),
    timestamp: formatInstant(sample?.startMs ?? victim.lastMs),
    reporter: us,
    sender: us,
    source_identifier: victim.victim,
    ...(sample?.victimPort ? { source_port: sample.victimPort } : {}),
    category: 'infrastructure',
    type: 'botnet',
    evidence_source: 'flow_analysis',
    evidence: [evidenceItem(handed)],
    confidence: CONFIDENCE[victim.class],
    tags: [`tlp:${tlp.toLowerCase()}`, `evidence:${victim.class.toLowerCase()}`],
    description: seenText(victim).slice(0, MAX_DESCRIPTION),
    compromise_evidence: `C2 communication observed: ${victim.meaning}`,
    ...(family === null ? {} : { malware_family: family.slice(0, MAX_FAMILY) }),
    c2_server: sample?.c2 ?? victim.c2s.listed[0],
    ...(C2_PROTOCOLS.has(transport) ? { c2_protocol: transport } : {}),
    first_seen: formatInstant(victim.firstMs),
    last_seen: formatInstant(victim.lastMs),
    // The schema allows further fields: what every export carries.
    tlp: `TLP:${tlp}`,
    authorisation: victim.authorisation,
    authorised_for: handed.authorisedFor,
    purpose,
    coverage: coverageWords(victim.coverage),
    attribution: sample?.notAttributable
      ? `not attributable: ${sample.notAttributable}`
      : 'by address, port and time',
  };
}

function contactOf({ name, mail }: Organisation): Record<string, string> {
  return { org: name.slice(0, 200), contact: mail, domain: mail.slice(mail.lastIndexOf('@') + 1) };
}

function evidenceItem(handed: Handed): Record<string, string> {
  const lines = [
    csvLine(['start_utc', 'end_utc', 'source_port', 'c2_ip', 'c2_port', 'direction', 'bytes', 'packets']),
  ];
  for (const contact of handed.contacts()) {
    if (lines.length > MAX_CONTACTS) break;
    lines.push(contactLine(contact));
  }
  return {
    content_type: 'text/csv',
    description: `the first contacts, at most ${MAX_CONTACTS}`,
    payload: Buffer.from(lines.join(''), 'utf8').toString('base64'),
  };
}

function contactLine({ startMs, endMs, victimPort, c2, c2Port, direction, bytes, packets }: Contact): string {
  return csvLine([
    formatInstant(startMs),
    formatInstant(endMs),
    victimPort,
    c2,
    c2Port,
    direction,
    bytes,
    packets,
  ]);
}
