// L21: a flow that matches nothing leaves no trace. The database, its write-ahead log and every other file that a replay
// could have written are searched for the addresses of flows that did not match.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURES, flowsieve, lines, temporaryFolder } from '../support/cli.ts';
import { DEMO_SCOPE, writeDemoLists } from '../support/demo-list.ts';

interface Named {
  src: string;
  dst: string;
}

describe('L21: what does not concern a listed address is not kept', () => {
  it.each(['softflowd-ipfix.pcap', 'softflowd-netflow9.lzo.nfcapd', 'softflowd-netflow9.nfdump.csv.gz'])(
    'of %s nothing but matches is in any file',
    (capture) => {
      const folder = temporaryFolder();
      const db = join(folder, 'flows.db');
      const temporary = temporaryFolder();
      const lists = writeDemoLists(folder);
      const input = join(CAPTURES, capture);
      const before = process.env.TMPDIR;
      process.env.TMPDIR = temporary;
      const args = [input, '--db', db, '--json', '--quiet', ...DEMO_SCOPE, '--authorisation', ...lists];
      const run = flowsieve(['replay', ...args]);
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      expect(run.status).toBe(0);

      const records = flowsieve(['inspect', input, '--records', '--show-addresses', '--json']).stdout;
      const all = new Set(
        lines<Named>(records)
          .flatMap(({ src, dst }) => [src, dst])
          .filter(Boolean),
      );
      const stored = lines<{ victim: string; c2: string }>(
        flowsieve(['matches', '--db', db, '--json']).stdout,
      );
      const kept = new Set(stored.flatMap(({ victim, c2 }) => [victim, c2]));
      const mayStand = [...kept, ...lists.map((file) => readFileSync(file, 'utf8'))].join(' ');
      const others = [...all].filter((address) => !mayStand.includes(address));
      expect(others.length).toBeGreaterThan(100);

      const written = [folder, temporary].flatMap((place) =>
        readdirSync(place)
          .filter((name) => !name.endsWith('.json'))
          .map((name) => readFileSync(join(place, name))),
      );
      const haystack = Buffer.concat([...written, Buffer.from(run.stdout + run.stderr)]);
      expect(haystack.includes(Buffer.from(stored[0]?.victim as string))).toBe(true);
      const found = others.filter((address) => traces(address).some((trace) => haystack.includes(trace)));
      expect(found).toEqual([]);
    },
  );
});

/** The address in text, and an IPv6 address in bytes (four bytes of IPv4 occur by chance). */
function traces(address: string): Buffer[] {
  if (!address.includes(':')) return [Buffer.from(address)];
  const [head = '', tail] = address.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const front = groups(head);
  const back = groups(tail ?? '');
  const words =
    tail === undefined ? front : [...front, ...Array(8 - front.length - back.length).fill(0), ...back];
  return [Buffer.from(address), Buffer.from(words.flatMap((word: number) => [word >> 8, word & 255]))];
}
