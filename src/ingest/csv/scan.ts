// The lines of a batch against the index: addresses are read straight from the bytes, and a row that misses is counted
// and never becomes text. What is no plain row (quotes, headers, notes, damage) goes the slow way, through verdict.ts.
import { TALLY } from '../../core/counters.ts';
import type { Findings } from '../../match/findings.ts';
import type { AddressIndex } from '../../match/index.ts';
import type { Evaluation } from '../../match/messages.ts';
import type { CsvBatch } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { readAddress } from './address.ts';
import { COMMENT, indexBefore, lineStart, NEWLINE, QUOTE, RETURN, RecordSplitter } from './lines.ts';
import { BOTH_SIDES, type NeededColumns, neededColumns, ROLE } from './needed-columns.ts';
import { parseOddRows } from './odd-rows.ts';
import { type CsvPlan, SPARE_BYTES } from './plan.ts';
import { TimeReader } from './time.ts';
import { isListed, RowVerdict } from './verdict.ts';
import { columnEnd, compareText, fourTimes, ipv4, readIpv4 } from './words.ts';

const SPACE = 0x20;
const MINUS = 0x2d;

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

/** Odd records parsed together: all their cells are in memory at once. */
const ODD_TOGETHER = 1024;

/**
 * Lines whose addresses are gathered before the index is asked: each look-up is a likely miss of the processor's cache, and so
 * many of them wait for the memory together.
 */
const GATHERED_LINES = 512;

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
  /** Of gathered lines: their IPv4 addresses, as many per line as there are address columns; begin, end and number. */
  private readonly addresses: Int32Array;
  private readonly froms = new Int32Array(GATHERED_LINES);
  private readonly ends = new Int32Array(GATHERED_LINES);
  private readonly numbers = new Int32Array(GATHERED_LINES);
  private readonly oddRecords: string[] = [];
  private readonly oddLines: number[] = [];
  private line: number;

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
    this.addresses = new Int32Array(GATHERED_LINES * this.columns.addresses);
    this.line = batch.firstLine;
    // Whatever the last line holds, the search for a delimiter ends here.
    slab.bytes.fill(this.delimiter, batch.length, batch.length + SPARE_BYTES);
  }

  /** Goes from quote to quote: the lines between are plain. */
  run(): void {
    const { bytes, length } = this;
    for (let from = 0; from < length; ) {
      const quote = indexBefore(bytes, QUOTE, from, length);
      const oddFrom = quote < 0 ? length : lineStart(bytes, quote, from);
      while (from < oddFrom) from = this.scanLines(from, oddFrom);
      if (quote < 0) break;
      from = this.splitter.recordEnd(bytes, oddFrom, length, true);
      this.putAside(oddFrom, from);
    }
  }

  /** Judges the records that were put aside. */
  async finish(): Promise<void> {
    for (let from = 0; from < this.oddRecords.length; from += ODD_TOGETHER) {
      const rows = await parseOddRows(this.oddRecords.slice(from, from + ODD_TOGETHER), this.plan);
      for (const [at, cells] of rows.entries()) {
        const line = this.oddLines[from + at] as number;
        if (cells) this.verdict.consider(cells, line);
        else this.verdict.undecodable(line, 'a quote is not closed, or stands amid a column');
      }
    }
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

  /** Lines without quotes, until enough addresses are gathered. Returns where to go on. */
  private scanLines(from: number, to: number): number {
    const { bytes, view, columns, delimiter, addresses, froms, ends, numbers } = this;
    const { maxLineBytes } = this.plan;
    let gathered = 0;
    let misses = 0;
    let at = from;
    for (; at < to && gathered < GATHERED_LINES; this.line++) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = bytes[newline - 1] === RETURN && newline > at ? newline - 1 : newline;
      if (newline - at >= maxLineBytes) {
        this.verdict.tooLong(this.line);
      } else if (gather(view, at, end, delimiter, columns, addresses, gathered)) {
        froms[gathered] = at;
        ends[gathered] = end;
        numbers[gathered] = this.line;
        gathered++;
      } else {
        const outcome = this.scanLine(at, end);
        if (outcome === MISS) misses++;
        else this.takeLine(outcome, at, end, this.line);
      }
      at = newline + 1;
    }
    this.findings.count(0, TALLY.noHit, misses);
    this.askGathered(gathered);
    return at;
  }

  private askGathered(lines: number): void {
    const { index, addresses } = this;
    const perLine = this.columns.addresses;
    let misses = lines;
    for (let n = 0; n < lines * perLine; n++) {
      const address = addresses[n] as number;
      if (!index.mayList4(address) || !index.lists4(address)) continue;
      const at = Math.floor(n / perLine);
      this.takeLine(HIT, this.froms[at] as number, this.ends[at] as number, this.numbers[at] as number);
      misses--;
      n = (at + 1) * perLine - 1; // on with the next line
    }
    this.findings.count(0, TALLY.noHit, misses);
  }

  private takeLine(outcome: number, from: number, end: number, line: number): void {
    const cells = this.bytes.toString('utf8', from, end).split(this.plan.delimiter);
    if (outcome === HIT) this.verdict.judge(cells, line);
    else this.verdict.consider(cells, line);
  }

  /** Any line without quotes: padded, IPv6, with columns that may be empty, times out of order. */
  private scanLine(from: number, end: number): number {
    const { view, bytes } = this;
    const { roles, sides } = this.columns;
    if (from === end || bytes[from] === COMMENT) return NOT_PLAIN;
    const delimiters = fourTimes(this.delimiter);
    let at = from;
    let outcome = MISS;
    let seen = 0;
    let timeFrom = 0;
    let timeTo = 0;
    for (let column = 0; column < roles.length; column++) {
      if (at > end) return NOT_PLAIN; // the line has fewer columns
      const role = roles[column];
      const columnFrom = at;
      const columnTo = Math.min(columnEnd(view, at, delimiters), end);
      at = columnTo + 1;
      if (role === ROLE.time) {
        timeFrom = columnFrom;
        timeTo = columnTo;
      } else if (role === ROLE.laterTime) {
        if (!this.inOrder(timeFrom, timeTo, columnFrom, columnTo)) return NOT_PLAIN;
      } else if (role === ROLE.duration) {
        if (isNegative(view, columnFrom, columnTo)) return NOT_PLAIN;
      } else if (role === ROLE.address) {
        const family = readAddress(bytes, columnFrom, columnTo, this.words);
        if (family !== 0) {
          if (isListed(this.index, family, this.words)) outcome = HIT;
          seen |= sides[column] as number;
        } else if (!isBlank(bytes, columnFrom, columnTo)) {
          return NOT_PLAIN;
        }
      }
    }
    return seen === BOTH_SIDES ? outcome : NOT_PLAIN;
  }

  /** False = they are exchanged: the slow way reads them again, and counts. */
  private inOrder(timeFrom: number, timeTo: number, laterFrom: number, laterTo: number): boolean {
    const timeMs = this.times.read(this.bytes, timeFrom, timeTo);
    const laterMs = this.times.read(this.bytes, laterFrom, laterTo);
    return this.columns.endFirst ? !(timeMs < laterMs) : !(laterMs < timeMs);
  }
}

