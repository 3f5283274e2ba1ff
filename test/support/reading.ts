// Reads whole inputs in tests: from memory, through slabs of any size, to every record and all that was counted.
import type { Flow } from '../../src/core/flow.ts';
import type { BatchReader, Group, ReaderOptions, ResumePoint } from '../../src/ingest/batch.ts';
import type { ByteSource } from '../../src/ingest/byte-source.ts';
import { Slab } from '../../src/ingest/slab.ts';
import { wireRecords } from '../../src/ingest/wire/records.ts';
import type { Problem } from '../../src/match/messages.ts';

/** Bytes as a source; `step` bytes at a time, as a pipe may give them. */
export function sourceOf(bytes: Uint8Array, step = Number.POSITIVE_INFINITY): ByteSource {
  let at = 0;
  return {
    name: 'memory',
    totalBytes: bytes.length,
    get consumedBytes() {
      return at;
    },
    read(into) {
      const piece = bytes.subarray(at, at + Math.min(into.length, step));
      into.set(piece);
      at += piece.length;
      return step === Number.POSITIVE_INFINITY ? piece.length : Promise.resolve(piece.length);
    },
    async close() {},
  };
}

interface ReadRecord {
  readonly exporter: string | null;
  readonly minuteMs: number;
  readonly domain: number;
  readonly flows: readonly Flow[];
}

export type Counts = Pick<Group, 'datagrams' | 'undecodable' | 'early' | 'earlyDropped' | 'sequenceLost'>;

export interface Reading {
  readonly records: ReadRecord[];
  /** All groups added up. */
  readonly counts: Counts;
  readonly groups: Group[];
  readonly problems: Problem[];
  readonly batches: number;
  /** Where a reading could be taken up after each batch, with what had been read and counted until then. */
  readonly checkpoints: { readonly point: ResumePoint; readonly records: number; readonly counts: Counts }[];
}

export type Open = (source: ByteSource, head: Uint8Array, options: ReaderOptions) => BatchReader;

export interface ReadingOptions {
  readonly slabBytes?: number;
  readonly maxSets?: number;
  /** Bytes that a read of the source gives. */
  readonly step?: number;
  readonly resume?: ResumePoint;
}

export const NOW_MS = Date.UTC(2026, 10, 1, 12);

export async function readAll(open: Open, bytes: Uint8Array, options: ReadingOptions = {}): Promise<Reading> {
  const problems: Problem[] = [];
  const head = bytes.slice(0, 16);
  const reader = open(sourceOf(bytes.subarray(head.length), options.step), head, {
    nowMs: NOW_MS,
    onProblem: (problem) => problems.push(problem),
    ...(options.resume ? { resume: options.resume } : {}),
  });
  const slab = Slab.allocate(0, options.slabBytes ?? 1 << 20, options.maxSets ?? 4_096);
  const records: ReadRecord[] = [];
  const groups: Group[] = [];
  const checkpoints: Reading['checkpoints'] = [];
  const counts = { datagrams: 0, undecodable: 0, early: 0, earlyDropped: 0, sequenceLost: 0 };
  for (let filled = await reader.fill(slab); filled; filled = await reader.fill(slab)) {
    if (filled.batch.kind !== 'wire') throw new Error('not a batch of data sets');
    for (const { flows, group, context } of wireRecords(slab, filled.batch)) {
      const of = filled.groups[group] as Group;
      records.push({ exporter: of.exporter, minuteMs: of.fromMs, domain: context.domain, flows });
    }
    for (const group of filled.groups) {
      groups.push({ ...group });
      for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += group[name];
    }
    const { position, state } = filled;
    const point = state === undefined ? { position } : { position, state };
    checkpoints.push({ point, records: records.length, counts: { ...counts } });
    // What a slab held must not be needed once it is given back.
    slab.bytes.fill(0xee);
  }
  await reader.close();
  return { records, counts, groups, problems, batches: checkpoints.length, checkpoints };
}

/** What is left of `counts` after `done`. */
export function countsAfter(counts: Counts, done: Counts): Counts {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, count - done[name as keyof Counts]]),
  ) as unknown as Counts;
}

/** `source>destination` of every flow. */
export function pairsOf(reading: Reading): string[] {
  return reading.records.flatMap((record) => record.flows.map((flow) => `${flow.src}>${flow.dst}`));
}
