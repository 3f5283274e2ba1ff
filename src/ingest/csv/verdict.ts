// The verdict on a row whose cells are known as text: the plain way to read a table, and the naive twin of scan.ts.
import { TALLY } from '../../core/counters.ts';
import type { Findings } from '../../match/findings.ts';
import type { AddressIndex } from '../../match/index.ts';
import { Matcher } from '../../match/matcher.ts';
import type { Evaluation } from '../../match/messages.ts';
import type { CsvField } from './fields.ts';
import type { CsvPlan } from './plan.ts';
import { type RowDamage, RowReader, timeOrder } from './row.ts';

/** Problems told of one batch; all are counted. */
const MAX_PROBLEMS = 3;

/** Both ends must be there; the others may be empty. */
const SIDES: readonly (readonly [CsvField, CsvField])[] = [
  ['src', 'src6'],
  ['dst', 'dst6'],
];
const TRANSLATED: readonly CsvField[] = ['natSrc', 'natDst'];

export class RowVerdict {
  private readonly plan: CsvPlan;
  private readonly index: AddressIndex;
  private readonly findings: Findings;
  private readonly matcher: Matcher;
  private readonly reader: RowReader;
  private readonly words = new Int32Array(4);
  private problems = 0;

  constructor(plan: CsvPlan, index: AddressIndex, evaluation: Evaluation, findings: Findings) {
    this.plan = plan;
    this.index = index;
    this.findings = findings;
    this.matcher = new Matcher(index, evaluation);
    this.reader = new RowReader(plan);
  }

  /** Any record of the file. What is no row (header, footer, comment, empty line) is passed over. */
  consider(cells: readonly string[], line: number): void {
    if (isNote(cells) || this.reader.isHeader(cells)) return;
    let listed = false;
    for (const [field, six] of SIDES) {
      const own = this.meets(cells, field);
      const other = this.meets(cells, six);
      if (own === 'damaged' || other === 'damaged' || (own === 'none' && other === 'none')) {
        this.damaged({ field, expected: 'an IPv4 or IPv6 address' }, line);
        return;
      }
      listed ||= own === 'listed' || other === 'listed';
    }
    for (const field of TRANSLATED) {
      const met = this.meets(cells, field);
      if (met === 'damaged') {
        this.damaged({ field, expected: 'an IPv4 or IPv6 address' }, line);
        return;
      }
      listed ||= met === 'listed';
    }
    if (listed) this.judge(cells, line);
    else this.miss(cells, line);
  }

  /** A row that met a listed address. */
  judge(cells: readonly string[], line: number): void {
    const row = this.reader.read(cells);
    if ('flow' in row) this.matcher.judge([row.flow], 0, this.findings);
    else this.damaged(row, line);
  }

  /** Of a row that misses, no more is looked at than the order of its times; what cannot be read there changes nothing. */
  private miss(cells: readonly string[], line: number): void {
    const { columns } = this.plan;
    let startMs = this.reader.readTimeOf(cells, 'start');
    let endMs = this.reader.readTimeOf(cells, 'end');
    if (columns.start === undefined || columns.end === undefined) {
      startMs = 0;
      endMs = this.reader.readDurationOf(cells);
    }
    const order = timeOrder(startMs, endMs);
    if (order === 'damaged') {
      this.damaged({ field: 'end', expected: 'a time at most a day before the start' }, line);
      return;
    }
    if (order === 'swapped') this.findings.count(0, TALLY.swappedTimes, 1);
    this.findings.count(0, TALLY.noHit, 1);
  }

  private meets(cells: readonly string[], field: CsvField): 'listed' | 'missed' | 'none' | 'damaged' {
    const family = this.reader.readAddressOf(cells, field, this.words);
    if (family <= 0) return family === 0 ? 'none' : 'damaged';
    return isListed(this.index, family as 4 | 6, this.words) ? 'listed' : 'missed';
  }

  tooLong(line: number): void {
    this.undecodable(line, `longer than ${this.plan.maxLineBytes} bytes`);
  }

  undecodable(line: number, what: string): void {
    this.findings.count(0, TALLY.undecodable, 1);
    if (this.problems++ < MAX_PROBLEMS)
      this.findings.problem({ what: `${this.plan.unit} ${line}: ${what}`, offset: null });
  }

  private damaged(damage: RowDamage, line: number): void {
    this.undecodable(line, damageText(damage, this.plan));
  }
}

export function isListed(index: AddressIndex, family: 4 | 6, words: Int32Array): boolean {
  const [w0, w1, w2, w3] = words as unknown as [number, number, number, number];
  return family === 4
    ? index.mayList4(w0) && index.lists4(w0)
    : index.mayList6(w0, w1, w2, w3) && index.lists6(w0, w1, w2, w3);
}

/** Names field and column, never the value. */
export function damageText({ field, expected }: RowDamage, plan: CsvPlan): string {
  const column = plan.columns[field];
  if (column === undefined) return `${field}: expected ${expected}`;
  const name = plan.header[column];
  return `${field} (column ${column + 1}${name ? `, ${name}` : ''}): expected ${expected}`;
}

/** What nfdump prints around its rows; in files put together, anywhere. */
const NOTES = /^(Summary(:|$)|No match(ed|ing) flows|Time window:|Total flows processed:|Sys:|#)/;

export function isNote(cells: readonly string[]): boolean {
  const first = (cells[0] as string).trim();
  if (first === '' && cells.length === 1) return true;
  if (NOTES.test(first)) return true;
  if (first === 'flows' && cells[1] === 'bytes' && cells[2] === 'packets') return true;
  // The summary's values: a row of numbers alone names no address.
  return cells.length === 6 && cells.every((cell) => /^\d+(\.\d+)?\s*$/.test(cell));
}
