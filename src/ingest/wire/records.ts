// Decodes every record of a batch, one by one: for `inspect`, and as the slow twin of the scan (scan.ts).
import type { Flow } from '../../core/flow.ts';
import { compileLayout, recordLength, type SetContext } from '../../wire/layout.ts';
import { decodeRecord, type SetFacts } from '../../wire/record.ts';
import { SET, type WireBatch } from '../batch.ts';
import { DESCRIPTOR_WORDS, type Slab } from '../slab.ts';

export interface WireRecord {
  /** None for a record without addresses; two for a biflow. */
  readonly flows: Flow[];
  readonly group: number;
  readonly context: SetContext;
  readonly templateId: number;
}

export function* wireRecords(slab: Slab, batch: WireBatch): Generator<WireRecord, void, void> {
  const layouts = batch.layouts.map(compileLayout);
  for (let number = 0; number < batch.setCount; number++) {
    const at = number * DESCRIPTOR_WORDS;
    const word = (name: keyof typeof SET): number => slab.descriptors[at + SET[name]] as number;
    const layout = layouts[word('layout')];
    const context = batch.contexts[word('context')];
    if (!layout || !context)
      throw new Error(`set ${number} of the batch names a layout or context that it lacks`);
    const facts: SetFacts = {
      context,
      exportMs: (word('exportSeconds') >>> 0) * 1_000 + word('exportMillis'),
      uptimeMs: word('uptimeMs') >>> 0,
      headerSampling: word('headerSampling'),
      templateId: word('templateId'),
    };
    const end = word('offset') + word('length');
    for (let offset = word('offset'); offset < end; ) {
      const length = recordLength(layout, slab.view, offset, end);
      if (length <= 0) break;
      const flows = decodeRecord(layout, slab.view, offset, offset + length, facts);
      yield { flows, group: word('group'), context, templateId: facts.templateId };
      offset += length;
    }
  }
}
