// The lines of a batch against the index: addresses are read straight from the bytes, and a row that misses is counted
// and never becomes text. What is no plain row (quotes, headers, notes, damage) goes the slow way, through verdict.ts.
import { TALLY } from '../../core/counters.ts';
import type { Findings } from '../../match/findings.ts';
import type { AddressIndex } from '../../match/index.ts';
import type { Evaluation } from '../../match/messages.ts';
import type { CsvBatch } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { readAddress } from './address.ts';
import type { CsvField } from './fields.ts';
import { COMMENT, indexBefore, lineStart, NEWLINE, QUOTE, RETURN, RecordSplitter } from './lines.ts';
import { parseOddRows } from './odd-rows.ts';
import { type CsvPlan, SPARE_BYTES } from './plan.ts';
import { TimeReader } from './time.ts';
import { isListed, RowVerdict } from './verdict.ts';

const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;

export async function scanCsv(
  slab: Slab,
  batch: CsvBatch,
  index: AddressIndex,
  evaluation: Evaluation,
  findings: Findings,
): Promise<void> {
  const scan = new CsvScan(slab, batch, index, evaluation, findings);
  scan.run();
  await scan.finish();
}

/** What a line turned out to be. */
const MISS = 0;
const HIT = 1;
const NOT_PLAIN = 2;

class CsvScan {
  private readonly plan: CsvPlan;
  private readonly index: AddressIndex;
  private readonly findings: Findings;
  private readonly verdict: RowVerdict;
  private readonly times: TimeReader;
  private readonly splitter: RecordSplitter;
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly length: number;
  private readonly delimiter: number;
  private readonly columns: NeededColumns;
  private readonly words = new Int32Array(4);
  private readonly oddRecords: string[] = [];
  private readonly oddLines: number[] = [];
  private line: number;
  private swapped = 0;

  constructor(slab: Slab, batch: CsvBatch, index: AddressIndex, evaluation: Evaluation, findings: Findings) {
    this.plan = batch.plan;
    this.index = index;
    this.findings = findings;
    this.verdict = new RowVerdict(batch.plan, index, evaluation, findings);
    this.times = new TimeReader(batch.plan.timezone, batch.plan.timeFormat);
    this.splitter = new RecordSplitter(batch.plan.delimiter, batch.plan.maxLineBytes);
    this.bytes = Buffer.from(slab.buffer, slab.bytes.byteOffset, batch.length);
    this.view = slab.view;
    this.length = batch.length;
    this.delimiter = batch.plan.delimiter.charCodeAt(0);
    this.columns = neededColumns(batch.plan);
    this.line = batch.firstLine;
    // Whatever the last line holds, the search for a delimiter ends here.
    slab.bytes.fill(this.delimiter, batch.length, batch.length + SPARE_BYTES);
  }

  /** Goes from quote to quote: the lines between are plain. */
  run(): void {
    const { bytes, length } = this;
    let from = 0;
    while (from < length) {
      const quote = indexBefore(bytes, QUOTE, from, length);
      if (quote < 0) {
        this.scanLines(from, length);
        break;
      }
      const oddFrom = lineStart(bytes, quote, from);
      this.scanLines(from, oddFrom);
      from = this.splitter.recordEnd(bytes, oddFrom, length, true);
      this.putAside(oddFrom, from);
    }
    if (this.swapped > 0) this.findings.count(0, TALLY.swappedTimes, this.swapped);
  }

  /** Judges the records that were put aside. */
  async finish(): Promise<void> {
    const rows = await parseOddRows(this.oddRecords, this.plan);
    rows.forEach((cells, at) => {
      const line = this.oddLines[at] as number;
      if (cells) this.verdict.consider(cells, line);
      else this.verdict.undecodable(line, 'a quote is not closed, or stands amid a column');
    });
  }

  private putAside(from: number, to: number): void {
    if (to - from > this.plan.maxLineBytes) {
      this.verdict.tooLong(this.line);
    } else if (this.bytes[from] !== COMMENT) {
      this.oddRecords.push(this.bytes.toString('utf8', from, to));
      this.oddLines.push(this.line);
    }
    for (let at = from; at < to; at++) if (this.bytes[at] === NEWLINE) this.line++;
  }

