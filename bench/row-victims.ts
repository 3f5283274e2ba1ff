// Evidence of many matches: how long it takes to compute, in what memory, and how soon `victims` answers then. Beside it one
// SQL statement over the same matches, which gives counts and times, but neither classes, beacon scores nor ports.
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FLOWSIEVE } from './addresses.ts';
import type { Figure } from './figure.ts';
import { run } from './process.ts';
import { type Conditions, mustEqual, type Row } from './row.ts';
import { writeVictimsDatabase } from './victims-database.ts';

const PROCESS = fileURLToPath(new URL('./victims-process.js', import.meta.url));
/** Of a match in the database, with its indices. */
const BYTES_A_MATCH = 200;

interface Outcome {
  readonly seconds: number;
  readonly groups: number;
  readonly mebibytes: number;
}

export const victims: Row = {
  name: 'victims',
  measure(conditions) {
    const [few, many] = conditions.short ? [50_000, 200_000] : [1e6, 10e6];
    const small = measured(conditions, few as number);
    const large = measured(conditions, many as number);
    return [
      {
        name: 'victims/aggregate',
        what: `evidence of ${words(few as number)} matches`,
        figure: small.ours.seconds,
        unit: 's',
        rival: { name: 'one SQL statement', figure: small.theirs.seconds },
        target: { of: 'figure', atMost: 15, short: 15 },
      },
      {
        name: 'victims/aggregate/many',
        what: `evidence of ${words(many as number)} matches`,
        figure: large.ours.seconds,
        unit: 's',
        rival: { name: 'one SQL statement', figure: large.theirs.seconds },
        target: null,
      },
      {
        name: 'victims/memory',
        what: 'the same: resident memory, most',
        figure: large.ours.mebibytes,
        unit: 'MiB',
        rival: null,
        target: { of: 'figure', atMost: 250, short: 250 },
      },
      {
        name: 'victims/memory/growth',
        what: `the same, beside ${words(few as number)} matches: more memory`,
        figure: large.ours.mebibytes / small.ours.mebibytes,
        unit: '×',
        rival: null,
        target: { of: 'figure', atMost: 1.25, short: 1.5 },
      },
      {
        name: 'victims/answer',
        what: `\`victims --limit 100\` over ${words(many as number)} matches, whole process`,
        figure: large.answer,
        unit: 's',
        rival: null,
        target: { of: 'figure', atMost: 1, short: 5 },
      },
    ] satisfies Figure[];
  },
};

function measured({ workspace, seed }: Conditions, matches: number) {
  const made = workspace.input(`victims-${matches}.db`, matches * BYTES_A_MATCH, (path) =>
    writeVictimsDatabase(path, matches, seed),
  );
  const path = workspace.path('victims.db');
  copyFileSync(made, path);
  const theirs = outcome('query', path);
  const ours = outcome('aggregate', path);
  mustEqual(`groups of ${matches} matches`, ours.groups, theirs.groups);
  const asked = [FLOWSIEVE, '--db', path, 'victims', '--limit', '100', '--purpose', 'bench'];
  const { seconds: answer } = run(process.execPath, asked);
  workspace.discard('victims.db', 'victims.db-wal', 'victims.db-shm', `victims-${matches}.db`);
  return { ours, theirs, answer };
}

function outcome(what: 'aggregate' | 'query', path: string): Outcome {
  return JSON.parse(run(process.execPath, [PROCESS, what, path]).stdout) as Outcome;
}

function words(count: number): string {
  return count.toLocaleString('en');
}
