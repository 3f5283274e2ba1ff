// Scans NetFlow and IPFIX data sets: addresses are read where they lie in the slab and asked of the index; only a record
// with a listed address is decoded and judged. All others leave nothing but a count (L21).
import { TALLY } from '../../core/counters.ts';
import type { Findings } from '../../match/findings.ts';
import type { AddressIndex } from '../../match/index.ts';
import { Matcher } from '../../match/matcher.ts';
import type { Evaluation } from '../../match/messages.ts';
import { mayHold4 } from '../../match/prefilter.ts';
import {
  type AddressSlot,
  compileLayout,
  type Layout,
  type LayoutSpec,
  MAX_LAYOUT_FIELDS,
  type SetContext,
  walkRecord,
} from '../../wire/layout.ts';
import { decodeRecord } from '../../wire/record.ts';
import { SET, type WireBatch } from '../batch.ts';
import { DESCRIPTOR_WORDS, type Slab } from '../slab.ts';

/** Compiled layouts that a thread keeps; when there are more, all are forgotten and compiled anew. */
const MAX_CACHED_LAYOUTS = 4_096;

/** @param layouts what this thread has compiled, by `LayoutSpec.key`; filled and bounded here */
export function scanWire(
  slab: Slab,
  batch: WireBatch,
  index: AddressIndex,
  evaluation: Evaluation,
  layouts: Map<string, Layout>,
  findings: Findings,
): void {
  const scan = new WireScan(slab, batch, index, evaluation, findings);
  const plans = batch.layouts.map((spec) => planOf(compiledLayout(spec, layouts)));
  for (let set = 0; set < batch.setCount; set++) {
    const descriptor = set * DESCRIPTOR_WORDS;
    scan.set(plans[slab.descriptors[descriptor + SET.layout] as number] as Plan, descriptor);
  }
}

function compiledLayout(spec: LayoutSpec, layouts: Map<string, Layout>): Layout {
  let layout = layouts.get(spec.key);
  if (!layout) {
    if (layouts.size >= MAX_CACHED_LAYOUTS) layouts.clear();
    layout = compileLayout(spec);
    layouts.set(spec.key, layout);
  }
  return layout;
}

/** Where a layout's addresses lie in a record: two by two, as most templates have them; an odd one stands twice. */
interface Plan {
  readonly layout: Layout;
  readonly pairs4: readonly OffsetPair[];
  readonly pairs6: readonly OffsetPair[];
  /** Addresses behind a field of variable length. */
  readonly behind: readonly AddressSlot[];
}

type OffsetPair = readonly [one: number, other: number];

function planOf(layout: Layout): Plan {
  const behind = layout.slots.filter(({ offset }) => offset < 0);
  return { layout, pairs4: offsetPairs(layout, 4), pairs6: offsetPairs(layout, 6), behind };
}

function offsetPairs(layout: Layout, wanted: 4 | 6): OffsetPair[] {
  const slots = layout.slots.filter(({ family, offset }) => family === wanted && offset >= 0);
  return slots.flatMap(({ offset }, n) =>
    n % 2 === 0 ? [[offset, slots[n + 1]?.offset ?? offset] as const] : [],
  );
}

/** Of the record that was walked last; see `walkRecord`. */
const anchors = new Int32Array(MAX_LAYOUT_FIELDS + 1);

class WireScan {
  private readonly view: DataView;
  private readonly descriptors: Int32Array;
  private readonly contexts: readonly SetContext[];
  private readonly index: AddressIndex;
  private readonly matcher: Matcher;
  private readonly findings: Findings;

  // The set under the scan.
  private layout: Layout | null = null;
  private descriptor = 0;
  private end = 0;
  /** Its records with a listed address, in the order in which they were found. */
  private readonly met: number[] = [];

  constructor(slab: Slab, batch: WireBatch, index: AddressIndex, evaluation: Evaluation, findings: Findings) {
    this.view = slab.view;
    this.descriptors = slab.descriptors;
    this.contexts = batch.contexts;
    this.index = index;
    this.matcher = new Matcher(index, evaluation);
    this.findings = findings;
  }

  /** Scans the set of the descriptor that begins at `descriptor`. What is too short for a record, at its end, is padding. */
  set(plan: Plan, descriptor: number): void {
    const offset = this.descriptors[descriptor + SET.offset] as number;
    const length = this.descriptors[descriptor + SET.length] as number;
    this.layout = plan.layout;
    this.descriptor = descriptor;
    this.end = offset + length;
    const missed = this.scan(plan, offset, length);
    if (missed > 0) this.findings.count(this.group, TALLY.noHit, missed);
  }

  private get group(): number {
    return this.descriptors[this.descriptor + SET.group] as number;
  }

