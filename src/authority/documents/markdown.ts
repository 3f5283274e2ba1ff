// A document as Markdown (CommonMark with GFM's tables).
import { formatInstant } from '../../core/time.ts';
import type { Column, Document, Fact, Head, Row, Section, Table, TextSink, Value } from './document.ts';
import { guarded } from './markdown-text.ts';

export function writeMarkdown({ head, facts, sections }: Document, out: TextSink): void {
  out.text(`# ${guarded(head.title)}\n\n`);
  writeFacts([...headFacts(head), ...facts], out);
  for (const section of sections) writeSection(section, 2, out);
}

function headFacts(head: Head): Fact[] {
  const { authorisation } = head;
  const answers = head.source === null ? head.rule : `${head.rule} (${head.source})`;
  return [
    { key: 'tlp', title: 'Marking', value: `TLP:${head.tlp}` },
    { key: 'rule', title: 'Answers', value: answers },
    ...(authorisation === null
      ? []
      : [
          { key: 'reference', title: 'Authorisation', value: authorisation.reference },
          { key: 'file', title: 'File', value: authorisation.file },
        ]),
    { key: 'regime', title: 'Regime', value: head.regime },
    { key: 'asKnownAtMs', title: 'As known at', value: head.asKnownAtMs, kind: 'instant' },
    { key: 'generation', title: 'Generation', value: head.generation },
  ];
}

/** Deeper than headings go, a section is told by its title alone. */
const DEEPEST_HEADING = 6;

function writeSection({ title, text, facts, table, sections }: Section, level: number, out: TextSink): void {
  out.text(`\n${'#'.repeat(Math.min(level, DEEPEST_HEADING))} ${guarded(title)}\n`);
  if (text !== undefined) out.text(`\n${guarded(text)}\n`);
  if (facts && facts.length > 0) {
    out.text('\n');
    writeFacts(facts, out);
  }
  if (table) writeTable(table, out);
  for (const inner of sections ?? []) writeSection(inner, level + 1, out);
}

function writeFacts(facts: readonly Fact[], out: TextSink): void {
  for (const fact of facts) out.text(`- ${guarded(fact.title)}: ${shown(fact.value, fact)}\n`);
}

function writeTable({ columns, rows }: Table, out: TextSink): void {
  let written = 0;
  for (const row of rows) {
    if (written === 0) writeHeadings(columns, out);
    out.text(`| ${columns.map((column) => cell(row, column)).join(' | ')} |\n`);
    written += 1;
  }
  if (written === 0) out.text('\nNone.\n');
}

function writeHeadings(columns: readonly Column[], out: TextSink): void {
  out.text(`\n| ${columns.map(({ title }) => guarded(title)).join(' | ')} |\n`);
  out.text(`|${' --- |'.repeat(columns.length)}\n`);
}

function cell(row: Row, column: Column): string {
  return shown(row[column.key] ?? null, column);
}

function shown(value: Value, { kind }: Column): string {
  if (value === null || value === '') return '–';
  if (typeof value === 'number') return kind === 'instant' ? formatInstant(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return guarded(value);
  return value.length === 0 ? '–' : value.map(guarded).join('; ');
}
