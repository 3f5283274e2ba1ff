// What the decoder says of one message, and hands on of its data sets. Both objects are reused from message
// to message.
import type { LayoutSpec, SetContext } from './layout.ts';

/** One reused object: valid until the sink returns. */
export interface DataSet {
  /** The caller's array, or the decoder's own copy for data that waited for its template. */
  bytes: Uint8Array;
  /** The set's records, without the set's header; padding may follow the last. */
  offset: number;
  length: number;
  layout: LayoutSpec;
  templateId: number;
  /** The same object as long as nothing in it changed. */
  context: SetContext;
  /** Epoch ms of the export, as the message's header has it. */
  exportMs: number;
  /** The exporter's uptime in the header; 0 for IPFIX. */
  uptimeMs: number;
  /** Sampling rate in the header (v5); 0 = none. */
  headerSampling: number;
}

export interface DataSetSink {
  dataSet(set: DataSet): void;
}

/** Valid until the next `decode`. */
export interface DecodeOutcome {
  /**
   * `malformed`: some of the message, or all, was not taken, and `problem` says why; `unsupported`: of no
   * known version.
   */
  status: 'ok' | 'malformed' | 'unsupported';
  /** In words; never an address. */
  problem: string | null;
  /** Data sets handed to the sink, those that had waited included. */
  sets: number;
  /** Sets (or the whole message: 1) that cannot be decoded and never will be. */
  undecodable: number;
  /** Data sets put aside until their template comes. */
  early: number;
  /** Data sets forgotten meanwhile, of whichever exporter: too old, or no room. */
  earlyDropped: number;
  /** Data sets that had waited and could be decoded now. */
  earlyReleased: number;
  /**
   * Flows (v5, v7), messages (v9) or records (IPFIX) missing before this message; messages that come late
   * are not given back.
   */
  sequenceLost: number;
  /** The count of what the message held, or its distance from the last, cannot be known. */
  sequenceIndeterminate: boolean;
  version: number;
  domain: number;
  /** Epoch ms of the export, as the header has it; 0 = no header could be read. */
  exportMs: number;
}

export function emptyOutcome(): DecodeOutcome {
  return {
    status: 'ok',
    problem: null,
    sets: 0,
    undecodable: 0,
    early: 0,
    earlyDropped: 0,
    earlyReleased: 0,
    sequenceLost: 0,
    sequenceIndeterminate: false,
    version: 0,
    domain: 0,
    exportMs: 0,
  };
}

export function clearOutcome(outcome: DecodeOutcome): void {
  outcome.status = 'ok';
  outcome.problem = null;
  outcome.sets = 0;
  outcome.undecodable = 0;
  outcome.early = 0;
  outcome.earlyDropped = 0;
  outcome.earlyReleased = 0;
  outcome.sequenceLost = 0;
  outcome.sequenceIndeterminate = false;
  outcome.version = 0;
  outcome.domain = 0;
  outcome.exportMs = 0;
}

/** The first problem of a message is the one it is known by. */
export function malformed(outcome: DecodeOutcome, problem: string): void {
  if (outcome.status !== 'ok') return;
  outcome.status = 'malformed';
  outcome.problem = problem;
}
