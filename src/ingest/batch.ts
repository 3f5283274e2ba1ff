// A batch: one slab's worth of input with what a worker needs to read it. Readers make batches; scanners consume them.
import { noObservations, type Observations } from '../core/counters.ts';
import type { Problem, ScanResult } from '../match/messages.ts';
import type { LayoutSpec, SetContext } from '../wire/layout.ts';
import type { CsvPlan } from './csv/plan.ts';
import type { NfcapdPlan } from './nfcapd/plan.ts';
import type { Slab } from './slab.ts';

/** NetFlow and IPFIX data sets: slab.descriptors holds `setCount` descriptors (SET words). */
export interface WireBatch {
  readonly kind: 'wire';
  readonly setCount: number;
  readonly layouts: readonly LayoutSpec[];
  readonly contexts: readonly SetContext[];
}

/** nfcapd blocks, still compressed: slab.descriptors holds `blockCount` descriptors (nfcapd/plan.ts). */
export interface NfcapdBatch {
  readonly kind: 'nfcapd';
  readonly blockCount: number;
  readonly plan: NfcapdPlan;
}

/** Whole lines of delimited text in slab.bytes[0, length). */
export interface CsvBatch {
  readonly kind: 'csv';
  readonly length: number;
  /** Number of the first line in the file, from 1. */
  readonly firstLine: number;
  readonly plan: CsvPlan;
}

export type Batch = WireBatch | NfcapdBatch | CsvBatch;

/** The words of a data set's descriptor. */
export const SET = {
  layout: 0,
  offset: 1,
  length: 2,
  context: 3,
  group: 4,
  exportSeconds: 5,
  exportMillis: 6,
  uptimeMs: 7,
  /** Sampling rate from the message header (v5); 0 = none. */
  headerSampling: 8,
  templateId: 9,
} as const;

/** What a batch is accounted under in the ledger, with what its reader counted. */
export interface Group {
  /** The exporter's address as text; `null` where the input does not tell. */
  readonly exporter: string | null;
  /** The interval of reception, epoch ms, half open: the minute for captures, the file's slot for nfcapd. */
  readonly fromMs: number;
  readonly toMs: number;
  datagrams: number;
  /** Messages, sets, blocks or rows that could not be decoded. */
  undecodable: number;
  /** Data sets that waited for their template. */
  early: number;
  /** Data sets whose template never came, or for which no room was left. */
  earlyDropped: number;
  /** Flows or packets missing by the exporters' sequence numbers. */
  sequenceLost: number;
  /** Messages of which it cannot be known whether something is missing before or in them. */
  sequenceIndeterminate?: number;
  /** Of live reception only; see RECEPTION_COLUMNS. */
  kernelDropped?: number;
  slabDropped?: number;
  refused?: number;
  notTaken?: number;
  /** What the messages say of their exporter. */
  readonly observed?: Observations;
}

/** A group of nothing yet. */
export function newGroup(exporter: string | null, fromMs: number, toMs: number): Group {
  return { exporter, fromMs, toMs, datagrams: 0, undecodable: 0, early: 0, earlyDropped: 0, sequenceLost: 0 };
}

/**
 * As `newGroup`, of messages received. One literal: a spread object costs fifty times as much, and with many exporters
 * nearly every message is the first of its group.
 */
export function newReceivedGroup(exporter: string | null, fromMs: number, toMs: number): Group {
  return {
    exporter,
    fromMs,
    toMs,
    datagrams: 0,
    undecodable: 0,
    early: 0,
    earlyDropped: 0,
    sequenceLost: 0,
    sequenceIndeterminate: 0,
    observed: noObservations(),
  };
}

/** A batch in a slab, with what stays in the main thread. */
export interface Filled {
  readonly batch: Batch;
  readonly groups: readonly Group[];
  /** Where the next batch begins: a byte offset in the decompressed input. A replay resumes here. */
  readonly position: number;
  /** Reader state that cannot be had by walking again; JSON. Kept with the checkpoint. */
  readonly state?: string;
  /**
   * Called in the input's order with the batch's result: resolves groups that only the records tell (nfcapd exporters).
   * Absent = `tally[0]` is the place in `groups`.
   */
  readonly settle?: (result: ScanResult) => { groups: readonly Group[]; result: ScanResult };
}

export interface ResumePoint {
  readonly position: number;
  readonly state?: string;
}

/** Reads one input of one format. Not re-entrant; the slab is the caller's again when `fill` resolves. */
export interface BatchReader {
  /** Fills a slab with the next batch, or says that the input has ended. What is damaged is reported and passed over. */
  fill(slab: Slab): Promise<Filled | null>;
  close(): Promise<void>;
}

/** What a reader is opened with. */
export interface ReaderOptions {
  readonly onProblem: (problem: Problem) => void;
  /** Resume here: what lies before is walked for its templates and exporters only, and counted nowhere. */
  readonly resume?: ResumePoint;
  /** Epoch ms that stand in where the input has no instant of reception. */
  readonly nowMs: number;
}
