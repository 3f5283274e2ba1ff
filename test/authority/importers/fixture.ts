// Feeds read from samples and from text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate, ReadFeed } from '../../../src/authority/importers/feed.ts';
import { describeFeedRefusal } from '../../../src/authority/importers/feed.ts';
import type { FeedFormat } from '../../../src/authority/importers/formats.ts';
import { type ReadOptions, readFeed } from '../../../src/authority/importers/read.ts';

const SAMPLES = join(import.meta.dirname, 'samples');

export function sampleBytes(file: string): Buffer {
  return readFileSync(join(SAMPLES, file));
}

export function readSample(format: FeedFormat, file: string): Promise<ReadFeed> {
  return readFeed(sampleBytes(file), format, { name: file });
}

export function readTextAs(
  format: FeedFormat,
  text: string,
  options: Partial<ReadOptions> = {},
): Promise<ReadFeed> {
  return readFeed(Buffer.from(text), format, { name: 'feed', ...options });
}

/** `203.0.113.7 443 tcp-number`, with `-` for what is not known. */
export function taken({ candidates }: ReadFeed): string[] {
  return candidates.map(nameOf);
}

function nameOf({ prefix, port, protocol }: Candidate): string {
  return `${prefix.text} ${port ?? '-'} ${protocol ?? '-'}`;
}

export function refused({ refusals }: ReadFeed): string[] {
  return refusals.map(describeFeedRefusal);
}
