// One row of a table, column by column, into a flow. Rows that meet a listed address come here, rows that are quoted or
// odd, and everything in `inspect --records`.
import { formatIpv4, formatIpv6 } from '../../core/address.ts';
import type { AddressPair, Flow } from '../../core/flow.ts';
import { MAX_SWAP_MS } from '../../wire/time.ts';
import { readAddress } from './address.ts';
import { type CsvField, normalName } from './fields.ts';
import type { CsvPlan } from './plan.ts';
import { protocolNumber } from './protocols.ts';
import { readDuration, TimeReader } from './time.ts';

/** Why a row is no flow: the field and what its column should hold. The value itself is never told. */
export interface RowDamage {
  readonly field: CsvField;
  readonly expected: string;
}

export interface RowFlow {
  readonly flow: Flow;
  /** Canonical text; null = no column tells. */
  readonly exporter: string | null;
}

/** Order of start and end: in order, exchanged, or too far apart for that (damage). */
export type TimeOrder = 'ordered' | 'swapped' | 'damaged';

export function timeOrder(startMs: number, endMs: number): TimeOrder {
  if (!(endMs < startMs)) return 'ordered';
  return startMs - endMs <= MAX_SWAP_MS ? 'swapped' : 'damaged';
}

const PROTOCOL_ICMP = 1;
const PROTOCOL_TCP = 6;
const PROTOCOL_ICMPV6 = 58;
const NOTHING: ReadonlySet<string> = new Set(['', '-', '*', 'none', 'null', 'nan', 'n/a', '(empty)']);
/** Text of one cell is looked at so far; no value of a flow is longer. */
const MAX_CELL_BYTES = 128;

/** Thrown within this file only. */
class Damage extends Error {
  readonly damage: RowDamage;
  constructor(field: CsvField, expected: string) {
    super(field);
    this.damage = { field, expected };
  }
}

export class RowReader {
  readonly times: TimeReader;
  private readonly plan: CsvPlan;
  private readonly scratch = Buffer.alloc(MAX_CELL_BYTES);
  private readonly words = new Int32Array(4);
  private cells: readonly string[] = [];

  constructor(plan: CsvPlan) {
    this.plan = plan;
    this.times = new TimeReader(plan.timezone, plan.timeFormat);
  }

  /** The row as a flow, or what about it cannot be read. */
  read(cells: readonly string[]): RowFlow | RowDamage {
    this.cells = cells;
    try {
      return this.flow();
    } catch (error) {
      if (error instanceof Damage) return error.damage;
      throw error;
    }
  }

  /** Whether the row repeats the header line. */
  isHeader(cells: readonly string[]): boolean {
    const { header } = this.plan;
    return (
      header.length > 0 &&
      cells.length === header.length &&
      header.every((name, at) => normalName(cells[at] as string) === normalName(name))
    );
  }

  /** Fills `words` with the address in a field's column. Returns the family; 0 = none there; -1 = damage. */
  readAddressOf(cells: readonly string[], field: CsvField, words: Int32Array): -1 | 0 | 4 | 6 {
    const text = this.textOf(cells, field);
    if (text === undefined) return this.plan.columns[field] === undefined ? 0 : -1;
    if (NOTHING.has(text.toLowerCase())) return 0;
    if (text.length > MAX_CELL_BYTES) return -1;
    return readAddress(this.scratch, 0, this.scratch.write(text, 'latin1'), words) || -1;
  }

  /** Epoch ms of a field's time; NaN where it holds none, or there is no such column. */
  readTimeOf(cells: readonly string[], field: 'start' | 'end' | 'received'): number {
    const text = this.textOf(cells, field);
    if (text === undefined || text.length > MAX_CELL_BYTES) return Number.NaN;
    return this.times.read(this.scratch, 0, this.scratch.write(text, 'latin1'));
  }

