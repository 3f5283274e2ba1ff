// The decoder in a thread of its own: a damaged file may name lengths that keep hyparquet busy for ever or exhaust its memory.
// Whoever does not answer in time, or dies, is replaced, and goes on after the row group that it was in.
import { Worker } from 'node:worker_threads';
import type { DecodedLines, DecoderSetup, LineColumns, LineSource } from './decoder.ts';

/** What the thread says. */
export type ThreadMessage =
  | { readonly kind: 'decoding'; readonly row: number; readonly groupEnd: number }
  | { readonly kind: 'filled'; readonly lines: DecodedLines };

/** What it is asked. `into` is shared memory. */
export interface ThreadRequest {
  readonly into: Uint8Array;
  readonly row: number;
}

/** Between two messages. The largest part decoded at once takes a second or two on a busy machine. */
const PATIENCE_MS = 60_000;
/** Of the thread's heap. */
const MAX_HEAP_MIB = 1024;

export interface ThreadLimits {
  readonly patienceMs?: number;
  readonly maxHeapMib?: number;
}

export class DecoderThread implements LineSource {
  private readonly entry: string;
  private readonly setup: DecoderSetup;
  private readonly patienceMs: number;
  private readonly maxHeapMib: number;
  private worker: Worker | null = null;
  private columns: LineColumns | null = null;
  /** Of the request under way. */
  private onDecoding: (row: number, groupEnd: number) => void = () => {};
  private settle: (answer: DecodedLines | string) => void = () => {};

  /** @param entry the JavaScript file of the thread */
  constructor(entry: string, setup: DecoderSetup, limits: ThreadLimits = {}) {
    this.entry = entry;
    this.setup = setup;
    this.patienceMs = limits.patienceMs ?? PATIENCE_MS;
    this.maxHeapMib = limits.maxHeapMib ?? MAX_HEAP_MIB;
  }

  async fill(into: Uint8Array, row: number): Promise<DecodedLines> {
    let from = row;
    let groupEnd: number | null = null;
    const answer = await this.ask({ into, row }, (decoding, end) => {
      from = decoding;
      groupEnd = end;
    });
    if (typeof answer !== 'string') {
      this.columns = answer.columns;
      return answer;
    }
    await this.close();
    const where =
      groupEnd === null ? 'the footer cannot be read' : `rows ${from + 1} to ${groupEnd} cannot be read`;
    return {
      columns: groupEnd === null ? null : (this.columns ?? []),
      length: 0,
      firstRow: row,
      nextRow: groupEnd ?? row,
      undecodable: 1,
      problems: [`${where}: ${answer}`],
    };
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }

  /** The answer, or in words why there is none. */
  private ask(
    request: ThreadRequest,
    onDecoding: (row: number, groupEnd: number) => void,
  ): Promise<DecodedLines | string> {
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => this.settle(`the decoder did not come to an end within ${this.patienceMs / 1000} s`),
        this.patienceMs,
      );
      this.onDecoding = (row, groupEnd) => {
        timer.refresh();
        onDecoding(row, groupEnd);
      };
      this.settle = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      worker.postMessage(request);
    });
  }

  private start(): Worker {
    const worker = new Worker(this.entry, {
      workerData: this.setup,
      resourceLimits: { maxOldGenerationSizeMb: this.maxHeapMib },
    });
    const whileCurrent = (act: () => void) => {
      if (this.worker === worker) act();
    };
    worker.on('message', (message: ThreadMessage) =>
      whileCurrent(() => {
        if (message.kind === 'filled') this.settle(message.lines);
        else this.onDecoding(message.row, message.groupEnd);
      }),
    );
    worker.on('error', (error: Error) =>
      whileCurrent(() => this.settle(`the decoder failed: ${error.message}`)),
    );
    worker.on('exit', () =>
      whileCurrent(() => {
        this.worker = null;
        this.settle('the decoder ended');
      }),
    );
    return worker;
  }
}
