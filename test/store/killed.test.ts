import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { iterateLedger } from '../../src/store/ledger.ts';
import { iterateMatches } from '../../src/store/matches.ts';
import { temporaryFolder } from '../support/cli.ts';

const WRITER = join(import.meta.dirname, 'killed-writer.mjs');
const BUILT = existsSync(join(import.meta.dirname, '../../dist/src/store/commit.js'));

/** Runs the writer, kills it after it has told of `commits` further ones; the position it told last. */
function run(path: string, commits = Number.POSITIVE_INFINITY): Promise<{ told: number; killed: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (output.split('\n').length > commits) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const told = Number(output.trimEnd().split('\n').at(-1));
      if (signal === 'SIGKILL' || status === 0) resolve({ told, killed: signal !== null });
      else reject(new Error(`the writer ended with ${status ?? signal}`));
    });
  });
}

function contents(path: string) {
  const db = openDatabase(path);
  const kept = { matches: [...iterateMatches(db)], ledger: [...iterateLedger(db)] };
  db.close();
  return kept;
}

function standing(path: string) {
  const db = openDatabase(path);
  try {
    return {
      integrity: db.pragma('integrity_check', { simple: true }),
      foreignKeys: db.pragma('foreign_key_check'),
      position: db.prepare('SELECT position FROM jobs').pluck().get() as number,
      records: db.prepare('SELECT sum(records) FROM ledger').pluck().get() as number,
      counted: db.prepare('SELECT sum(matches) FROM ledger').pluck().get() as number,
      matches: db.prepare('SELECT count(*) FROM matches').pluck().get() as number,
    };
  } finally {
    db.close();
  }
}

describe.skipIf(!BUILT)('a writer that is killed (needs the build: npm run build)', () => {
  it('keeps all that it told of, nothing by halves, and ends as an undisturbed one', async () => {
    const folder = temporaryFolder();
    const disturbed = join(folder, 'disturbed.db');
    for (let kills = 1; ; kills++) {
      const { told, killed } = await run(disturbed, kills * 3);
      const { position, ...rest } = standing(disturbed);
      expect(position).toBeGreaterThanOrEqual(told);
      expect(rest).toEqual({
        integrity: 'ok',
        foreignKeys: [],
        records: position * 1_000,
        counted: position * 150,
        matches: position * 150,
      });
      if (!killed) {
        expect(kills).toBeGreaterThan(3);
        break;
      }
    }
    const undisturbed = join(folder, 'undisturbed.db');
    await run(undisturbed);
    expect(contents(disturbed)).toEqual(contents(undisturbed));
  });
});