  /** ms; 0 where no column tells, NaN where it holds no length of time. */
  readDurationOf(cells: readonly string[]): number {
    const seconds = this.textOf(cells, 'duration');
    if (seconds !== undefined && !NOTHING.has(seconds)) return readDuration(seconds);
    const text = this.textOf(cells, 'durationMs');
    if (text === undefined || NOTHING.has(text)) return 0;
    return /^-?\d{1,15}(\.\d*)?$/.test(text) ? Math.round(Number(text)) : Number.NaN;
  }

  private flow(): RowFlow {
    const protocol = this.protocol();
    const pair = this.mainPair(protocol);
    const times = this.flowTimes();
    const receivedMs = this.readTimeOf(this.cells, 'received');
    const flow: Flow = {
      ...pair,
      protocol,
      bytes: this.counter('bytes'),
      packets: this.counter('packets'),
      ...times,
      exportMs: receivedMs > 0 ? receivedMs : (times.endMs ?? this.plan.nowMs),
      tcpFlags: this.flags(protocol),
      sampling: this.counter('sampling') || null,
      alternates: this.translated(pair, protocol),
    };
    return { flow, exporter: this.address('exporter') };
  }

  private mainPair(protocol: number | null): AddressPair {
    const src = this.family('src', 'src6');
    const dst = this.family('dst', 'dst6');
    return { src, dst, srcPort: this.port('srcPort', protocol), dstPort: this.port('dstPort', protocol) };
  }

  /** The address of a side; of tables with a column per family, the one that is not empty or all zero. */
  private family(field: 'src' | 'dst', six: 'src6' | 'dst6'): string {
    const four = this.address(field);
    const other = this.plan.columns[six] === undefined ? null : this.address(six);
    const address = four === null || (four === '0.0.0.0' && other !== null && other !== '::') ? other : four;
    if (address === null) throw new Damage(field, 'an IPv4 or IPv6 address');
    return address;
  }

  private address(field: CsvField): string | null {
    const family = this.readAddressOf(this.cells, field, this.words);
    if (family === -1) {
      if (field === 'exporter') return null;
      throw new Damage(field, 'an IPv4 or IPv6 address');
    }
    return family === 0 ? null : formatWords(family, this.words);
  }

  /** Addresses after translation; a column of zeros says that nothing was translated. */
  private translated(pair: AddressPair, protocol: number | null): readonly AddressPair[] {
    const { columns } = this.plan;
    if (columns.natSrc === undefined && columns.natDst === undefined) return [];
    const src = nonZero(this.address('natSrc'));
    const dst = nonZero(this.address('natDst'));
    if (src === null && dst === null) return [];
    return [
      {
        src: src ?? pair.src,
        dst: dst ?? pair.dst,
        srcPort: this.port('natSrcPort', protocol) || pair.srcPort,
        dstPort: this.port('natDstPort', protocol) || pair.dstPort,
      },
    ];
  }

  private flowTimes(): Pick<Flow, 'startMs' | 'endMs' | 'timeSource' | 'swappedTimes'> {
    let startMs = this.time('start');
    let endMs = this.time('end');
    if (startMs === null && endMs === null) {
      if (!(this.readTimeOf(this.cells, 'received') > 0)) throw new Damage('start', 'a time');
      return { startMs: null, endMs: null, timeSource: 'export', swappedTimes: false };
    }
    if (startMs === null || endMs === null) {
      const durationMs = this.readDurationOf(this.cells);
      if (Number.isNaN(durationMs)) throw new Damage('duration', 'seconds or hh:mm:ss');
      startMs ??= (endMs as number) - durationMs;
      endMs ??= startMs + durationMs;
    }
    const order = timeOrder(startMs, endMs);
    if (order === 'damaged') throw new Damage('end', 'a time at most a day before the start');
    const swappedTimes = order === 'swapped';
    return {
      startMs: swappedTimes ? endMs : startMs,
      endMs: swappedTimes ? startMs : endMs,
      timeSource: 'absolute',
      swappedTimes,
    };
  }

  /** null = the table has no such column. */
  private time(field: 'start' | 'end'): number | null {
    if (this.plan.columns[field] === undefined) return null;
    const ms = this.readTimeOf(this.cells, field);
    if (Number.isNaN(ms)) throw new Damage(field, 'a time');
    return ms;
  }

