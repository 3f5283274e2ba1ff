// A database of invented matches, of which no evidence is computed yet: beacons and chance contacts over thirty days.

import { Writer } from '../src/store/commit.ts';
import { openDatabase } from '../src/store/database.ts';
import { openJob } from '../src/store/jobs.ts';
import type { LedgerRow } from '../src/store/ledger.ts';
import type { NewMatch } from '../src/store/matches.ts';
import { OPERATOR, RETENTION_BASIS } from './addresses.ts';
import { Random } from './random.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const FROM_MS = Date.UTC(2026, 5, 1);
const MATCHES_A_COMMIT = 50_000;
/** On average; half of the victims have a hundredth of it. */
const MATCHES_A_VICTIM = 200;
const INVENTED = Array.from({ length: 500 }, (_, n) => `indicator--${n}`);

/** In the order of their start, as a replay of exports brings them. */
/** @param indicators their ids */
export function writeVictimsDatabase(
  path: string,
  matches: number,
  seed: number,
  indicators: readonly string[] = INVENTED,
): void {
  const db = openDatabase(path);
  // Made once and measured later: it need not survive a power failure.
  db.pragma('synchronous = OFF');
  const writer = new Writer(db, { retentionDays: 365, review: () => null });
  const names = { name: 'bench', operator: OPERATOR, retentionBasis: RETENTION_BASIS };
  const job = openJob(db, { ...names, fingerprint: `${seed}`, straddling: 'contained', format: 'nfcapd' });
  const random = new Random(seed);
  const victims = Math.ceil(matches / MATCHES_A_VICTIM);
  for (let done = 0; done < matches; done += MATCHES_A_COMMIT) {
    const count = Math.min(MATCHES_A_COMMIT, matches - done);
    const minuteMs = FROM_MS + Math.floor((done / matches) * DAYS) * DAY_MS;
    const counts = { datagrams: count, records: count, matched: count, matches: count };
    const row: LedgerRow = { exporter: '192.0.2.1', fromMs: minuteMs, toMs: minuteMs + 60_000, counts };
    const found = Array.from({ length: count }, (_, n) =>
      invented(
        random,
        FROM_MS + Math.floor(((done + n) / matches) * DAYS * DAY_MS),
        victims,
        indicators,
        row,
      ),
    );
    const checkpoint = { position: done + count, done: done + count === matches };
    writer.commit({
      job,
      evaluatedAtMs: Date.now(),
      generation: 1,
      matches: found,
      ledger: [row],
      checkpoint,
    });
  }
  db.close();
}

function invented(
  random: Random,
  startMs: number,
  victims: number,
  indicators: readonly string[],
  row: LedgerRow,
): NewMatch {
  const chance = random.scattered() / 2 ** 32;
  // Most matches are of few victims.
  const victim = Math.floor(chance * chance * victims);
  const other = random.scattered();
  return {
    indicatorId: indicators[victim % indicators.length] as string,
    authorisation: '002/2026',
    victim: `10.${(victim >> 16) & 255}.${(victim >> 8) & 255}.${victim & 255}`,
    victimPort: 1_024 + (other % 60_000),
    c2: `203.0.113.${(victim % indicators.length) % 250}`,
    c2Port: 443,
    protocol: 6,
    direction: other & 1 ? 'to-c2' : 'from-c2',
    startMs,
    endMs: startMs + (other % 2_000),
    bytes: 400 + (other % 4_000),
    packets: 4 + (other % 10),
    tcpFlags: 27,
    sampling: 1,
    timeSource: 'absolute',
    sameRecord: false,
    row,
  };
}
