// The index of listed addresses: built once from the authorised list into one piece of shared memory, then only read.
// Prefilters and interval trees by family, and behind each range its windows. It judges nothing: matcher.ts does.
import { IntervalTree, treeWords, type UnsortedRanges } from './interval-tree.ts';
import type { AuthorisedList, ListedRange } from './list.ts';
import type { IndexHandle } from './messages.ts';
import { BLOCKS4_WORDS, markBlocks4, mayHold4, Prefilter6, prefilter6Words } from './prefilter.ts';
import { WindowColumns, windowBytes } from './windows.ts';

/** The upper 96 bits of IPv4-mapped IPv6 addresses, ::ffff:0:0/96 (RFC 4291 § 2.5.5.2): 0, 0 and this. */
const MAPPED = 0xffff;

/** Words at the start of the memory: how large the parts behind them are. */
const HEADER = { ranges4: 0, ranges6: 1, windows: 2 } as const;
/** Of which one is spare: columns of 8 bytes follow. */
const HEADER_WORDS = 4;

/** The parts of the index's memory, in order; the same for whoever builds and whoever reads. */
class Parts {
  readonly header: Uint32Array;
  readonly windows: WindowColumns;
  /** Where each range's windows begin, by its number in the list; one more for the end. */
  readonly windowsFrom: Uint32Array;
  readonly tree4: IntervalTree;
  readonly tree6: IntervalTree;
  readonly blocks4: Int32Array;
  readonly prefilter6: Prefilter6;

  private constructor(memory: SharedArrayBuffer, ranges4: number, ranges6: number, windows: number) {
    const words = new Uint32Array(memory);
    this.header = words.subarray(0, HEADER_WORDS);
    this.windows = new WindowColumns(windows, memory, HEADER_WORDS * 4);
    let at = HEADER_WORDS + windowBytes(windows) / 4;
    this.windowsFrom = words.subarray(at, at + ranges4 + ranges6 + 1);
    at += ranges4 + ranges6 + 1;
    this.tree4 = new IntervalTree(1, ranges4, words, at);
    at += treeWords(1, ranges4);
    this.tree6 = new IntervalTree(4, ranges6, words, at);
    at += treeWords(4, ranges6);
    this.blocks4 = new Int32Array(memory, at * 4, BLOCKS4_WORDS);
    at += BLOCKS4_WORDS;
    this.prefilter6 = new Prefilter6(ranges6, new Int32Array(memory, at * 4, prefilter6Words(ranges6)));
  }

  static allocate(ranges4: number, ranges6: number, windows: number): Parts {
    const words =
      HEADER_WORDS +
      (ranges4 + ranges6 + 1) +
      treeWords(1, ranges4) +
      treeWords(4, ranges6) +
      BLOCKS4_WORDS +
      prefilter6Words(ranges6);
    const parts = new Parts(
      new SharedArrayBuffer(windowBytes(windows) + words * 4),
      ranges4,
      ranges6,
      windows,
    );
    parts.header[HEADER.ranges4] = ranges4;
    parts.header[HEADER.ranges6] = ranges6;
    parts.header[HEADER.windows] = windows;
    return parts;
  }

  static open(memory: SharedArrayBuffer): Parts {
    const [ranges4, ranges6, windows] = new Uint32Array(memory, 0, HEADER_WORDS) as unknown as [
      number,
      number,
      number,
    ];
    return new Parts(memory, ranges4, ranges6, windows);
  }
}

/** Builds the index of a list: ranges in any order, overlapping, nested and repeated as they come. */
export function buildIndex(list: AuthorisedList): IndexHandle {
  let ranges4 = 0;
  let windows = 0;
  for (const range of list.ranges) {
    if (isIpv4(range)) ranges4++;
    windows += range.windows.length;
  }
  const ranges6 = list.ranges.length - ranges4;
  const parts = Parts.allocate(ranges4, ranges6, windows);
  const unsorted4 = new Gathered(1, ranges4);
  const unsorted6 = new Gathered(4, ranges6);
  let window = 0;
  for (let n = 0; n < list.ranges.length; n++) {
    const range = list.ranges[n] as ListedRange;
    (isIpv4(range) ? unsorted4 : unsorted6).add(range, n);
    parts.windowsFrom[n] = window;
    for (const each of range.windows) parts.windows.set(window++, each);
  }
  parts.windowsFrom[list.ranges.length] = window;

  parts.tree4.fill(unsorted4);
  parts.tree6.fill(unsorted6);
  markBlocks4(parts.blocks4, parts.tree4);
  parts.prefilter6.mark(parts.tree6);
  const { generation, operatorSets, bases } = list;
  return { generation, buffer: parts.header.buffer as SharedArrayBuffer, operatorSets, bases };
}

