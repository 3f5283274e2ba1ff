// The message under work, and what becomes of its data sets: options data is read, flow data goes to the
// sink unread.
import type { Exporter, Template } from './exporter.ts';
import type { ExporterTable } from './exporter-table.ts';
import { recordLength } from './layout.ts';
import { readOptions } from './options.ts';
import type { DataSet, DataSetSink, DecodeOutcome } from './outcome.ts';

/** One reused object. */
export interface Work {
  readonly table: ExporterTable;
  readonly outcome: DecodeOutcome;
  readonly set: DataSet;
  exporter: Exporter;
  sink: DataSetSink;
  bytes: Uint8Array;
  view: DataView;
  exportMs: number;
  uptimeMs: number;
}

/** Hands on, or reads, the records at [offset, end) of the work's bytes. */
export function emitSet(work: Work, template: Template, offset: number, end: number): void {
  const { layout } = template.shared;
  if (layout.minLength === 0 || end - offset < layout.minLength) {
    work.outcome.undecodable += 1;
    return;
  }
  if (template.isOptions) {
    readOptions(work, template, offset, end);
    return;
  }
  const { set } = work;
  set.bytes = work.bytes;
  set.offset = offset;
  set.length = end - offset;
  set.layout = template.shared.spec;
  set.templateId = template.id;
  set.context = template.domain.context;
  set.exportMs = work.exportMs;
  set.uptimeMs = work.uptimeMs;
  set.headerSampling = 0;
  work.outcome.sets += 1;
  work.sink.dataSet(set);
}

/** Records in the set, as an IPFIX sequence number counts them. */
export function countRecords(template: Template, view: DataView, offset: number, end: number): number {
  const { layout } = template.shared;
  if (layout.minLength === 0) return 0;
  if (layout.stride > 0) return Math.floor((end - offset) / layout.stride);
  let count = 0;
  for (let at = offset; ; count++) {
    const length = recordLength(layout, view, at, end);
    if (length <= 0) return count;
    at += length;
  }
}