  /** Lines without quotes; the last one ends at `to`. */
  private scanLines(from: number, to: number): void {
    const { bytes, plan } = this;
    let misses = 0;
    while (from < to) {
      const newline = bytes.indexOf(NEWLINE, from);
      const next = newline < 0 ? to : newline + 1;
      const end = newline > from && bytes[newline - 1] === RETURN ? newline - 1 : newline < 0 ? to : newline;
      if (next - from > plan.maxLineBytes) {
        this.verdict.tooLong(this.line);
      } else {
        const outcome = this.scanLine(from, end);
        if (outcome === MISS) misses++;
        else this.takeLine(outcome, from, end);
      }
      this.line++;
      from = next;
    }
    if (misses > 0) this.findings.count(0, TALLY.noHit, misses);
  }

  private takeLine(outcome: number, from: number, end: number): void {
    const cells = this.bytes.toString('utf8', from, end).split(this.plan.delimiter);
    if (outcome === HIT) this.verdict.judge(cells, this.line);
    else this.verdict.consider(cells, this.line);
  }

  /** Looks at the columns up to the last one needed. */
  private scanLine(from: number, end: number): number {
    const { view, bytes, delimiter, index } = this;
    const { roles, sides } = this.columns;
    if (from === end || bytes[from] === COMMENT) return NOT_PLAIN;
    const delimiters = delimiter * 0x01010101;
    let at = from;
    let outcome = MISS;
    let seen = 0;
    let timeFrom = 0;
    let timeTo = 0;
    for (let column = 0; column < roles.length; column++) {
      if (at > end) return NOT_PLAIN; // the line has fewer columns
      const role = roles[column];
      const columnFrom = at;
      if (role === ROLE.address) {
        const after = readIpv4(view, at, delimiter);
        if (after > 0) {
          if (index.mayList4(ipv4) && index.lists4(ipv4)) outcome = HIT;
          seen |= sides[column] as number;
          at = after + 1;
          continue;
        }
      }
      at = columnEnd(view, at, delimiters);
      const columnTo = at < end ? at : end;
      at++;
      if (role === ROLE.skip) continue;
      if (role === ROLE.time) {
        timeFrom = columnFrom;
        timeTo = columnTo;
      } else if (role === ROLE.laterTime) {
        if (!this.inOrder(timeFrom, timeTo, columnFrom, columnTo)) return NOT_PLAIN;
      } else if (role === ROLE.duration) {
        if (isNegative(bytes, columnFrom, columnTo)) return NOT_PLAIN;
      } else {
        const family = readAddress(bytes, columnFrom, columnTo, this.words);
        if (family !== 0) {
          if (isListed(index, family, this.words)) outcome = HIT;
          seen |= sides[column] as number;
        } else if (!isBlank(bytes, columnFrom, columnTo)) {
          return NOT_PLAIN;
        }
      }
    }
    return seen === BOTH_SIDES ? outcome : NOT_PLAIN;
  }

  /** False = start and end are not known to be in order: the slow way reads them again, and counts. */
  private inOrder(timeFrom: number, timeTo: number, laterFrom: number, laterTo: number): boolean {
    const { bytes, times } = this;
    const sign = this.columns.endFirst ? -1 : 1;
    if (this.columns.lexical) {
      const order = compareText(this.view, timeFrom, timeTo, laterFrom, laterTo);
      if (order * sign <= 0) return true; // NaN is not
    }
    const timeMs = times.read(bytes, timeFrom, timeTo);
    const laterMs = times.read(bytes, laterFrom, laterTo);
    return !((timeMs - laterMs) * sign > 0);
  }
}

/** What a column is to the scan. */
const ROLE = { skip: 0, address: 1, time: 2, laterTime: 3, duration: 4 } as const;
const BOTH_SIDES = 3;

interface NeededColumns {
  /** Of the columns up to the last one needed. */
  readonly roles: Uint8Array;
  /** Of address columns: 1 = source, 2 = destination, 0 = after translation, which may be empty. */
  readonly sides: Uint8Array;
  /** The end stands before the start. */
  readonly endFirst: boolean;
  /** Times of equal shape are in the order of their text. */
  readonly lexical: boolean;
}

const ADDRESS_SIDES: readonly (readonly [CsvField, number])[] = [
  ['src', 1],
  ['src6', 1],
  ['dst', 2],
  ['dst6', 2],
  ['natSrc', 0],
  ['natDst', 0],
];

