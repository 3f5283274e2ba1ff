// A document as one JSON object, written piece by piece: a line for each row.
import type { Document, Fact, Row, Section, Table, TextSink, Value } from './document.ts';

/** Up to its last field, which the caller writes. */
export function writeJson({ head, facts, sections }: Document, out: TextSink): void {
  const { kind, ...rest } = head;
  out.text(
    `${JSON.stringify({ flowsieve: 1, document: kind, ...rest, facts: valuesOf(facts) }).slice(0, -1)},\n`,
  );
  out.text('"sections":');
  writeList(sections, writeSection, out);
  out.text(',\n');
}

function writeSection({ id, title, text, facts, table, sections }: Section, out: TextSink): void {
  const said = {
    id,
    title,
    ...(text === undefined ? {} : { text }),
    ...(facts ? { facts: valuesOf(facts) } : {}),
  };
  out.text(JSON.stringify(said).slice(0, -1));
  if (table) writeRows(table, out);
  if (sections) {
    out.text(',"sections":');
    writeList(sections, writeSection, out);
  }
  out.text('}');
}

function writeRows({ columns, rows }: Table, out: TextSink): void {
  const keys = columns.map(({ key }) => key);
  out.text(',"rows":');
  writeList(rows, (row) => out.text(JSON.stringify(only(row, keys))), out);
}

function only(row: Row, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.map((key) => [key, row[key] ?? null]));
}

function writeList<T>(items: Iterable<T>, write: (item: T, out: TextSink) => void, out: TextSink): void {
  let separator = '[\n';
  for (const item of items) {
    out.text(separator);
    write(item, out);
    separator = ',\n';
  }
  out.text(separator === '[\n' ? '[]' : '\n]');
}

function valuesOf(facts: readonly Fact[]): Record<string, Value> {
  return Object.fromEntries(facts.map(({ key, value }) => [key, value]));
}
