// A decoder with a sink that decodes every record in full: what `inspect --records` does.
import type { Flow } from '../../src/core/flow.ts';
import {
  type DataSet,
  type DecodeOutcome,
  Decoder,
  type DecoderLimits,
  type Exporter,
  type Transport,
} from '../../src/wire/decoder.ts';
import { compileLayout, type Layout, recordLength, type SetContext } from '../../src/wire/layout.ts';
import { decodeRecord } from '../../src/wire/record.ts';

export interface Collected {
  /** Flows by record. */
  readonly records: Flow[][];
  /** By data set. */
  readonly contexts: SetContext[];
  readonly outcome: DecodeOutcome;
}

const layouts = new Map<string, Layout>();

/** Every record of the set, in full. Throws where a record does not advance. */
function recordsOf(set: DataSet): Flow[][] {
  let layout = layouts.get(set.layout.key);
  if (layout === undefined) {
    layout = compileLayout(set.layout);
    layouts.set(set.layout.key, layout);
  }
  const view = new DataView(set.bytes.buffer, set.bytes.byteOffset, set.bytes.byteLength);
  const end = set.offset + set.length;
  const records: Flow[][] = [];
  for (let at = set.offset; ; ) {
    const length = recordLength(layout, view, at, end);
    if (length <= 0) return records;
    if (at + length > end) throw new Error('a record reaches beyond its set');
    records.push(decodeRecord(layout, view, at, end, set));
    at += length;
  }
}

export class Collector {
  readonly decoder: Decoder;
  /** Epoch ms of reception; tests move it. */
  nowMs = 1_717_200_000_000;

  constructor(limits?: Partial<DecoderLimits>, decoder = new Decoder(limits)) {
    this.decoder = decoder;
  }

  private readonly streams = new Map<string, Exporter>();

  /** The stream from an address is one until it ends. */
  exporter(from: string, transport: Transport): Exporter {
    if (transport === 'udp') return this.decoder.exporter(from);
    const stream = this.streams.get(from) ?? this.decoder.exporter(from, transport);
    this.streams.set(from, stream);
    return stream;
  }

  receive(message: Uint8Array, from = '192.0.2.1', transport: Transport = 'udp'): Collected {
    const records: Flow[][] = [];
    const contexts: SetContext[] = [];
    const sink = {
      dataSet(set: DataSet) {
        records.push(...recordsOf(set));
        contexts.push(set.context);
      },
    };
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const exporter = this.exporter(from, transport);
    const outcome = this.decoder.decode(exporter, message, view, 0, message.length, this.nowMs, sink);
    return { records, contexts, outcome: { ...outcome } };
  }

  /** The flows of all records of the messages. */
  flows(...messages: readonly Uint8Array[]): Flow[] {
    return messages.flatMap((message) => this.receive(message).records.flat());
  }
}

/** The only flow of the only record. */
export function only(flows: readonly Flow[]): Flow {
  if (flows.length !== 1) throw new Error(`one flow expected, ${flows.length} found`);
  return flows[0]!;
}