function neededColumns(plan: CsvPlan): NeededColumns {
  const { columns, timeFormat } = plan;
  const role = new Map<number, number>();
  const side = new Map<number, number>();
  const { start, end } = columns;
  if (start !== undefined && end !== undefined) {
    role.set(Math.min(start, end), ROLE.time);
    role.set(Math.max(start, end), ROLE.laterTime);
  } else {
    for (const duration of [columns.duration, columns.durationMs])
      if (duration !== undefined) role.set(duration, ROLE.duration);
  }
  for (const [field, value] of ADDRESS_SIDES) {
    const column = columns[field];
    if (column === undefined) continue;
    role.set(column, ROLE.address);
    side.set(column, value);
  }
  const width = Math.max(...role.keys()) + 1;
  return {
    roles: Uint8Array.from({ length: width }, (_, column) => role.get(column) ?? ROLE.skip),
    sides: Uint8Array.from({ length: width }, (_, column) => side.get(column) ?? 0),
    endFirst: start !== undefined && end !== undefined && end < start,
    lexical: timeFormat !== 'dmy' && timeFormat !== 'mdy',
  };
}

/** The address last read by readIpv4. */
let ipv4 = 0;

/**
 * Reads dotted decimal up to the delimiter or the end of the line, a part of it at once: up to three digits and the byte
 * behind them are one word. Returns the place of the byte after it; -1 = not IPv4 in plain form (it may be padded, IPv6, or none).
 */
function readIpv4(view: DataView, from: number, delimiter: number): number {
  let address = 0;
  let at = from;
  for (let part = 0; ; part++) {
    const word = view.getInt32(at, true);
    const digits = word ^ 0x30303030;
    // 0x80 in each byte that is no digit: adding 0x76 carries 10 and above into the high bit, never beyond the byte.
    const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
    const length = (31 - Math.clz32(others & -others)) >> 3;
    if (length < 1) return -1;
    const right = digits << (32 - 8 * length);
    const value = ((right >>> 8) & 255) * 100 + ((right >>> 16) & 255) * 10 + (right >>> 24);
    if (value > 255 || value < (length === 1 ? 0 : length === 2 ? 10 : 100)) return -1;
    address = (address << 8) | value;
    at += length;
    const behind = (word >>> (8 * length)) & 255;
    if (part === 3) {
      ipv4 = address;
      return behind === delimiter || behind === NEWLINE || behind === RETURN ? at : -1;
    }
    if (behind !== DOT) return -1;
    at++;
  }
}

/** Place of the next delimiter, given four times over in a word. */
function columnEnd(view: DataView, from: number, delimiters: number): number {
  for (let at = from; ; at += 4) {
    const differs = view.getInt32(at, true) ^ delimiters;
    // The lowest 0x80 marks the first byte that is zero.
    const zeros = (differs - 0x01010101) & ~differs & 0x80808080;
    if (zeros !== 0) return at + ((31 - Math.clz32(zeros & -zeros)) >> 3);
  }
}

/**
 * Compares two times as text: below, above or equal to 0. They must be of one length, and the number in which they first
 * differ of as many digits in both; NaN = they are not, or an offset from UTC makes the text say little.
 */
function compareText(view: DataView, from: number, to: number, otherFrom: number, otherTo: number): number {
  const length = to - from;
  if (length !== otherTo - otherFrom) return Number.NaN;
  let same = 0;
  while (same + 4 <= length && view.getInt32(from + same) === view.getInt32(otherFrom + same)) same += 4;
  while (same < length && view.getUint8(from + same) === view.getUint8(otherFrom + same)) same++;
  if (same === length) return 0;
  for (let n = same; n < length; n++) {
    const here = isDigit(view.getUint8(from + n));
    if (here !== isDigit(view.getUint8(otherFrom + n))) return Number.NaN;
    if (!here) {
      if (n === same) return Number.NaN;
      break;
    }
  }
  if (hasOffset(view, to) || hasOffset(view, otherTo)) return Number.NaN;
  return view.getUint8(from + same) - view.getUint8(otherFrom + same);
}

/** Whether the text that ends here may end in an offset from UTC: ±hh, ±hhmm, ±hh:mm. Wrongly said of a date alone. */
function hasOffset(view: DataView, to: number): boolean {
  return isSign(view.getUint8(to - 3)) || isSign(view.getUint8(to - 5)) || isSign(view.getUint8(to - 6));
}

function isSign(byte: number): boolean {
  return byte === PLUS || byte === MINUS;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  while (from < to && bytes[from] === SPACE) from++;
  return from === to;
}

function isNegative(bytes: Uint8Array, from: number, to: number): boolean {
  while (from < to && bytes[from] === SPACE) from++;
  return from < to && bytes[from] === MINUS;
}
