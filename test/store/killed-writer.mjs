// Replays made-up batches into the database named on the command line, from wherever its job stands, and prints how
// many are committed. Run from the build: Node 20 does not run TypeScript.
import { writeSync } from 'node:fs';
import { Writer } from '../../dist/src/store/commit.js';
import { openDatabase } from '../../dist/src/store/database.js';
import { openJob } from '../../dist/src/store/jobs.js';

const BATCHES = 60;
const MATCHES = 150;
const START_MS = Date.UTC(2026, 5, 30);

const db = openDatabase(process.argv[2]);
const job = openJob(db, {
  name: 'input',
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  fingerprint: '1-a',
  straddling: 'contained',
  format: 'nfcapd',
});
const writer = new Writer(db, { retentionDays: 365, review: () => null });
for (let batch = job.resume?.position ?? 0; batch < BATCHES; batch++) {
  const row = {
    exporter: `192.0.2.${batch % 3}`,
    fromMs: START_MS + (batch >> 3) * 60_000,
    toMs: START_MS + ((batch >> 3) + 1) * 60_000,
    counts: { records: 1000, matched: MATCHES, matches: MATCHES, noHit: 1000 - MATCHES },
  };
  const matches = Array.from({ length: MATCHES }, (_, n) => ({
    indicatorId: `indicator--${n % 7}`,
    authorisation: '002/2026',
    victim: `198.51.100.${n}`,
    victimPort: 1024 + batch,
    c2: '203.0.113.7',
    c2Port: 443,
    protocol: 6,
    direction: n % 2 ? 'to-c2' : 'from-c2',
    // Neighbouring batches share times, and so pages of the table.
    startMs: START_MS + ((batch * 37 + n * 11) % 5000),
    endMs: START_MS + 6000,
    bytes: n,
    packets: 1,
    tcpFlags: 2,
    sampling: null,
    timeSource: 'absolute',
    sameRecord: false,
    row,
  }));
  const checkpoint = { position: batch + 1, done: batch === BATCHES - 1 };
  writer.commit({
    job,
    evaluatedAtMs: START_MS + 86_400_000,
    generation: 1,
    matches,
    ledger: [row],
    checkpoint,
  });
  writeSync(1, `${batch + 1}\n`);
}
db.close();
