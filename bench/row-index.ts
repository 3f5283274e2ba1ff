// Lookups in the index and its building, by tinybench, beside a JavaScript Set of the same addresses (which knows no
// prefixes, no windows, and is not shared between threads).
import { Bench } from 'tinybench';
import { AddressIndex, buildIndex } from '../src/match/index.ts';
import type { AuthorisedList } from '../src/match/list.ts';
import type { Figure } from './figure.ts';
import { nearMisses, randomAddresses, randomList } from './ranges.ts';
import type { Row } from './row.ts';

/** Lookups per timed call. */
const LOOKUPS = 1 << 18;
const AIMS: Readonly<Record<string, number>> = {
  '4/20000': 80,
  '6/20000': 40,
  '4/1000000': 40,
  '6/1000000': 20,
};

export const index: Row = {
  name: 'index',
  async measure({ short, seed }) {
    const timeMs = short ? 100 : 1000;
    const figures: Figure[] = [];
    for (const family of [4, 6] as const) {
      for (const count of [20_000, 1_000_000]) {
        const list = randomList(family, count, seed);
        const opened = AddressIndex.open(buildIndex(list));
        const set = rivalSet(list);
        const missed = randomAddresses(family, LOOKUPS, seed + 1);
        const near = nearMisses(list, LOOKUPS, seed + 2);
        const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4 });
        bench.add('misses', () => {
          answers.found += lookUp(opened, family, missed);
        });
        bench.add('near misses', () => {
          answers.found += lookUp(opened, family, near);
        });
        bench.add('set', () => {
          answers.found += lookUpInSet(set, family, missed);
        });
        await bench.run();
        const [misses, nearly, rival] = ['misses', 'near misses', 'set'].map((name) =>
          rateOf(bench, name),
        ) as [number, number, number];
        const aim = AIMS[`${family}/${count}`] as number;
        const what = `index lookup, IPv${family}, ${count.toLocaleString('en')} ranges`;
        const unit = 'M/s';
        figures.push(
          {
            name: `index/${family}/${count}`,
            what: `${what}, misses`,
            figure: misses,
            unit,
            rival: { name: 'Set of addresses', figure: rival },
            target: { of: 'figure', atLeast: aim, short: aim / 8 },
          },
          {
            name: `index/${family}/${count}/near`,
            what: `${what}, neighbours of listed addresses`,
            figure: nearly,
            unit,
            rival: null,
            target: null,
          },
        );
      }
    }
    figures.push(building(seed, short));
    return figures;
  },
};

function building(seed: number, short: boolean): Figure {
  const count = 1_000_000;
  const list = randomList(4, count, seed);
  const times = Array.from({ length: short ? 1 : 3 }, () => {
    const startedMs = performance.now();
    buildIndex(list);
    return (performance.now() - startedMs) / 1000;
  });
  const startedMs = performance.now();
  rivalSet(list);
  const rival = (performance.now() - startedMs) / 1000;
  return {
    name: 'index/build',
    what: 'index of 1 M IPv4 ranges built',
    figure: Math.min(...times),
    unit: 's',
    rival: { name: 'Set of addresses', figure: rival },
    target: { of: 'figure', atMost: 1, short: 5 },
  };
}

/** Keeps the lookups from being optimised away. */
const answers = { found: 0 };

/** As the scanners ask: the prefilter first, the tree where it cannot say no. */
function lookUp(opened: AddressIndex, family: 4 | 6, addresses: Int32Array): number {
  let listed = 0;
  if (family === 4) {
    for (let n = 0; n < addresses.length; n++) {
      const address = addresses[n] as number;
      if (opened.mayList4(address) && opened.lists4(address)) listed++;
    }
    return listed;
  }
  for (let n = 0; n < addresses.length; n += 4) {
    const w0 = addresses[n] as number;
    const w1 = addresses[n + 1] as number;
    const w2 = addresses[n + 2] as number;
    const w3 = addresses[n + 3] as number;
    if (opened.mayList6(w0, w1, w2, w3) && opened.lists6(w0, w1, w2, w3)) listed++;
  }
  return listed;
}

type Key = number | string;

/** What a Set can hold of an IPv6 address: its words as eight characters. It has to be made for every lookup. */
function key6(words: ArrayLike<number>, at: number): string {
  const w0 = words[at] as number;
  const w1 = words[at + 1] as number;
  const w2 = words[at + 2] as number;
  const w3 = words[at + 3] as number;
  return String.fromCharCode(w0 >>> 16, w0, w1 >>> 16, w1, w2 >>> 16, w2, w3 >>> 16, w3);
}

function rivalSet(list: AuthorisedList): Set<Key> {
  const set = new Set<Key>();
  for (const { family, first } of list.ranges) {
    set.add(family === 4 ? (first[0] as number) | 0 : key6(first, 0));
  }
  return set;
}

function lookUpInSet(set: Set<Key>, family: 4 | 6, addresses: Int32Array): number {
  let listed = 0;
  if (family === 4) {
    for (let n = 0; n < addresses.length; n++) if (set.has(addresses[n] as number)) listed++;
    return listed;
  }
  for (let n = 0; n < addresses.length; n += 4) if (set.has(key6(addresses, n))) listed++;
  return listed;
}

/** Millions of lookups a second, by the median call. */
function rateOf(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (!result || !('latency' in result)) throw new Error(`${name} was not measured`);
  return LOOKUPS / (result.latency.p50 / 1000) / 1e6;
}
