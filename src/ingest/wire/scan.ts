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

/** Where a layout's addresses lie in a record. */
interface Plan {
  readonly layout: Layout;
  readonly offsets4: readonly number[];
  readonly offsets6: readonly number[];
  /** Addresses behind a field of variable length. */
  readonly behind: readonly AddressSlot[];
}

function planOf(layout: Layout): Plan {
  const offsets = (wanted: 4 | 6): number[] =>
    layout.slots.filter(({ family, offset }) => family === wanted && offset >= 0).map(({ offset }) => offset);
  const behind = layout.slots.filter(({ offset }) => offset < 0);
  return { layout, offsets4: offsets(4), offsets6: offsets(6), behind };
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
    const { stride, slots } = plan.layout;
    if (stride === 0) return this.scanVariable(plan, offset);
    const count = Math.floor(length / stride);
    if (slots.length === 0) return count;
    const [one, other, more] = plan.offsets4;
    const isPair =
      one !== undefined && other !== undefined && more === undefined && plan.offsets6.length === 0;
    return isPair ? this.scanPairs4(stride, offset, count, one, other) : this.scanFixed(plan, offset, count);
  }

  /** The common case of `scanFixed`: one IPv4 source and one destination, nothing else. */
  private scanPairs4(stride: number, offset: number, count: number, one: number, other: number): number {
    const { view } = this;
    const { blocks4 } = this.index;
    let missed = count;
    for (let n = 0, at = offset; n < count; n++, at += stride) {
      const first = view.getInt32(at + one);
      const second = view.getInt32(at + other);
      if (!mayHold4(blocks4, first) && !mayHold4(blocks4, second)) continue;
      if (this.index.lists4(first) || this.index.lists4(second)) {
        this.judge(at);
        missed--;
      }
    }
    return missed;
  }

  private scanFixed(plan: Plan, offset: number, count: number): number {
    const { offsets4, offsets6 } = plan;
    const { stride } = plan.layout;
    let missed = count;
    for (let n = 0, at = offset; n < count; n++, at += stride) {
      if (this.anyListed4(offsets4, at) || this.anyListed6(offsets6, at)) {
        this.judge(at);
        missed--;
      }
    }
    return missed;
  }

  private scanVariable(plan: Plan, offset: number): number {
    const { layout, offsets4, offsets6, behind } = plan;
    const { view, end } = this;
    let missed = 0;
    let at = offset;
    for (let length = 1; length > 0; at += length) {
      length = walkRecord(layout, view, at, end, anchors);
      if (length <= 0) break;
      if (this.anyListed4(offsets4, at) || this.anyListed6(offsets6, at) || this.anyBehind(behind))
        this.judge(at);
      else missed++;
    }
    // Long enough for a record, and yet none: a length within it reaches beyond the set.
    if (layout.minLength > 0 && end - at >= layout.minLength)
      this.findings.count(this.group, TALLY.undecodable, 1);
    return missed;
  }

  private anyListed4(offsets: readonly number[], record: number): boolean {
    const { view, index } = this;
    const { blocks4 } = index;
    for (let n = 0; n < offsets.length; n++) {
      const address = view.getInt32(record + (offsets[n] as number));
      if (mayHold4(blocks4, address) && index.lists4(address)) return true;
    }
    return false;
  }

  private anyListed6(offsets: readonly number[], record: number): boolean {
    const { view, index } = this;
    for (let n = 0; n < offsets.length; n++) {
      const at = record + (offsets[n] as number);
      const w0 = view.getInt32(at);
      const w1 = view.getInt32(at + 4);
      const w2 = view.getInt32(at + 8);
      const w3 = view.getInt32(at + 12);
      if (index.mayList6(w0, w1, w2, w3) && index.lists6(w0, w1, w2, w3)) return true;
    }
    return false;
  }

  private anyBehind(slots: readonly AddressSlot[]): boolean {
    return slots.some(({ family, anchor, relative }) => {
      const offset = [(anchors[anchor] as number) + relative];
      return family === 4 ? this.anyListed4(offset, 0) : this.anyListed6(offset, 0);
    });
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
