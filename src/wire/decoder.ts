// The decoder: walks headers, sets and templates of NetFlow and IPFIX messages and hands their data sets
// on, unread. It knows no file, clock, socket or log, and no input makes it throw or grow beyond its
// limits.
import { dropAgedSets } from './early.ts';
import { Exporter, type Transport } from './exporter.ts';
import { ExporterTable } from './exporter-table.ts';
import { decodeFixed } from './fixed-format.ts';
import { decodeIpfix } from './ipfix.ts';
import { LayoutTable } from './layout-table.ts';
import { type DecoderLimits, decoderLimits } from './limits.ts';
import { NETFLOW1 } from './netflow1.ts';
import { NETFLOW5 } from './netflow5.ts';
import { NETFLOW7 } from './netflow7.ts';
import { decodeNetflow9 } from './netflow9.ts';
import { clearOutcome, type DataSetSink, type DecodeOutcome, emptyOutcome, malformed } from './outcome.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import type { Work } from './work.ts';

export type { Exporter, Transport } from './exporter.ts';
export type { DecoderLimits } from './limits.ts';
export type { DataSet, DataSetSink, DecodeOutcome } from './outcome.ts';

const NO_BYTES = new Uint8Array(0);
const NO_SINK: DataSetSink = { dataSet() {} };

export class Decoder {
  private readonly table: ExporterTable;
  private readonly work: Work;

  constructor(limits?: Partial<DecoderLimits>) {
    this.table = new ExporterTable(decoderLimits(limits), new LayoutTable());
    this.work = {
      table: this.table,
      outcome: emptyOutcome(),
      set: {
        bytes: NO_BYTES,
        offset: 0,
        length: 0,
        layout: NETFLOW5.spec,
        templateId: 0,
        context: { exporter: '', version: 0, domain: 0, systemInitMs: null, sampling: null, samplers: [] },
        exportMs: 0,
        uptimeMs: 0,
        headerSampling: 0,
      },
      exporter: new Exporter('', 'udp', ''),
      sink: NO_SINK,
      bytes: NO_BYTES,
      view: new DataView(NO_BYTES.buffer),
      exportMs: 0,
      uptimeMs: 0,
    };
  }

  /**
   * The handle of an exporter, by its address alone: the UDP source port does not matter. Asked for once
   * and kept; it stays usable even when the table had to forget the exporter's state meanwhile. With
   * `stream`, each call is a new stream; `forget` it at its end.
   */
  exporter(address: string, transport: Transport = 'udp'): Exporter {
    return this.table.find(address, transport);
  }

  /** The end of a stream: its templates end with it (RFC 7011 § 8.4). How many of its data sets still waited for theirs. */
  forget(exporter: Exporter): number {
    if (exporter.forgotten) return 0;
    const { table } = this;
    const waiting = exporter.held.size;
    table.forget(exporter);
    table.heldDropped -= waiting;
    return waiting;
  }

  /** Exporters remembered. */
  get exporterCount(): number {
    return this.table.size;
  }

  /** Data sets that wait for their template. */
  get waitingSets(): number {
    return this.table.held.size;
  }

  /** Of every exporter remembered, how many templates it has announced. */
  *templateCounts(): Generator<readonly [exporter: string, templates: number]> {
    for (const { address, templates } of this.table.exporters()) yield [address, templates.size];
  }

  /**
   * One UDP payload, or one IPFIX message. Data sets go to the sink while this runs.
   * @param bytes holds the message at `offset`; `view` is of the same memory, from the same start
   * @param receivedMs epoch ms; may jump: only its progress counts
   * @returns a reused object, valid until the next call
   */
  decode(
    exporter: Exporter,
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    length: number,
    receivedMs: number,
    sink: DataSetSink,
  ): DecodeOutcome {
    const { work, table } = this;
    const { outcome } = work;
    clearOutcome(outcome);
    work.exporter = exporter;
    work.sink = sink;
    work.bytes = bytes;
    work.view = view;
    work.exportMs = 0;
    table.touch(exporter, receivedMs);
    if (exporter.held.size > 0) dropAgedSets(table, exporter);
    this.dispatch(offset, Math.min(length, view.byteLength - offset));
    outcome.exportMs = work.exportMs;
    outcome.earlyDropped = table.heldDropped;
    table.heldDropped = 0;
    return outcome;
  }

  private dispatch(offset: number, length: number): void {
    const { work } = this;
    const { outcome } = work;
    if (length < 2) {
      outcome.undecodable = 1;
      malformed(outcome, 'shorter than a version number');
      return;
    }
    const version = work.view.getUint16(offset);
    outcome.version = version;
    switch (version) {
      case 1:
        decodeFixed(work, NETFLOW1, offset, length);
        break;
      case 5:
        decodeFixed(work, NETFLOW5, offset, length);
        break;
      case 7:
        decodeFixed(work, NETFLOW7, offset, length);
        break;
      case 9:
        decodeNetflow9(work, offset, length);
        break;
      case 10:
        decodeIpfix(work, offset, length);
        break;
      default:
        outcome.undecodable = 1;
        outcome.status = 'unsupported';
        outcome.problem = `version ${version} is neither NetFlow 1, 5, 7, 9 nor IPFIX`;
    }
  }

  /**
   * The end of the input: data sets still waiting are forgotten. How many they were, with those dropped
   * since the last `decode`.
   */
  drain(): number {
    const { table } = this;
    while (table.held.size > 0) table.dropOldestHeld(table.held);
    const dropped = table.heldDropped;
    table.heldDropped = 0;
    return dropped;
  }

  /** Grows whenever a snapshot would hold something else. */
  get revision(): number {
    return this.table.revision;
  }

  /**
   * Templates, sampling rates and start times of all UDP exporters, as JSON: a restart need not wait for
   * the next announcements.
   */
  snapshot(): unknown {
    return writeSnapshot(this.table);
  }

  /** @throws SnapshotError, which names the place, where `json` is no snapshot of this version */
  static restore(json: unknown, limits?: Partial<DecoderLimits>): Decoder {
    const decoder = new Decoder(limits);
    readSnapshot(json, decoder.table);
    return decoder;
  }
}