/**
 * Reads a line of the most usual kind: IPv4 alone in all its address columns, times in order as they stand. Its addresses go
 * where those of the line so numbered belong. False = the line is of another kind.
 */
function gather(
  view: DataView,
  from: number,
  end: number,
  delimiter: number,
  columns: NeededColumns,
  addresses: Int32Array,
  number: number,
): boolean {
  const { roles, order } = columns;
  const delimiters = fourTimes(delimiter);
  let place = number * columns.addresses;
  let at = from;
  let timeFrom = 0;
  let timeTo = 0;
  if (view.getUint8(from) === COMMENT) return false;
  for (let column = 0; column < roles.length; column++) {
    if (at > end) return false; // the line has fewer columns
    const role = roles[column];
    const columnFrom = at;
    if (role === ROLE.address) {
      while (view.getUint8(at) === SPACE) at++;
      at = readIpv4(view, at, delimiter);
      if (at < 0) return false;
      addresses[place++] = ipv4;
    } else {
      at = columnEnd(view, at, delimiters);
      if (role === ROLE.time) {
        timeFrom = columnFrom;
        timeTo = at;
      } else if (role === ROLE.laterTime) {
        if (!(compareText(view, timeFrom, timeTo, columnFrom, Math.min(at, end)) * order <= 0)) return false;
      } else if (role === ROLE.duration) {
        if (isNegative(view, columnFrom, end)) return false;
      }
    }
    at++;
  }
  return true;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  while (from < to && bytes[from] === SPACE) from++;
  return from === to;
}

function isNegative(view: DataView, from: number, to: number): boolean {
  while (from < to && view.getUint8(from) === SPACE) from++;
  return from < to && view.getUint8(from) === MINUS;
}
