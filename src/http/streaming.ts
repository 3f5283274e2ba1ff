// Long answers, made while they are sent: as fast as the client reads, and others have their turn meanwhile.
import { Readable } from 'node:stream';
import { setImmediate as pause } from 'node:timers/promises';

const CHUNK_CHARACTERS = 64 * 1_024;
/** Of the thread, without a pause. */
const SLICE_MS = 20;

/** @param whenDone called with what `pieces` returns, once all of them are taken; not where the client goes away */
export function streamOf<Result>(
  pieces: Generator<string, Result>,
  { whenDone, whenClosed }: { readonly whenDone: (result: Result) => void; readonly whenClosed: () => void },
): Readable {
  const stream = Readable.from(chunks(pieces, whenDone), { objectMode: false });
  stream.once('close', whenClosed);
  return stream;
}

async function* chunks<Result>(
  pieces: Generator<string, Result>,
  whenDone: (result: Result) => void,
): AsyncGenerator<Buffer> {
  let pending = '';
  let sliceEndsMs = performance.now() + SLICE_MS;
  for (;;) {
    const piece = pieces.next();
    if (piece.done) {
      if (pending !== '') yield Buffer.from(pending);
      whenDone(piece.value);
      return;
    }
    pending += piece.value;
    if (pending.length >= CHUNK_CHARACTERS) {
      yield Buffer.from(pending);
      pending = '';
    }
    if (performance.now() < sliceEndsMs) continue;
    await pause();
    sliceEndsMs = performance.now() + SLICE_MS;
  }
}
