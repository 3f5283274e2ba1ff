// A feed's file in any of the formats; what each is made of is its own file's to say.
import { FlowSieveError } from '../../core/errors.ts';
import { type ColumnMap, readCsv } from './csv.ts';
import { FEED_LIMITS, type FeedOptions, type ReadFeed, unreadable } from './feed.ts';
import { readFeodo } from './feodo.ts';
import type { FeedFormat } from './formats.ts';
import { readMisp } from './misp.ts';
import { readStix } from './stix.ts';
import { readText } from './text.ts';
import { readThreatFox } from './threatfox.ts';

export interface ReadOptions extends FeedOptions {
  readonly columns?: ColumnMap;
}

const READERS: Readonly<
  Record<FeedFormat, (text: string, options: ReadOptions) => Promise<ReadFeed> | ReadFeed>
> = {
  stix: readStix,
  misp: readMisp,
  feodo: readFeodo,
  threatfox: readThreatFox,
  csv: readCsv,
  text: readText,
};

/** @throws FlowSieveError INPUT_UNREADABLE where the file as a whole cannot be read */
export async function readFeed(
  bytes: Uint8Array,
  format: FeedFormat,
  options: ReadOptions,
): Promise<ReadFeed> {
  const { name } = options;
  if (bytes.byteLength > FEED_LIMITS.fileBytes) {
    throw unreadable(
      name,
      `${bytes.byteLength} bytes, more than the ${FEED_LIMITS.fileBytes} that one file may have`,
    );
  }
  const text = decode(bytes, name);
  const other = likelyFormat(text);
  try {
    const feed = await READERS[format](text, options);
    // Every line of another format's file is refused as text: say why.
    if (feed.candidates.length === 0 && feed.refused > 0 && format === 'text' && other !== null) {
      throw unreadable(name, 'not a list of addresses');
    }
    return feed;
  } catch (error) {
    const isOther = other !== null && other !== format && error instanceof FlowSieveError;
    throw isOther
      ? unreadable(name, `${error.message.slice(name.length + 2)}; it looks like --from ${other}`, error)
      : error;
  }
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(name, 'not UTF-8 text', cause);
  }
}

/** By what stands at a file's head; for messages only. */
function likelyFormat(text: string): FeedFormat | null {
  const head = text.slice(0, 4096);
  if (/^\s*[[{]/.test(head)) {
    if (/"type"\s*:\s*"bundle"|"spec_version"/.test(head)) return 'stix';
    if (/"(?:Event|Attribute|response)"\s*:/.test(head)) return 'misp';
    if (/"(?:ioc|ioc_value|query_status)"\s*:/.test(head)) return 'threatfox';
    return /"ip_address"\s*:/.test(head) ? 'feodo' : null;
  }
  if (/\bioc_value\b/.test(head)) return 'threatfox';
  if (/\bto_ids\b/.test(head)) return 'misp';
  return /\bdst_ip\b/.test(head) ? 'feodo' : null;
}
