import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MessageFrames } from '../../src/ingest/tls/framing.ts';
import { concat, u16 } from '../wire/encoder.ts';

/** Of a given length, filled with its number. */
function message(length: number, filler: number): Uint8Array {
  return concat(u16(10), u16(length), new Uint8Array(length - 4).fill(filler));
}

function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] as number;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

function framed(chunks: Iterable<Uint8Array>): { messages: Uint8Array[]; frames: MessageFrames } {
  const frames = new MessageFrames();
  const messages: Uint8Array[] = [];
  for (const chunk of chunks) {
    frames.push(chunk);
    for (let next = frames.message(); next !== null; next = frames.message()) {
      messages.push(next.slice());
      frames.consume();
    }
  }
  return { messages, frames };
}

const lengths = fc.oneof(fc.integer({ min: 16, max: 64 }), fc.constantFrom(16, 65_535, 65_534, 1_500));

describe('a stream of messages', () => {
  test.prop(
    [fc.array(lengths, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1 })],
    {
      seed: 10,
      numRuns: 200,
    },
  )('is the same messages however it is split', (sizes, splits) => {
    const sent = sizes.map((length, n) => message(length, n));
    const { messages, frames } = framed(chunksOf(concat(...sent), splits));
    expect(messages.map((one) => Buffer.from(one).toString('latin1'))).toEqual(
      sent.map((one) => Buffer.from(one).toString('latin1')),
    );
    expect(frames.problem).toBeNull();
    expect(frames.unfinishedBytes).toBe(0);
  });

  it('octet by octet', () => {
    const sent = [message(16, 1), message(300, 2), message(17, 3)];
    expect(framed(chunksOf(concat(...sent), [1])).messages).toEqual(sent);
  });

  it('gives the same message until it is consumed', () => {
    const frames = new MessageFrames();
    frames.push(concat(message(20, 1), message(16, 2)));
    expect(frames.message()).toEqual(message(20, 1));
    expect(frames.message()).toEqual(message(20, 1));
    frames.consume();
    expect(frames.message()).toEqual(message(16, 2));
  });

  it('says how much of a message has come when it ends', () => {
    expect(framed([message(20, 1), message(20, 2).slice(0, 3)]).frames.unfinishedBytes).toBe(3);
    expect(framed([message(20, 1).slice(0, 19)]).frames.unfinishedBytes).toBe(19);
  });
});

describe('what is no message ends the stream', () => {
  it.each([
    ['NetFlow v9', concat(u16(9), u16(20)), 'version 9, length 20'],
    ['a length below the header', concat(u16(10), u16(15)), 'version 10, length 15'],
    ['length 0', concat(u16(10), u16(0)), 'version 10, length 0'],
    ['a TLS hello on a plain port', Uint8Array.of(0x16, 3, 1, 2), 'version 5635, length 258'],
  ])('%s', (_, front, problem) => {
    for (const size of [1, 2, 3, 4, 100]) {
      const { messages, frames } = framed(chunksOf(concat(message(16, 1), front, message(16, 2)), [size]));
      expect(messages).toEqual([message(16, 1)]);
      expect(frames.problem).toContain(problem);
    }
  });
});
