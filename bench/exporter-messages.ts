// The messages of the load generator: the flows of most are made once and sent again and again under new headers, so that
// making them costs next to nothing; planted flows are written when they are sent, and numbered.
import {
  type ExportFormat,
  SHAPES,
  type Shape,
  sequenceStep,
  TEMPLATE_EVERY,
  templateBytes,
  writeHeader,
  writeSetHeader,
  writeTemplate,
} from './export-message.ts';
import { type Flow, FlowGenerator } from './flows.ts';

/** Different messages. */
const PREPARED = 1024;
const HTTPS = 443;

/** One exporter's numbering. */
export interface Numbering {
  readonly domain: number;
  sequence: number;
  /** Messages so far. */
  messages: number;
}

class Message {
  readonly bytes: Buffer;
  readonly view: DataView;
  at = 0;

  constructor(length: number) {
    this.bytes = Buffer.alloc(length);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, length);
  }
}

export class ExporterMessages {
  readonly recordsEach: number;
  private readonly shape: Shape;
  private readonly listed: Uint32Array;
  private readonly fromMs: number;
  private readonly prepared: readonly Message[];
  private readonly planted: Message;
  private readonly template: Message;
  private next = 0;
  private hits = 0;
  private readonly hit: Flow = {
    src: 0,
    dst: 0,
    srcPort: 0,
    dstPort: HTTPS,
    tcp: true,
    packets: 1,
    bytes: 0,
    startMs: 0,
    endMs: 0,
  };

  /** @param fromMs from when flows count their times: about now. Epoch ms */
  constructor(format: ExportFormat, listed: Uint32Array, seed: number, fromMs: number) {
    this.shape = SHAPES[format];
    this.recordsEach = this.shape.recordsPerDatagram;
    this.listed = listed;
    this.fromMs = fromMs;
    const flow = new FlowGenerator({ flows: Number.POSITIVE_INFINITY, seed, addresses: new Uint32Array() });
    const avoided = new Set(listed);
    this.prepared = Array.from({ length: PREPARED }, () => this.prepare(flow, avoided));
    this.planted = this.prepare(flow, avoided);
    this.template = new Message(this.shape.headerBytes + templateBytes(this.shape));
    this.template.at = this.shape.headerBytes;
    if (this.shape.version !== 5) writeTemplate(this.template, this.shape);
  }

  /** Flows planted so far, which is also the number of the last. */
  get plantedCount(): number {
    return this.hits;
  }

  /** Whether the exporter's template is due before its next data. */
  needsTemplate(exporter: Numbering): boolean {
    return this.shape.version !== 5 && exporter.messages % TEMPLATE_EVERY === 0;
  }

  /** Valid until the next call. */
  templateMessage(exporter: Numbering, nowMs: number): Buffer {
    return this.head(this.template, exporter, 0, 1, nowMs);
  }

  /** Valid until the next call of either. */
  dataMessage(exporter: Numbering, nowMs: number): Buffer {
    this.next = (this.next + 1) % PREPARED;
    return this.head(
      this.prepared[this.next] as Message,
      exporter,
      this.recordsEach,
      this.recordsEach,
      nowMs,
    );
  }

  /** Data with one numbered flow that begins and ends now, its destination listed. */
  plantedMessage(exporter: Numbering, nowMs: number): Buffer {
    const { hit, planted, shape, listed } = this;
    this.hits++;
    hit.src = 0x0a00_0000 | (this.hits & 0xff_ffff);
    hit.dst = listed[this.hits % listed.length] as number;
    hit.srcPort = 1024 + (this.hits % 64_512);
    hit.bytes = this.hits;
    hit.startMs = nowMs - this.fromMs;
    hit.endMs = hit.startMs;
    shape.write(planted.view, shape.headerBytes + shape.setHeaderBytes, hit, this.fromMs);
    return this.head(planted, exporter, this.recordsEach, this.recordsEach, nowMs);
  }

  private head(message: Message, exporter: Numbering, records: number, count: number, nowMs: number): Buffer {
    const { shape, fromMs } = this;
    message.at = 0;
    writeHeader(message, shape, {
      count,
      length: message.bytes.length,
      sequence: exporter.sequence,
      domain: exporter.domain,
      exportMs: nowMs,
      fromMs,
    });
    exporter.sequence = (exporter.sequence + sequenceStep(shape, records)) >>> 0;
    exporter.messages++;
    return message.bytes;
  }

  private prepare(flow: FlowGenerator, avoided: ReadonlySet<number>): Message {
    const { shape, fromMs } = this;
    const message = new Message(
      shape.headerBytes + shape.setHeaderBytes + this.recordsEach * shape.recordBytes,
    );
    message.at = shape.headerBytes;
    writeSetHeader(message, shape, this.recordsEach);
    for (let record = 0; record < this.recordsEach; record++) {
      do flow.next();
      while (avoided.has(flow.src >>> 0) || avoided.has(flow.dst >>> 0));
      shape.write(message.view, message.at, flow, fromMs);
      message.at += shape.recordBytes;
    }
    return message;
  }
}
