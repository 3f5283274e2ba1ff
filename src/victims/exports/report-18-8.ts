// The report under art. 18/8 § 1 of the law of 30 November 1998 (I4): for each means of communication the day, the hour and
// the duration of every communication. Markdown.
import { guarded } from '../../authority/documents/markdown-text.ts';
import { protocolName } from '../../authority/protocols.ts';
import { formatInstant } from '../../core/time.ts';
import { coverageWords } from '../coverage.ts';
import type { ExportFormat, ExportHead } from './format.ts';
import type { Contact, Handed } from './handed.ts';

export const report188: ExportFormat = {
  describes: 'the report under art. 18/8 § 1: day, hour and duration of each communication, in Markdown',
  needsOrganisation: false,
  callsCompromised: false,
  open(head) {
    let communications = 0;
    return {
      begin: () => opening(head),
      *victim(handed) {
        yield section(handed);
        for (const contact of handed.contacts()) {
          communications++;
          yield row(contact);
        }
      },
      end: (victims) =>
        `\nEnd of the report: ${communications} communications of ${victims} means of communication.\n`,
    };
  },
};

function opening({ audience, purpose, by, atMs, tlp, organisation }: ExportHead): string {
  return [
    '# Report under article 18/8, § 1, of the law of 30 November 1998',
    '',
    `- Made: ${formatInstant(atMs)}, by ${guarded(by)}`,
    ...(organisation === null ? [] : [`- Service: ${guarded(organisation.name)}`]),
    `- Purpose: ${guarded(purpose)}`,
    ...(audience.id === null ? [] : [`- For the ${audience.kind} ${guarded(audience.id)}`]),
    `- TLP:${tlp}`,
    '- Times are UTC; the duration is that of the flow record, from its first packet to its last.',
    '',
  ].join('\n');
}

function section(handed: Handed): string {
  const { victim, indicator, file, authorisedFor } = handed;
  const place = indicator === null ? '' : `, ${indicator.country}`;
  return [
    '',
    `## ${victim.victim} and ${victim.c2s.listed.join(', ')}${place}`,
    '',
    `- Authorisation: ${guarded(victim.authorisation)}${file === null ? '' : `, file ${guarded(file)}`}${authorisedFor === null ? '' : `: ${guarded(authorisedFor)}`}`,
    `- Indicator: ${victim.indicator}`,
    `- Operator: ${guarded(victim.operator)}, data kept under ${victim.retentionBasis}`,
    `- Coverage: ${coverageWords(victim.coverage)}`,
    '',
    '| day | hour | duration | to or from the C2 server | protocol | ports |',
    '| --- | --- | --- | --- | --- | --- |',
    '',
  ].join('\n');
}

function row({ startMs, endMs, direction, protocol, victimPort, c2Port }: Contact): string {
  const [day, time = ''] = formatInstant(startMs).split('T');
  const cells = [
    day,
    time.replace('Z', ''),
    `${((endMs - startMs) / 1000).toFixed(3)} s`,
    direction === 'to-c2' ? 'to' : 'from',
    protocol === null ? '-' : protocolName(protocol),
    `${victimPort ?? '-'} / ${c2Port ?? '-'}`,
  ];
  return `| ${cells.join(' | ')} |\n`;
}