/** An IPv4-mapped range is an IPv4 range. A wider IPv6 range that reaches over ::ffff:0:0/96 lists no IPv4 address. */
function isIpv4(range: ListedRange): boolean {
  return range.family === 4 || (isMapped(range.first) && isMapped(range.last));
}

function isMapped(words: readonly number[]): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
}

/** Ranges of one family, gathered in the list's order. */
class Gathered implements UnsortedRanges {
  readonly words: 1 | 4;
  readonly entries: Uint32Array;
  readonly numbers: Uint32Array;
  private count = 0;

  constructor(words: 1 | 4, count: number) {
    this.words = words;
    this.entries = new Uint32Array(count * words * 2);
    this.numbers = new Uint32Array(count);
  }

  add(range: ListedRange, number: number): void {
    const { words, entries } = this;
    const at = this.count * words * 2;
    const skipped = range.first.length - words; // 3 in an IPv4-mapped range
    for (let word = 0; word < words; word++) {
      entries[at + word] = range.first[skipped + word] as number;
      entries[at + words + word] = range.last[skipped + word] as number;
    }
    this.numbers[this.count++] = number;
  }
}

/** An index as a thread reads it. Words of addresses may be signed or unsigned. */
export class AddressIndex {
  readonly generation: number;
  readonly operatorSets: readonly (readonly string[])[];
  readonly bases: readonly string[];
  readonly windows: WindowColumns;
  /** For loops that ask `mayHold4` (prefilter.ts) themselves: kept in a local, it answers nearly twice as fast. */
  readonly blocks4: Int32Array;
  private readonly windowsFrom: Uint32Array;
  private readonly tree4: IntervalTree;
  private readonly tree6: IntervalTree;
  private readonly prefilter6: Prefilter6;
  private readonly ranges: number[] = [];

  private constructor(handle: IndexHandle, parts: Parts) {
    this.generation = handle.generation;
    this.operatorSets = handle.operatorSets;
    this.bases = handle.bases;
    this.windows = parts.windows;
    this.windowsFrom = parts.windowsFrom;
    this.tree4 = parts.tree4;
    this.tree6 = parts.tree6;
    this.blocks4 = parts.blocks4;
    this.prefilter6 = parts.prefilter6;
  }

  /** Views of the handle's memory; nothing is copied. */
  static open(handle: IndexHandle): AddressIndex {
    return new AddressIndex(handle, Parts.open(handle.buffer));
  }

  /** False = certainly not listed. */
  mayList4(address: number): boolean {
    return mayHold4(this.blocks4, address);
  }

  /** False = certainly not listed. An IPv4-mapped address is asked for as IPv4. */
  mayList6(w0: number, w1: number, w2: number, w3: number): boolean {
    if ((w0 | w1) === 0 && w2 === MAPPED) return mayHold4(this.blocks4, w3);
    return this.prefilter6.mayHold(w0, w1, w2, w3);
  }

  /** Whether some range holds the address. */
  lists4(address: number): boolean {
    return this.tree4.holds4(address);
  }

  lists6(w0: number, w1: number, w2: number, w3: number): boolean {
    if ((w0 | w1) === 0 && w2 === MAPPED) return this.tree4.holds4(w3);
    return this.tree6.holds6(w0, w1, w2, w3);
  }

  /** Sets `found` to the places in `windows` of all windows of all ranges that hold the address (1 or 4 unsigned words). */
  windowsOf(family: 4 | 6, address: Uint32Array, found: number[]): void {
    const { ranges } = this;
    ranges.length = 0;
    found.length = 0;
    (family === 4 ? this.tree4 : this.tree6).collect(address, ranges);
    for (const range of ranges) {
      const until = this.windowsFrom[range + 1] as number;
      for (let window = this.windowsFrom[range] as number; window < until; window++) found.push(window);
    }
  }
}
