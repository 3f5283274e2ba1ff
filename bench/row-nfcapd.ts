// nfcapd files beside nfdump with the same list, and beside merely reading them.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type List, makeList, publicAddresses, replay } from './addresses.ts';
import type { Figure } from './figure.ts';
import { writeNfcapdFile } from './nfcapd-file.ts';
import { furtherRate, isInstalled, median, medians, run } from './process.ts';
import { type Conditions, mustEqual, type Row } from './row.ts';

const BYTES_PER_FLOW = 76;
const PIECE_BYTES = 8 * 1024 * 1024;

export const nfcapd: Row = {
  name: 'nfcapd',
  measure(conditions) {
    const { short } = conditions;
    const few = short ? 2e6 : 10e6;
    const many = short ? 20e6 : 40e6;
    if (!isInstalled('nfdump', '-V')) return skipped();
    const addresses = publicAddresses(10_000, conditions.seed);
    const [small, large] = [few, many].map((flows) => file(conditions, addresses, flows)) as [string, string];
    const figures: Figure[] = [];
    let perSecond = 0;
    for (const count of [10_000, 1000]) {
      const part = addresses.filter((_, n) => n % (10_000 / count) === 0);
      const list = makeList(conditions.workspace, part);
      const times = contest(conditions, list, small, large);
      const figure = furtherRate(few, many, times.small, times.large);
      if (count === 10_000) perSecond = figure * 1e6;
      figures.push({
        name: `nfcapd/further/${count}`,
        what: `nfcapd, each further ${(many - few) / 1e6} M flows, ${count.toLocaleString('en')} addresses, one worker`,
        figure,
        unit: 'M flows/s',
        rival: { name: 'nfdump', figure: furtherRate(few, many, times.nfdumpSmall, times.nfdumpLarge) },
        target:
          count === 10_000 ? { of: 'ratio', atLeast: 12, short: 3 } : { of: 'ratio', atLeast: 6, short: 2 },
      });
      if (count === 10_000) {
        figures.push({
          name: 'nfcapd/whole',
          what: `nfcapd, ${few / 1e6} M flows as a whole process, one worker`,
          figure: times.small,
          unit: 's',
          rival: { name: 'nfdump', figure: times.nfdumpSmall },
          target: { of: 'ratio', atLeast: 4, short: 0.25 },
        });
      }
    }
    const read = median(Array.from({ length: conditions.rounds }, () => readAll(large)));
    figures.splice(1, 0, {
      name: 'nfcapd/reading',
      what: 'the same, beside merely reading the file',
      figure: perSecond / 1e6,
      unit: 'M flows/s',
      rival: {
        name: 'read(2) into shared memory',
        figure: statSync(large).size / BYTES_PER_FLOW / read / 1e6,
      },
      target: { of: 'ratio', atLeast: 0.45, short: 0.1 },
    });
    conditions.workspace.discard(`nfcapd-${many}`);
    return figures;
  },
};

export const nfcapdCompressed: Row = {
  name: 'nfcapd-compressed',
  measure(conditions) {
    if (!isInstalled('nfdump', '-V')) return skipped();
    const flows = conditions.short ? 2e6 : 10e6;
    const addresses = publicAddresses(10_000, conditions.seed);
    const list = makeList(conditions.workspace, addresses);
    const workers = availableParallelism();
    return (['lzo', 'lz4'] as const).map((compression) => {
      const path = file(conditions, addresses, flows, compression);
      mustEqual(
        `matches of ${path}`,
        replay(conditions.workspace, list, path).matched,
        nfdump(list, path).passed,
      );
      const [ours, theirs] = medians(conditions.rounds, [
        () => replay(conditions.workspace, list, path).seconds,
        () => nfdump(list, path).seconds,
      ]) as [number, number];
      conditions.workspace.discard(`nfcapd-${flows}-${compression}`);
      return {
        name: `nfcapd/${compression}`,
        what: `nfcapd, ${compression.toUpperCase()}, ${flows / 1e6} M flows as a whole process, ${workers} workers`,
        figure: ours,
        unit: 's',
        rival: { name: 'nfdump', figure: theirs },
        target: { of: 'ratio', atLeast: 2, short: 0.3 },
      };
    });
  },
};

function skipped(): Figure[] {
  process.stderr.write('  nfdump is not installed: rows left out (apt-get install nfdump)\n');
  return [];
}

function file(
  { workspace, seed }: Conditions,
  addresses: Uint32Array,
  flows: number,
  compression: 'none' | 'lzo' | 'lz4' = 'none',
): string {
  const name = compression === 'none' ? `nfcapd-${flows}` : `nfcapd-${flows}-${compression}`;
  return workspace.input(name, flows * BYTES_PER_FLOW, (path) => {
    writeNfcapdFile(path, { flows, seed, addresses, compression, exporters: 4 });
  });
}

function contest(conditions: Conditions, list: List, small: string, large: string) {
  for (const path of [small, large]) {
    mustEqual(
      `matches of ${path}`,
      replay(conditions.workspace, list, path, 1).matched,
      nfdump(list, path).passed,
    );
  }
  const [one, many, nfdumpOne, nfdumpMany] = medians(conditions.rounds, [
    () => replay(conditions.workspace, list, small, 1).seconds,
    () => replay(conditions.workspace, list, large, 1).seconds,
    () => nfdump(list, small).seconds,
    () => nfdump(list, large).seconds,
  ]) as [number, number, number, number];
  return { small: one, large: many, nfdumpSmall: nfdumpOne, nfdumpLarge: nfdumpMany };
}

function nfdump(list: List, path: string): { seconds: number; passed: number } {
  const { seconds, stdout } = run('nfdump', ['-r', path, '-f', list.nfdump, '-o', 'null']);
  const passed = /passed: (\d+)/.exec(stdout)?.[1];
  if (passed === undefined) throw new Error(`nfdump's summary has no count: ${stdout.slice(-300)}`);
  return { seconds, passed: Number(passed) };
}

/** Seconds to read a file in a replay's pieces, and do nothing else. */
function readAll(path: string): number {
  const piece = new Uint8Array(new SharedArrayBuffer(PIECE_BYTES));
  const startedMs = performance.now();
  const opened = openSync(path, 'r');
  while (readSync(opened, piece) > 0);
  closeSync(opened);
  return (performance.now() - startedMs) / 1000;
}
