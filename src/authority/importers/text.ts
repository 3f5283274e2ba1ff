// Plain text: an address or prefix a line, comments behind `#`. No format has a document; this is what block lists look like.
import { observation } from '../observation.ts';
import { fault } from '../refusal.ts';
import { readAddress } from './address.ts';
import { type FeedOptions, FeedReading, fileName, type ReadFeed } from './feed.ts';

export function readText(text: string, { name, source }: FeedOptions): ReadFeed {
  const reading = new FeedReading(name);
  const seen = observation({ source: source ?? fileName(name) });
  let line = 0;
  for (const written of lines(text)) {
    line += 1;
    const address = withoutComment(written).trim();
    if (address === '') continue;
    reading.enter();
    const parsed = readAddress(address);
    if ('problem' in parsed) reading.refuse({ line }, fault('address', address, 'format', parsed.problem));
    else reading.take({ line, prefix: parsed.value, port: null, protocol: null, observation: seen });
  }
  return reading;
}

function withoutComment(line: string): string {
  const at = line.indexOf('#');
  return at < 0 ? line : line.slice(0, at);
}

function* lines(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(at, end);
    at = end + 1;
  }
}
