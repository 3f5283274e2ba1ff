// Every row of a batch as a flow: for `inspect --records`, and beside the scanner in the tests.
import type { Flow } from '../../core/flow.ts';
import type { CsvBatch } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { COMMENT, NEWLINE, RecordSplitter } from './lines.ts';
import { parseOddRows } from './odd-rows.ts';
import { RowReader } from './row.ts';
import { damageText, isNote } from './verdict.ts';

export interface CsvRecord {
  /** One flow; none where the row cannot be decoded. */
  readonly flows: readonly Flow[];
  readonly group: 0;
  /** What a column tells (nfdump's `ra`); null = none does. */
  readonly exporter: string | null;
  readonly line: number;
  /** Why there is no flow; never holds a value of the row. */
  readonly problem: string | null;
}

/** In the order of the lines. */
export async function* csvRecords(slab: Slab, batch: CsvBatch): AsyncGenerator<CsvRecord> {
  const { plan, length } = batch;
  const reader = new RowReader(plan);
  for await (const { cells, line } of rowsOf(slab, batch, length)) {
    if (cells && (isNote(cells) || reader.isHeader(cells))) continue;
    const row = cells ? reader.read(cells) : null;
    if (row && 'flow' in row)
      yield { flows: [row.flow], group: 0, exporter: row.exporter, line, problem: null };
    else {
      const problem = row ? damageText(row, plan) : 'the record is too long, or its quotes do not fit';
      yield { flows: [], group: 0, exporter: null, line, problem };
    }
  }
}

async function* rowsOf(
  slab: Slab,
  { plan, firstLine }: CsvBatch,
  length: number,
): AsyncGenerator<{ cells: readonly string[] | null; line: number }> {
  const bytes = Buffer.from(slab.buffer, slab.bytes.byteOffset, length);
  const splitter = new RecordSplitter(plan.delimiter, plan.maxLineBytes);
  let line = firstLine;
  for (let from = 0; from < length; ) {
    const end = splitter.recordEnd(bytes, from, length, true);
    const text = bytes.toString('utf8', from, end);
    if (end - from > plan.maxLineBytes) yield { cells: null, line };
    else if (!text.includes('"')) yield { cells: text.replace(/\r?\n$/, '').split(plan.delimiter), line };
    else if (bytes[from] !== COMMENT) yield { cells: (await parseOddRows([text], plan))[0] ?? null, line };
    for (; from < end; from++) if (bytes[from] === NEWLINE) line++;
  }
}
