// The match worker's entry: one batch in, what was found out. It keeps nothing of a batch but its compiled layouts.
import { workerData } from 'node:worker_threads';
import type { ScanTask } from '../src/engine/task.ts';
import { Slab } from '../src/ingest/slab.ts';
import { scanWire } from '../src/ingest/wire/scan.ts';
import { Findings } from '../src/match/findings.ts';
import { AddressIndex } from '../src/match/index.ts';
import type { ScanResult } from '../src/match/messages.ts';
import type { WorkerSetup } from '../src/match/pool.ts';
import type { Layout } from '../src/wire/layout.ts';

const setup = workerData as WorkerSetup;
const slabs = setup.slabs.map((buffer, number) => new Slab(number, buffer, setup.maxDescriptors));
const layouts = new Map<string, Layout>();
let index: AddressIndex | null = null;

export default async function scan(task: ScanTask): Promise<ScanResult> {
  const slab = slabs[task.slab];
  if (!slab) throw new Error(`no slab ${task.slab}`);
  if (index?.generation !== task.index.generation) index = AddressIndex.open(task.index);
  const findings = new Findings();
  const { batch, evaluation } = task;
  switch (batch.kind) {
    case 'wire':
      scanWire(slab, batch, index, evaluation, layouts, findings);
      break;
    case 'nfcapd': {
      const { scanNfcapd } = await import('../src/ingest/nfcapd/scan.ts');
      scanNfcapd(slab, batch, index, evaluation, findings);
      break;
    }
    case 'csv': {
      const { scanCsv } = await import('../src/ingest/csv/scan.ts');
      await scanCsv(slab, batch, index, evaluation, findings);
      break;
    }
  }
  return findings.toResult(index.generation);
}
