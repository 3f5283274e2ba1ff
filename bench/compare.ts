// Compares two runs of the benchmark on one machine: node compare.js BASE.json BRANCH.json
// Ratios to the rivals are compared, not times. Exit status 1 where one has fallen below the limit.
import { readFileSync } from 'node:fs';
import type { Report } from './report.ts';

/** A short run on a shared machine repeats itself within this share. */
const LIMIT = 0.7;

const [basePath, branchPath] = process.argv.slice(2) as [string?, string?];
if (!basePath || !branchPath) {
  process.stderr.write('usage: compare.js BASE.json BRANCH.json\n');
  process.exit(2);
}
const read = (path: string): Report => JSON.parse(readFileSync(path, 'utf8')) as Report;
const base = new Map(read(basePath).figures.map((figure) => [figure.name, figure]));

let fallen = 0;
for (const figure of read(branchPath).figures) {
  const before = base.get(figure.name);
  if (figure.ratio === null) continue;
  if (before === undefined || before.ratio === null) {
    console.log(`${figure.name}: new, ${figure.ratio.toFixed(2)} ×`);
    continue;
  }
  const change = figure.ratio / before.ratio;
  const verdict = change < LIMIT ? `below ${LIMIT} of the base` : 'kept';
  if (change < LIMIT) fallen++;
  console.log(`${figure.name}: ${before.ratio.toFixed(2)} × → ${figure.ratio.toFixed(2)} ×, ${verdict}`);
}
process.exitCode = fallen > 0 ? 1 : 0;
