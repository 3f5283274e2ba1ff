// The Parquet thread's entry: rows of one file as lines of text, into shared memory, as they are asked for.
import { parentPort, workerData } from 'node:worker_threads';
import { type DecoderSetup, ParquetDecoder } from '../src/ingest/parquet/decoder.ts';
import type { ThreadMessage, ThreadRequest } from '../src/ingest/parquet/thread.ts';

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

const decoder = new ParquetDecoder(workerData as DecoderSetup, (row, groupEnd) => {
  say({ kind: 'decoding', row, groupEnd });
});

parentPort?.on('message', async ({ into, row }: ThreadRequest) => {
  say({ kind: 'filled', lines: await decoder.fill(into, row) });
});
