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

/** @param layouts what this thread has compiled, by `LayoutSpec.key`; kept and bounded here */
export function scanWire(
  slab: Slab,
  batch: WireBatch,
  index: AddressIndex,
  evaluation: Evaluation,
  layouts: Map<string, Layout>,
  findings: Findings,
): void {
  const scan = new WireScan(slab, batch, index, evaluation, findings);
  const compiled = batch.layouts.map((spec) => compiledLayout(spec, layouts));
  for (let set = 0; set < batch.setCount; set++) {
    const at = set * DESCRIPTOR_WORDS;
    scan.set(compiled[slab.descriptors[at + SET.layout] as number] as Layout, at);
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

const anchors = new Int32Array(MAX_LAYOUT_FIELDS + 1);

class WireScan {
  private readonly view: DataView;
  private readonly descriptors: Int32Array;
  private readonly contexts: readonly SetContext[];
  private readonly index: AddressIndex;
  private readonly matcher: Matcher;
  private readonly findings: Findings;

  // The set under the scan: its descriptor's place, its layout, and where it ends.
  private descriptor = 0;
  private layout: Layout | null = null;
  private end = 0;

  constructor(slab: Slab, batch: WireBatch, index: AddressIndex, evaluation: Evaluation, findings: Findings) {
    this.view = slab.view;
    this.descriptors = slab.descriptors;
    this.contexts = batch.contexts;
    this.index = index;
    this.matcher = new Matcher(index, evaluation);
    this.findings = findings;
  }

  /** Scans the set whose descriptor begins at `descriptor`. What is left at its end, too short for a record, is padding. */
  set(layout: Layout, descriptor: number): void {
    const offset = this.descriptors[descriptor + SET.offset] as number;
    const length = this.descriptors[descriptor + SET.length] as number;
    this.descriptor = descriptor;
    this.layout = layout;
    this.end = offset + length;
    const missed =
      layout.stride > 0
        ? this.scanFixed(layout, offset, Math.floor(length / layout.stride))
        : this.scanVariable(layout, offset);
    if (missed > 0) this.findings.count(this.group, TALLY.noHit, missed);
  }

  private get group(): number {
    return this.descriptors[this.descriptor + SET.group] as number;
  }

  /** Each scan returns how many records met nothing; those that met a range have been judged and counted. */
  private scanFixed(layout: Layout, offset: number, count: number): number {
    const { slots } = layout;
    if (slots.length === 0) return count;
    const [one, other] = slots as readonly [AddressSlot, AddressSlot];
    if (slots.length === 2 && one.family === 4 && other.family === 4) {
      return this.scanPairs4(layout.stride, offset + one.offset, offset + other.offset, offset, count);
    }
    if (slots.length === 2 && one.family === 6 && other.family === 6) {
      return this.scanPairs6(layout.stride, offset + one.offset, offset + other.offset, offset, count);
    }
    let missed = 0;
    for (let n = 0, at = offset; n < count; n++, at += layout.stride) {
      if (this.anyListed(slots, at)) this.judge(at);
      else missed++;
    }
    return missed;
  }

  private scanPairs4(stride: number, one: number, other: number, record: number, count: number): number {
    const { view, index } = this;
    const { blocks4 } = index;
    let missed = count;
    for (let n = 0, at = 0; n < count; n++, at += stride) {
      const first = view.getInt32(one + at);
      const second = view.getInt32(other + at);
      if (
        (mayHold4(blocks4, first) && index.lists4(first)) ||
        (mayHold4(blocks4, second) && index.lists4(second))
      ) {
        this.judge(record + at);
        missed--;
      }
    }
    return missed;
  }

  private scanPairs6(stride: number, one: number, other: number, record: number, count: number): number {
    let missed = count;
    for (let n = 0, at = 0; n < count; n++, at += stride) {
      if (this.isListed6(one + at) || this.isListed6(other + at)) {
        this.judge(record + at);
        missed--;
      }
    }
    return missed;
  }

  private scanVariable(layout: Layout, offset: number): number {
    const { view, end } = this;
    let missed = 0;
    let at = offset;
    for (;;) {
      const length = walkRecord(layout, view, at, end, anchors);
      if (length <= 0) break;
      if (this.anyListed(layout.slots, at)) this.judge(at);
      else missed++;
      at += length;
    }
    if (layout.minLength > 0 && end - at >= layout.minLength)
      this.findings.count(this.group, TALLY.undecodable, 1);
    return missed;
  }

  private anyListed(slots: readonly AddressSlot[], record: number): boolean {
    for (const { offset, anchor, relative, family } of slots) {
      const at = offset < 0 ? (anchors[anchor] as number) + relative : record + offset;
      if (family === 4 ? this.isListed4(at) : this.isListed6(at)) return true;
    }
    return false;
  }

  private isListed4(at: number): boolean {
    const address = this.view.getInt32(at);
    return this.index.mayList4(address) && this.index.lists4(address);
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
    const word = (name: keyof typeof SET): number => descriptors[descriptor + SET[name]] as number;
    const facts = {
      context: this.contexts[word('context')] as SetContext,
      exportMs: (word('exportSeconds') >>> 0) * 1000 + word('exportMillis'),
      uptimeMs: word('uptimeMs') >>> 0,
      headerSampling: word('headerSampling'),
      templateId: word('templateId'),
    };
    const flows = decodeRecord(this.layout as Layout, this.view, at, this.end, facts);
    this.matcher.judge(flows, this.group, this.findings);
  }
}
