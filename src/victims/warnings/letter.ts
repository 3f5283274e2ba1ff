// A warning as it is sent: plain text, written anew each time from what is still held.
import type { Indicator } from '../../authority/indicator.ts';
import { formatInstant } from '../../core/time.ts';
import type { Warning } from '../../store/warnings.ts';
import type { Evidence } from '../evidence.ts';
import { TEXTS, type WarningTexts } from './texts.ts';

/** The configuration's part of every letter. */
export interface Sender {
  /** Who warns, with an address: several lines are kept. */
  readonly name: string;
  /** Where to object, in words. */
  readonly object: string;
}

/** One item with what is held of it. */
export interface LetterItem {
  readonly victim: string;
  readonly authorisation: string;
  readonly indicator: Pick<Indicator, 'address' | 'port' | 'threat'>;
  readonly evidence: Pick<Evidence, 'class' | 'flows' | 'firstMs' | 'lastMs' | 'hours' | 'victimPorts'>;
  readonly isCoverageComplete: boolean;
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

const WIDTH = 76;
/** Items listed; the rest are counted, and handed out as a file by an export. */
const MOST_ITEMS = 500;

export function writeWarning(
  { ticket, recipient }: Pick<Warning, 'ticket' | 'recipient'>,
  recipientName: string,
  items: readonly LetterItem[],
  sender: Sender,
): Letter {
  const texts = TEXTS[recipient.language];
  const isEntity = recipient.kind === 'entity';
  const listed = items.slice(0, MOST_ITEMS);
  const references = [...new Set(items.map(({ authorisation }) => authorisation))].join(', ');
  return {
    subject: fill(texts.subject, { ticket }),
    text: paragraphs([
      wrap(fill(texts.greeting, { recipient: oneLine(recipientName) })),
      wrap(isEntity ? texts.toEntity : texts.toOperator),
      wrap(texts.purpose),
      heading(`${texts.seen} (${items.length})`),
      ...listed.map((item) => itemText(item, texts)),
      ...(items.length > listed.length ? [`… + ${items.length - listed.length}`] : []),
      wrap(texts.clock),
      heading(texts.whatToDo),
      (isEntity ? texts.doEntity : texts.doOperator).map((step) => wrap(`- ${step}`, '  ')).join('\n'),
      wrap(fill(texts.object, { object: sender.object, ticket })),
      wrap(texts.sender),
      wrap(fill(texts.law, { authorisations: references })),
      wrap(texts.erased),
      `-- \n${sender.name}`,
    ]),
  };
}

function itemText(item: LetterItem, texts: WarningTexts): string {
  const { victim, indicator, evidence, isCoverageComplete } = item;
  const { address, port, threat } = indicator;
  const ports = evidence.victimPorts.count === 0 ? '–' : portsText(evidence.victimPorts);
  const first = formatInstant(evidence.firstMs);
  const last = formatInstant(evidence.lastMs);
  const certainty = texts.certainty[certaintyOf(evidence.class)];
  return [
    `* ${victim}  ->  ${address}${port === null ? '' : `, port ${port}`}`,
    wrap(`  ${fill(texts.threat, { threat: oneLine(threat.name ?? threat.activity) })}`, '  '),
    wrap(`  ${fill(texts.flows, { flows: evidence.flows, first, last })}`, '  '),
    wrap(`  ${fill(texts.hours, { hours: evidence.hours, ports })}`, '  '),
    wrap(`  ${certainty}${isCoverageComplete ? '' : ` ${texts.incomplete}`}`, '  '),
  ].join('\n');
}

function certaintyOf(evidence: Evidence['class']): 'weak' | 'E2' | 'E3' | 'E4' {
  return evidence === 'E2' || evidence === 'E3' || evidence === 'E4' ? evidence : 'weak';
}

function portsText({ listed, count }: Evidence['victimPorts']): string {
  return `${listed.join(', ')}${count > listed.length ? ` … (${count})` : ''}`;
}

/** @param c2s addresses of the servers that were wrongly listed */
export function writeRetraction(
  { ticket, recipient, createdAtMs }: Pick<Warning, 'ticket' | 'recipient' | 'createdAtMs'>,
  recipientName: string,
  c2s: readonly string[],
  reason: string,
  sender: Sender,
): Letter {
  const texts = TEXTS[recipient.language];
  const date = formatInstant(createdAtMs).slice(0, 10);
  return {
    subject: fill(texts.retractSubject, { ticket }),
    text: paragraphs([
      wrap(fill(texts.greeting, { recipient: oneLine(recipientName) })),
      wrap(fill(texts.retract, { ticket, date, reason: oneLine(reasonText(reason, texts)) })),
      ...(c2s.length === 0 ? [] : [wrap(fill(texts.retractWhat, { c2: c2s.join(', ') }))]),
      wrap(texts.retractDo),
      `-- \n${sender.name}`,
    ]),
  };
}

/** A reason that goes with the program is said in the reader's language; a person's own as it was written. */
function reasonText(reason: string, { reasons }: WarningTexts): string {
  return reason in reasons ? reasons[reason as keyof typeof reasons] : reason;
}

/** What comes from a feed or a register stays in its line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function heading(text: string): string {
  return `${text}\n${'-'.repeat(text.length)}`;
}

/** @param indent before every line but the first */
function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  const start = /^ */.exec(text)?.[0] ?? '';
  let line = start;
  for (const word of text.trim().split(/ +/)) {
    if (line.trim() !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line += (line.trim() === '' ? '' : ' ') + word;
  }
  return [...lines, line].join('\n');
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}
