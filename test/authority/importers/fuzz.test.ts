// Damaged feeds: nothing but declared refusals comes out, and the next sound file is still read. Fixed seed, bounded.
import { expect, it } from 'vitest';
import type { FeedFormat } from '../../../src/authority/importers/formats.ts';
import { readFeed } from '../../../src/authority/importers/read.ts';
import { FlowSieveError } from '../../../src/core/errors.ts';
import { readSample, sampleBytes, taken } from './fixture.ts';

const SAMPLES: readonly (readonly [FeedFormat, string])[] = [
  ['stix', 'bundle.json'],
  ['misp', 'misp.json'],
  ['misp', 'misp.csv'],
  ['feodo', 'feodo.csv'],
  ['feodo', 'feodo.json'],
  ['threatfox', 'threatfox.csv'],
  ['threatfox', 'threatfox.json'],
  ['threatfox', 'threatfox-api.json'],
  ['csv', 'list.csv'],
  ['text', 'list.txt'],
];

/** What a damaged file may hold in place of something else. */
const PIECES = [
  '"',
  "'",
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '#',
  '\0',
  '\u2028',
  'null',
  '1e999',
  '-1',
  '__proto__',
];
const ROUNDS = 120;

/** xorshift32 */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function damaged(bytes: Buffer, random: (below: number) => number): Buffer {
  const [at, length] = [random(bytes.length), random(40)];
  const piece = Buffer.from(PIECES[random(PIECES.length)] as string);
  switch (random(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + piece.length)]);
    default: {
      const copy = Buffer.from(bytes);
      copy[at] = random(256);
      return copy;
    }
  }
}

it.each(SAMPLES)('%s %s', async (format, file) => {
  const random = randomNumbers(20_261_121 + file.length);
  const sound = sampleBytes(file);
  const before = taken(await readSample(format, file));
  for (let round = 0; round < ROUNDS; round++) {
    let bytes: Buffer = sound;
    for (let times = random(4); times >= 0; times--) if (bytes.length > 0) bytes = damaged(bytes, random);
    try {
      const feed = await readFeed(bytes, format, { name: file });
      expect(feed.refusals).toHaveLength(feed.refused);
      for (const { field, value, message } of feed.refusals)
        expect([field, value, message]).not.toContain('');
      for (const { prefix } of feed.candidates) expect(prefix.text).toMatch(/^[\da-f.:]+(?:\/\d+)?$/);
    } catch (error) {
      if (!(error instanceof FlowSieveError) || error.code !== 'INPUT_UNREADABLE') throw error;
      expect(error.message).toContain(`${file}: `);
    }
  }
  expect(taken(await readSample(format, file))).toEqual(before);
});
