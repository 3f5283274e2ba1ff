// The answer to a data subject's request, in Markdown.
import { formatInstant } from '../core/time.ts';
import type { HeldContact, SubjectReport } from './subject.ts';

export function subjectMarkdown({
  address,
  atMs,
  matches,
  contacts,
  warnings,
  readings,
}: SubjectReport): string {
  const lines = [
    `# What is held about ${address}`,
    '',
    `As of ${formatInstant(atMs)}: ${matches} records of communication.`,
  ];
  for (const contact of contacts) lines.push('', ...contactLines(contact));
  if (warnings.length > 0) lines.push('', '## Warnings', '');
  for (const { ticket, state, recipient, sentAtMs } of warnings) {
    lines.push(
      `- ${ticket}, to ${recipient}: ${state}${sentAtMs === null ? '' : `, sent ${formatInstant(sentAtMs)}`}`,
    );
  }
  if (readings.length > 0) lines.push('', '## Who asked for this address', '');
  for (const { atMs: readAtMs, role, kind, purpose } of readings) {
    lines.push(`- ${formatInstant(readAtMs)}, ${role}, ${kind}: ${purpose ?? 'no purpose said'}`);
  }
  return `${lines.join('\n')}\n`;
}

function contactLines(contact: HeldContact): string[] {
  const span = (from: number, to: number) =>
    from === to ? formatInstant(from) : `${formatInstant(from)} to ${formatInstant(to)}`;
  return [
    `## Contact with ${contact.c2s.join(', ')}`,
    '',
    `- Records: ${contact.matches}${contact.sequestered > 0 ? `, ${contact.sequestered} of them readable to auditors alone` : ''}`,
    `- When: ${span(contact.firstMs, contact.lastMs)}`,
    `- Indicator: ${contact.indicator}, authorisation ${contact.authorisation}`,
    `- Delivered by: ${contact.operator}, kept under ${contact.retentionBasis}`,
    `- Looked at: ${span(contact.firstEvaluatedAtMs, contact.lastEvaluatedAtMs)}`,
    `- Erased by: ${span(contact.firstDeleteAfterMs, contact.lastDeleteAfterMs)}`,
  ];
}