  private protocol(): number | null {
    const text = this.cell('protocol');
    if (text === undefined || NOTHING.has(text.toLowerCase())) return null;
    if (!/^\d/.test(text)) return protocolNumber(text) ?? null;
    const number = /^\d{1,3}(\.0*)?$/.test(text) ? Number.parseInt(text, 10) : 256;
    if (number > 255) throw new Damage('protocol', 'a number of at most 255 or a name');
    return number;
  }

  /** Decimal, hexadecimal (Argus: 0x0800), or ICMP type and code as `8.0`: type × 256 + code, as NetFlow v5 has it. */
  private port(
    field: 'srcPort' | 'dstPort' | 'natSrcPort' | 'natDstPort',
    protocol: number | null,
  ): number | null {
    const text = this.cell(field);
    if (text === undefined || NOTHING.has(text.toLowerCase())) return null;
    const icmp = protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6;
    const parts = /^(\d{1,5})\.(\d{1,3})$/.exec(text);
    let port = Number.NaN;
    if (parts && icmp && Number(parts[2]) < 256) port = Number(parts[1]) * 256 + Number(parts[2]);
    else if (/^\d{1,5}(\.0)?$/.test(text)) port = Number(text);
    else if (/^0x[0-9a-f]{1,4}$/i.test(text)) port = Number.parseInt(text, 16);
    if (!(port <= 65_535)) throw new Damage(field, 'a port number, not a name');
    return port;
  }

  /** Digits, or what nfdump makes of large numbers: `1.2 M`, in steps of 1000. */
  private counter(field: 'bytes' | 'packets' | 'sampling'): number | null {
    const text = this.cell(field);
    if (text === undefined || NOTHING.has(text.toLowerCase())) return null;
    const parts = /^(\d{1,20}(?:\.\d*)?(?:e\+?\d{1,2})?)\s*([KMGT])?$/i.exec(text);
    if (!parts) throw new Damage(field, 'a number');
    const power = parts[2] ? 'KMGT'.indexOf(parts[2].toUpperCase()) + 1 : 0;
    return Math.round(Number(parts[1]) * 1000 ** power);
  }

  private flags(protocol: number | null): number | null {
    const text = this.cell('flags');
    if (text !== undefined && !NOTHING.has(text)) return readFlags(text);
    const state = this.cell('state');
    return state !== undefined && protocol === PROTOCOL_TCP ? readFlags(state) : null;
  }

  /** The field's text; undefined where the table has no such column. */
  private cell(field: CsvField): string | undefined {
    const text = this.textOf(this.cells, field);
    if (text === undefined && this.plan.columns[field] !== undefined)
      throw new Damage(field, 'a column: the row ends before it');
    return text;
  }

  private textOf(cells: readonly string[], field: CsvField): string | undefined {
    const column = this.plan.columns[field];
    return column === undefined ? undefined : cells[column]?.trim();
  }
}

const FLAG_LETTERS = 'FSRPAUEC';

/** Letters in any order (`...AP.S.`, `FS PA`, `SPA_FSPA`), a number, or hexadecimal; null = neither. */
export function readFlags(text: string): number | null {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  if (/^0x[0-9a-f]{1,4}$/i.test(text)) return Number.parseInt(text, 16);
  let flags = 0;
  for (const letter of text.toUpperCase().replace(/W/g, 'C')) {
    const bit = FLAG_LETTERS.indexOf(letter);
    if (bit >= 0) flags |= 1 << bit;
    else if (!'. _·-'.includes(letter)) return null;
  }
  return flags;
}

export function formatWords(family: 4 | 6, words: Int32Array): string {
  const [w0, w1, w2, w3] = words as unknown as [number, number, number, number];
  return family === 4 ? formatIpv4(w0) : formatIpv6(w0, w1, w2, w3);
}

function nonZero(address: string | null): string | null {
  return address === '0.0.0.0' || address === '::' ? null : address;
}
