// nfdump's CSV beside fast-csv and, where it is at hand, DuckDB with one thread.
import { fileURLToPath } from 'node:url';
import { makeList, publicAddresses, replay } from './addresses.ts';
import { writeCsvFile } from './csv-file.ts';
import type { Figure } from './figure.ts';
import { furtherRate, medians, run } from './process.ts';
import { mustEqual, type Row } from './row.ts';

const BYTES_PER_ROW = 355;

export const csv: Row = {
  name: 'csv',
  measure({ workspace, short, rounds, seed, duckdb }) {
    const few = short ? 0.1e6 : 0.25e6;
    const many = short ? 1.5e6 : 4e6;
    const addresses = publicAddresses(10_000, seed);
    const list = makeList(workspace, addresses);
    const [small, large] = [few, many].map((flows) =>
      workspace.input(`rows-${flows}.csv`, flows * BYTES_PER_ROW, (path) =>
        writeCsvFile(path, { flows, seed, addresses }),
      ),
    ) as [string, string];
    mustEqual(
      `matches of ${small}`,
      replay(workspace, list, small, 1).matched,
      rival('fast-csv', small, list.json).hits,
    );
    const [one, all, fastCsv] = medians(rounds, [
      () => replay(workspace, list, small, 1).seconds,
      () => replay(workspace, list, large, 1).seconds,
      () => rival('fast-csv', small, list.json).seconds,
    ]) as [number, number, number];
    const figure = furtherRate(few, many, one, all);
    const figures: Figure[] = [
      {
        name: 'csv/fast-csv',
        what: `nfdump's CSV, each further ${(many - few) / 1e6} M rows, one worker`,
        figure,
        unit: 'M rows/s',
        rival: { name: 'fast-csv', figure: few / 1e6 / fastCsv },
        target: { of: 'ratio', atLeast: 20, short: 5 },
      },
    ];
    if (duckdb === null) {
      process.stderr.write(
        '  DuckDB left out: --duckdb DIR names a folder in which @duckdb/node-api is installed\n',
      );
    } else {
      mustEqual(
        `matches of ${large}`,
        replay(workspace, list, large, 1).matched,
        rival('duckdb', duckdb, large, list.json).hits,
      );
      const [seconds] = medians(rounds, [() => rival('duckdb', duckdb, large, list.json).seconds]) as [
        number,
      ];
      figures.push({
        name: 'csv/duckdb',
        what: 'the same, beside DuckDB with one thread',
        figure,
        unit: 'M rows/s',
        rival: { name: 'DuckDB read_csv', figure: many / 1e6 / seconds },
        target: { of: 'ratio', atLeast: 2, short: 0.5 },
      });
    }
    workspace.discard(`rows-${few}.csv`, `rows-${many}.csv`);
    return figures;
  },
};

function rival(name: string, ...args: string[]): { records: number; hits: number; seconds: number } {
  const script = fileURLToPath(new URL(`./rival-${name}.js`, import.meta.url));
  return JSON.parse(run(process.execPath, [script, ...args]).stdout);
}
