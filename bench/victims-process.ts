// A process of its own, on a database whose evidence is not computed: `aggregate` brings it up to date as `victims` does;
// `query` asks SQLite for counts, bytes and times of the same groups in one statement.
// Usage: node victims-process.js aggregate|query DATABASE; prints {seconds, groups, mebibytes}, start-up left out.
import { readFileSync } from 'node:fs';
import { openDatabase } from '../src/store/database.ts';
import { refreshEvidence } from '../src/victims/refresh.ts';

const QUERY = `SELECT count(*) FROM (
  SELECT victim, indicator, operator, retentionBasis, count(*), sum(bytes), sum(packets), min(startMs), max(endMs),
    count(DISTINCT startMs / 3600000)
  FROM matches JOIN origins ON origins.id = origin JOIN sources ON sources.id = source
  GROUP BY victim, indicator, operator, retentionBasis)`;

const [what, path] = process.argv.slice(2) as [string, string];
const db = openDatabase(path);
const startedMs = performance.now();
if (what === 'aggregate') refreshEvidence(db);
const text = what === 'aggregate' ? 'SELECT count(*) FROM evidence' : QUERY;
const groups = db.prepare(text).pluck().get() as number;
const seconds = (performance.now() - startedMs) / 1000;
// Not getrusage's: what the parent had at the fork would count as this process's.
const highWater = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
const mebibytes = Number(highWater) / 1024;
console.log(JSON.stringify({ seconds, groups, mebibytes }));
db.close();
