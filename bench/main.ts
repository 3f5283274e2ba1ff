// npm run bench -- [--short] [--row NAME ...] [--json FILE] [--seed N] [--rounds N] [--soak SECONDS] [--folder DIR] [--duckdb DIR]
// Measures every row, prints a table and, for a whole run, writes bench/RESULTS.md. Exit status 1 where a target is missed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, meets } from './figure.ts';
import { asMarkdown, asReport, asTable, circumstances, ROOT } from './report.ts';
import type { Conditions, Row } from './row.ts';
import { api } from './row-api.ts';
import { csv } from './row-csv.ts';
import { exports } from './row-exports.ts';
import { growth } from './row-growth.ts';
import { index } from './row-index.ts';
import { live } from './row-live.ts';
import { liveExporters } from './row-live-exporters.ts';
import { liveLatency } from './row-live-latency.ts';
import { liveMemory } from './row-live-memory.ts';
import { liveWatched } from './row-live-watched.ts';
import { nfcapd, nfcapdCompressed } from './row-nfcapd.ts';
import { victims } from './row-victims.ts';
import { Workspace } from './workspace.ts';

/** In an order in which each input is made once. */
const ROWS: readonly Row[] = [
  ...[nfcapd, growth, nfcapdCompressed, exports, csv, index, victims, api],
  ...[live, liveLatency, liveExporters, liveWatched, liveMemory],
];
const SEED = 20_261_121;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    row: { type: 'string', multiple: true },
    json: { type: 'string' },
    seed: { type: 'string', default: String(SEED) },
    rounds: { type: 'string' },
    soak: { type: 'string', default: '600' },
    folder: { type: 'string' },
    duckdb: { type: 'string' },
  },
});
const chosen = values.row ? ROWS.filter((row) => values.row?.includes(row.name)) : ROWS;
const unknown = values.row?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`no row ${unknown.join(', ')}; rows: ${ROWS.map((row) => row.name).join(', ')}\n`);
  process.exit(2);
}

const workspace = new Workspace(values.folder);
process.once('SIGINT', () => {
  workspace.remove();
  process.exit(130);
});
const conditions: Conditions = {
  workspace,
  short: values.short,
  rounds: Number(values.rounds ?? (values.short ? 2 : 3)),
  seed: Number(values.seed),
  soakSeconds: Number(values.soak),
  duckdb: values.duckdb ?? null,
};

const figures: Figure[] = [];
let failed = false;
try {
  for (const row of chosen) {
    const startedMs = performance.now();
    process.stderr.write(`${row.name}\n`);
    try {
      figures.push(...(await row.measure(conditions)));
    } catch (error) {
      failed = true;
      process.stderr.write(`  ${row.name} failed: ${(error as Error).message}\n`);
    }
    process.stderr.write(`  ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  }
} finally {
  workspace.remove();
}

const about = circumstances(conditions.seed, conditions.short);
console.log(
  `${about.date}, ${about.machine}, seed ${about.seed}${about.short ? ', short: limits are wide' : ''}\n`,
);
console.log(asTable(figures, conditions.short));
if (values.json) writeFileSync(values.json, `${JSON.stringify(asReport(figures, about), null, 1)}\n`);
if (!conditions.short && !values.row && !failed) {
  writeFileSync(join(ROOT, 'bench/RESULTS.md'), asMarkdown(figures, about));
}

const missed = figures.filter((figure) => meets(figure, conditions.short) === false);
if (missed.length > 0) console.log(`\nmissed: ${missed.map((figure) => figure.name).join(', ')}`);
process.exitCode = failed || missed.length > 0 ? 1 : 0;
