// How the cost grows with the list and falls with the workers: the engine's own pipeline on one nfcapd file, without a
// store and with the workers already started.

import { ListInForce, makeReady } from '../src/engine/in-force.ts';
import type { Judgement } from '../src/engine/judgement.ts';
import { Pipeline } from '../src/engine/pipeline.ts';
import { openInput } from '../src/ingest/formats.ts';
import { OPERATOR, publicAddresses, RETENTION_BASIS } from './addresses.ts';
import type { Figure } from './figure.ts';
import { writeNfcapdFile } from './nfcapd-file.ts';
import { median } from './process.ts';
import { randomList } from './ranges.ts';
import type { Row } from './row.ts';

const SIZES = [10, 1000, 20_000, 1_000_000] as const;
const WORKERS = [1, 2] as const;

export const growth: Row = {
  name: 'growth',
  async measure({ workspace, short, rounds, seed }) {
    const flows = short ? 2e6 : 10e6;
    const addresses = publicAddresses(10_000, seed);
    const path = workspace.input(`nfcapd-${flows}`, flows * 76, (made) =>
      writeNfcapdFile(made, { flows, seed, addresses, exporters: 4 }),
    );
    const figures: Figure[] = [];
    for (const workers of WORKERS) {
      const pipeline = new Pipeline(workers);
      let fewest: Figure | null = null;
      for (const [n, size] of SIZES.entries()) {
        const list = new ListInForce(makeReady({ ...randomList(4, size, seed), generation: n + 1 }));
        const judgement: Judgement = {
          list,
          evaluation: {
            operator: OPERATOR,
            retentionBasis: RETENTION_BASIS,
            atMs: Date.now(),
            straddling: 'contained',
          },
        };
        await pass(pipeline, path, judgement); // warms up
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) times.push(await pass(pipeline, path, judgement));
        const figure: Figure = {
          name: `growth/${size}/${workers}`,
          what: `nfcapd, ${size.toLocaleString('en')} ranges, ${workers} worker${workers > 1 ? 's' : ''}`,
          figure: flows / 1e6 / median(times),
          unit: 'M flows/s',
          rival: fewest && { name: '10 ranges', figure: fewest.figure },
          target: null,
        };
        fewest ??= figure;
        figures.push(figure);
      }
      await pipeline.stop();
    }
    return figures;
  },
};

/** Seconds for one pass over the file. */
async function pass(pipeline: Pipeline, path: string, judgement: Judgement): Promise<number> {
  const startedMs = performance.now();
  const reader = await openInput(path, {
    format: 'nfcapd',
    onProblem: ({ what }) => {
      throw new Error(what);
    },
  });
  await pipeline.run(
    reader,
    () => judgement,
    () => {},
    new AbortController().signal,
  );
  await reader.close();
  return (performance.now() - startedMs) / 1000;
}
