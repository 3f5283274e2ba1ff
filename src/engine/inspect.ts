// Decodes a whole input, record by record, through the readers that a replay uses: for `inspect`, and as the slow twin.
import type { Filled } from '../ingest/batch.ts';
import { csvRecords } from '../ingest/csv/records.ts';
import { openInput } from '../ingest/formats.ts';
import { Exporters } from '../ingest/nfcapd/exporters.ts';
import { nfcapdRecords } from '../ingest/nfcapd/records.ts';
import { ProblemLog } from '../ingest/problem-log.ts';
import { Slab } from '../ingest/slab.ts';
import { wireRecords } from '../ingest/wire/records.ts';
import type { Problem } from '../match/messages.ts';
import { type InspectedRecord, Inspection, type InspectionSummary } from './inspection.ts';

export interface InspectOptions {
  readonly format: string;
  readonly columns?: string;
  readonly onRecord?: (record: InspectedRecord) => void;
  readonly onProblem: (problem: Problem) => void;
  /** Awaited between batches: lets the output drain. */
  readonly pause?: () => Promise<void> | undefined;
}

const SLAB_BYTES = 8 * 1024 * 1024;
const MAX_DESCRIPTORS = 32_768;

/** @throws FlowSieveError INPUT_UNREADABLE, USAGE (unknown format or mapping) */
export async function inspectInput(
  input: string,
  options: InspectOptions,
): Promise<{ format: string } & InspectionSummary> {
  const reader = await openInput(input, options);
  const inspection = new Inspection();
  const exporters = new Exporters();
  const problems = new ProblemLog(options.onProblem);
  const slab = Slab.allocate(0, SLAB_BYTES, MAX_DESCRIPTORS);
  try {
    for (;;) {
      const filled = await reader.fill(slab);
      if (!filled) break;
      for (const group of filled.groups) inspection.group(group);
      for await (const record of recordsOf(slab, filled, exporters)) {
        if ('problem' in record) {
          inspection.undecodable();
          problems.add(record.problem, null);
        } else {
          inspection.record(record);
          options.onRecord?.(record);
        }
      }
      await options.pause?.();
    }
  } finally {
    await reader.close();
  }
  problems.close();
  return { format: reader.format, ...inspection.summary() };
}

async function* recordsOf(
  slab: Slab,
  { batch, groups }: Filled,
  exporters: Exporters,
): AsyncGenerator<InspectedRecord | { readonly problem: string }> {
  switch (batch.kind) {
    case 'wire':
      for (const { flows, group, context, templateId } of wireRecords(slab, batch)) {
        yield { exporter: groups[group]?.exporter ?? null, context, template: templateId, flows };
      }
      break;
    case 'nfcapd':
      for (const { flows, exporter } of nfcapdRecords(slab, batch, exporters)) {
        yield { exporter, context: null, template: null, flows };
      }
      break;
    case 'csv':
      for await (const { flows, exporter, line, problem } of csvRecords(slab, batch)) {
        if (problem !== null) yield { problem: `${batch.plan.unit} ${line}: ${problem}` };
        else yield { exporter, context: null, template: null, flows };
      }
  }
}
