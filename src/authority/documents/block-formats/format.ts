// Writes a block list in a format: a head in its comments, what it cannot say, then the entries.
import { formatInstant } from '../../../core/time.ts';
import { protocolName } from '../../protocols.ts';
import type { BlockEntry } from '../block-entries.ts';
import type { BlockFormat, BlockList } from '../block-list.ts';
import type { Head, TextSink } from '../document.ts';

export function writeBlockList({ head, entries }: BlockList, format: BlockFormat, out: TextSink): void {
  const refusals = entries.map((entry) => format.refusal(entry));
  const sayable = entries.filter((_, at) => refusals[at] === null);
  for (const line of headLines(head, sayable.length)) out.text(`${format.comment} ${line}\n`);
  for (const [at, entry] of entries.entries()) {
    if (refusals[at] !== null) out.text(`${format.comment} left out: ${entryText(entry)}: ${refusals[at]}\n`);
  }
  format.write(sayable, head, out);
}

function headLines(head: Head, count: number): string[] {
  const { authorisation, source } = head;
  return [
    oneLine(`${head.title}, TLP:${head.tlp}`),
    oneLine(`answers ${head.rule}${source === null ? '' : ` (${source})`}, regime ${head.regime}`),
    ...(authorisation === null
      ? []
      : [oneLine(`authorisation ${authorisation.reference}, file ${authorisation.file}`)]),
    `as known at ${formatInstant(head.asKnownAtMs)}, generation ${head.generation}`,
    `entries: ${count}`,
  ];
}

/** A comment ends with its line: what comes from a file cannot begin another. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** `203.0.113.7 tcp 443` */
export function entryText({ address, protocol, port }: BlockEntry): string {
  if (protocol === null && port === null) return address;
  const name = protocol === null ? 'any' : protocolName(protocol);
  return port === null ? `${address} ${name}` : `${address} ${name} ${port}`;
}

/** As a prefix, single addresses too. */
export function prefixText({ address, family }: BlockEntry): string {
  return address.includes('/') ? address : `${address}/${family === 4 ? 32 : 128}`;
}