  /** Judges the records that met a listed address, and returns how many did not. */
  private scan(plan: Plan, offset: number, length: number): number {
    const { stride } = plan.layout;
    return stride > 0
      ? this.scanFixed(plan, offset, Math.floor(length / stride))
      : this.scanVariable(plan, offset);
  }

  /** Pair by pair over the whole set, which lies in the cache: a loop that knows its two addresses is the fastest. */
  private scanFixed({ layout, pairs4, pairs6 }: Plan, offset: number, count: number): number {
    const { met } = this;
    met.length = 0;
    for (const [one, other] of pairs4) this.scanPair4(offset + one, offset + other, layout.stride, count);
    for (const [one, other] of pairs6) this.scanPair6(offset + one, offset + other, layout.stride, count);
    if (met.length === 0) return count;
    const records = pairs4.length + pairs6.length === 1 ? met : [...new Set(met)].sort((a, b) => a - b);
    for (const record of records) this.judge(offset + record * layout.stride);
    return count - records.length;
  }

  private scanPair4(one: number, other: number, stride: number, count: number): void {
    const { view } = this;
    const { blocks4 } = this.index;
    for (let n = 0, at = 0; n < count; n++, at += stride) {
      const first = view.getInt32(one + at);
      const second = view.getInt32(other + at);
      if (!mayHold4(blocks4, first) && !mayHold4(blocks4, second)) continue;
      if (this.index.lists4(first) || this.index.lists4(second)) this.met.push(n);
    }
  }

  private scanPair6(one: number, other: number, stride: number, count: number): void {
    for (let n = 0, at = 0; n < count; n++, at += stride) {
      if (!this.mayList6(one + at) && !this.mayList6(other + at)) continue;
      if (this.isListed6(one + at) || this.isListed6(other + at)) this.met.push(n);
    }
  }

  private scanVariable({ layout, pairs4, pairs6, behind }: Plan, offset: number): number {
    const { view, end } = this;
    let missed = 0;
    let at = offset;
    for (;;) {
      const length = walkRecord(layout, view, at, end, anchors);
      if (length <= 0) break;
      if (this.anyListed4(pairs4, at) || this.anyListed6(pairs6, at) || this.anyBehind(behind))
        this.judge(at);
      else missed++;
      at += length;
    }
    // Long enough for a record, and yet none: a length within it reaches beyond the set.
    if (layout.minLength > 0 && end - at >= layout.minLength)
      this.findings.count(this.group, TALLY.undecodable, 1);
    return missed;
  }

  private anyListed4(pairs: readonly OffsetPair[], record: number): boolean {
    for (const [one, other] of pairs)
      if (this.isListed4(record + one) || this.isListed4(record + other)) return true;
    return false;
  }

  private anyListed6(pairs: readonly OffsetPair[], record: number): boolean {
    for (const [one, other] of pairs)
      if (this.isListed6(record + one) || this.isListed6(record + other)) return true;
    return false;
  }

  private anyBehind(slots: readonly AddressSlot[]): boolean {
    for (const { family, anchor, relative } of slots) {
      const at = (anchors[anchor] as number) + relative;
      if (family === 4 ? this.isListed4(at) : this.isListed6(at)) return true;
    }
    return false;
  }

  private isListed4(at: number): boolean {
    const address = this.view.getInt32(at);
    return this.index.mayList4(address) && this.index.lists4(address);
  }

  private mayList6(at: number): boolean {
    const { view } = this;
    return this.index.mayList6(
      view.getInt32(at),
      view.getInt32(at + 4),
      view.getInt32(at + 8),
      view.getInt32(at + 12),
    );
  }

  private isListed6(at: number): boolean {
    const { view, index } = this;
    const w0 = view.getInt32(at);
    const w1 = view.getInt32(at + 4);
    const w2 = view.getInt32(at + 8);
    const w3 = view.getInt32(at + 12);
    return index.mayList6(w0, w1, w2, w3) && index.lists6(w0, w1, w2, w3);
  }

  /** Decodes the record at `at` in full and judges it. */
  private judge(at: number): void {
    const { descriptors, descriptor } = this;
    const facts = {
      context: this.contexts[descriptors[descriptor + SET.context] as number] as SetContext,
      exportMs:
        ((descriptors[descriptor + SET.exportSeconds] as number) >>> 0) * 1000 +
        (descriptors[descriptor + SET.exportMillis] as number),
      uptimeMs: (descriptors[descriptor + SET.uptimeMs] as number) >>> 0,
      headerSampling: descriptors[descriptor + SET.headerSampling] as number,
      templateId: descriptors[descriptor + SET.templateId] as number,
    };
    const flows = decodeRecord(this.layout as Layout, this.view, at, this.end, facts);
    this.matcher.judge(flows, this.group, this.findings);
  }
}
