import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { register as config } from '../../src/cli/config.ts';
import { register as ledger } from '../../src/cli/ledger.ts';
import { register as matches } from '../../src/cli/matches.ts';
import { listConsultations } from '../../src/store/consultations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { Sqlite } from '../../src/store/sqlite.ts';
import { job, match, request, row, START_MS, writer } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';

let path: string;
let out: string;
let err: string;

beforeEach(() => {
  path = join(temporaryFolder(), 'test.db');
  const db = openDatabase(path);
  const counted = row({ records: 10, matched: 2, noHit: 8, kernelDropped: 3 });
  const found = [
    match(counted),
    match(counted, { indicatorId: 'indicator--2', startMs: START_MS + 5, victim: '2001:db8::1' }),
  ];
  writer(db).commit(request(job(db), { matches: found, ledger: [counted] }));
  db.close();
  out = err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function flowsieve(...args: string[]): Promise<void> {
  const program = new Command('flowsieve').option('--db <file>').option('--config <file>').option('--json');
  for (const register of [matches, ledger, config]) register(program);
  for (const command of [program, ...program.commands]) command.exitOverride();
  await program.parseAsync(['--db', path, ...args], { from: 'user' });
}

const lines = () => out.trimEnd().split('\n');

describe('flowsieve matches', () => {
  it('prints a JSON object a line, with the fields of the contract first', async () => {
    await flowsieve('matches', '--json', '--purpose', 'test');
    expect(lines()).toHaveLength(2);
    expect(Object.keys(JSON.parse(lines()[0] as string)).slice(0, 21)).toEqual(
      'id indicator authorisation operator exporter victim victimPort c2 c2Port protocol direction startMs endMs bytes packets tcpFlags sampling timeSource evaluatedAtMs deleteAfterMs source'.split(
        ' ',
      ),
    );
  });

  it('prints a line for people', async () => {
    await flowsieve('matches', '--purpose', 'test');
    expect(lines()[1]).toMatch(
      /^2026-06-30T12:00:00.005Z {2}tcp .*\[2001:db8::1\]:51000 +-> {2}203.0.113.7:443 .*1200 bytes .*indicator--2 \(002\/2026\) {2}example-isp 192.0.2.1$/,
    );
    expect(err).toBe('2 matches\n');
  });

  it('records who looked and what for', async () => {
    await flowsieve(
      'matches',
      '--indicator',
      'indicator--2',
      '--since',
      '2026-06-01',
      '--by',
      'an.analyst',
      '--purpose',
      'warn',
    );
    expect(lines()).toHaveLength(1);
    const db = openDatabase(path);
    expect(listConsultations(db)).toMatchObject([
      {
        by: 'an.analyst',
        purpose: 'warn',
        filter: { indicator: 'indicator--2', sinceMs: Date.UTC(2026, 5, 1) },
        rows: 1,
      },
    ]);
    db.close();
  });

  it('says that a consultation without purpose is recorded as such', async () => {
    await flowsieve('matches', '--json', '--limit', '1');
    expect(lines()).toHaveLength(1);
    expect(err).toMatch(/without --purpose/);
  });

  it('refuses what is no time or no number', async () => {
    await expect(flowsieve('matches', '--since', 'yesterday')).rejects.toThrow(/not a date/);
    await expect(flowsieve('matches', '--limit', '-1')).rejects.toThrow(/Not a whole number/);
  });

  it('does not create a database', async () => {
    await expect(flowsieve('matches', '--db', `${path}.other`)).rejects.toThrow(/there is no such database/);
  });
});

describe('flowsieve ledger', () => {
  it('prints a JSON object a line', async () => {
    await flowsieve('ledger', '--json');
    expect(lines().map((line) => JSON.parse(line))).toMatchObject([
      {
        fromMs: START_MS,
        operator: 'example-isp',
        records: 10,
        matched: 2,
        discarded: { noHit: 8 },
        kernelDropped: 3,
      },
    ]);
    expect(process.exitCode).toBe(0);
  });

  it('prints a table, added up by interval', async () => {
    await flowsieve('ledger', '--by', 'day', '--operator', 'example-isp');
    expect(lines()[1]).toMatch(/^2026-06-30T00:00:00.000Z +example-isp +192.0.2.1 +1 +10 +2 +8 /);
  });

  it.each(['operator', 'exporter'])('adds up over all time by %s, with what was lost', async (by) => {
    await flowsieve('ledger', '--by', by, '--json');
    expect(lines().map((line) => JSON.parse(line))).toMatchObject([
      {
        operator: 'example-isp',
        exporter: by === 'operator' ? null : '192.0.2.1',
        unaccounted: 0,
        coverage: {
          received: { records: 10, undecodable: 0 },
          accounted: { matched: 2, discarded: 8 },
          lostDatagrams: 3,
          lostShare: 0.75,
        },
      },
    ]);
  });

  it('ends with 1 where two faults make up for each other', async () => {
    const tampered = new Sqlite(path);
    tampered.pragma('ignore_check_constraints = ON');
    const columns = (tampered.pragma('table_info(ledger)') as { name: string }[]).map(({ name }) => name);
    const other = columns.map((name) => ({ fromMs: 'fromMs + 60000', noHit: 'noHit + 5' })[name] ?? name);
    tampered.exec(`INSERT INTO ledger (${columns}) SELECT ${other} FROM ledger`);
    tampered.exec(`UPDATE ledger SET noHit = noHit - 5 WHERE fromMs = ${START_MS}`);
    tampered.close();
    await flowsieve('ledger', '--by', 'operator');
    expect(err).toMatch(/10 of 20 records are neither matched nor discarded/);
    expect(process.exitCode).toBe(1);
  });

  it('ends with 1 where a record is not accounted for', async () => {
    const tampered = new Sqlite(path);
    tampered.pragma('ignore_check_constraints = ON');
    tampered.exec('UPDATE ledger SET noHit = 5');
    tampered.close();
    await flowsieve('ledger', '--json');
    expect(err).toMatch(/example-isp 192.0.2.1: 3 of 10 records are neither matched nor discarded/);
    expect(process.exitCode).toBe(1);
  });
});

describe('flowsieve config', () => {
  it('shows every value and where it comes from', async () => {
    await flowsieve('config', 'check', '--json');
    const settings = lines().map((line) => JSON.parse(line));
    expect(settings).toContainEqual({ key: 'database', value: path, from: '--db' });
    expect(settings).toContainEqual({ key: 'retention.days', value: 365, from: 'default' });
  });

  it('shows the configuration in force, and a regime', async () => {
    await flowsieve('config', 'show', '--json');
    expect(JSON.parse(out).matching).toEqual({ straddling: 'contained', workers: 1, flush_after_ms: 50 });
    out = '';
    await flowsieve('config', 'show', '--regime', 'nis2-csirt');
    expect(out).toMatch(/^nis2-csirt: /);
  });

  it('says which regimes there are', async () => {
    await expect(flowsieve('config', 'show', '--regime', 'none')).rejects.toThrow(
      /there are intelligence-services, nis2-csirt/,
    );
  });
});
