// Every record of the captures in ../shared/corpora, against what independent decoders agree on (votes of
// tshark, nfdump, pmacct, …).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/core/flow.ts';
import { Collector } from './collector.ts';

const CORPORA = join(import.meta.dirname, '../../../shared/corpora');
const present = existsSync(CORPORA);

interface Datagram {
  readonly case: string;
  readonly exporter: string;
  readonly ts: number;
  readonly hex: string;
}
interface ExpectedFlow {
  readonly case: string;
  readonly src: string;
  readonly dst: string;
  readonly sport: number | null;
  readonly dport: number | null;
  readonly proto: number | null;
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly policy: string;
}

function lines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Map.groupBy, which Node 20 lacks. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

const isIcmp = (protocol: number | null) => protocol === 1 || protocol === 58;
const canonical = (text: string) =>
  text.includes(':') ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : text;
const keyOf = (f: Omit<ExpectedFlow, 'case' | 'start' | 'end' | 'policy'>) => {
  const ports = isIcmp(f.proto) ? [0, 0] : [f.sport || 0, f.dport || 0];
  return [canonical(f.src), canonical(f.dst), f.proto ?? 0, ...ports, f.bytes || 0, f.packets || 0].join('|');
};
const near = (found: number | null, wanted: number) => found !== null && Math.abs(found - wanted) <= 1;

/** What is missing, extra, or at another time; empty = the case is whole. */
function differences(expected: readonly ExpectedFlow[], found: readonly Flow[]): string[] {
  const pool = groupBy(found, (f) =>
    keyOf({
      src: f.src!,
      dst: f.dst!,
      sport: f.srcPort,
      dport: f.dstPort,
      proto: f.protocol,
      bytes: f.bytes,
      packets: f.packets,
    }),
  );
  const wrong: string[] = [];
  for (const flow of [...expected].sort((a, b) => Number(isOptional(a)) - Number(isOptional(b)))) {
    const { start, end } = flow;
    const candidates = pool.get(keyOf(flow)) ?? [];
    const fits = (f: Flow) =>
      start === null || end === null || (near(f.startMs, start) && near(f.endMs, end));
    const at = candidates.findIndex(fits);
    if (at >= 0) candidates.splice(at, 1);
    else if (!isOptional(flow)) wrong.push(`missing, or at another time: ${JSON.stringify(flow)}`);
  }
  for (const flow of [...pool.values()].flat()) wrong.push(`extra: ${JSON.stringify(flow)}`);
  return wrong;
}
const isOptional = (flow: ExpectedFlow) => flow.policy === 'inner-section';

describe.skipIf(!present)('real exporters (skipped where ../shared/corpora is missing)', () => {
  const corpora = present
    ? readdirSync(CORPORA).filter((name) => existsSync(join(CORPORA, name, 'datagrams.jsonl')))
    : [];
  // One decoder for all, as for the exporters of one operator: capture times jump by years between cases,
  // both ways.
  const collector = new Collector();
  let clock = 1_700_000_000;
  test.each(corpora)('%s: every record, none more, at the right time', (corpus) => {
    const expected = groupBy(lines<ExpectedFlow>(join(CORPORA, corpus, 'flows.jsonl')), (flow) => flow.case);
    const found = new Map<string, Flow[]>();
    for (const datagram of lines<Datagram>(join(CORPORA, corpus, 'datagrams.jsonl'))) {
      collector.nowMs = (datagram.ts || clock++) * 1000;
      const exporter = `${corpus} ${datagram.case} ${datagram.exporter}`;
      const { records } = collector.receive(new Uint8Array(Buffer.from(datagram.hex, 'hex')), exporter);
      const flows = records.flatMap(([flow]) => (flow?.src && flow.dst ? [flow] : []));
      found.set(datagram.case, [...(found.get(datagram.case) ?? []), ...flows]);
    }
    const wrong = [...found].flatMap(([name, flows]) => {
      return differences(expected.get(name) ?? [], flows).map((difference) => `${name}: ${difference}`);
    });
    expect(wrong).toEqual([]);
  });
});
