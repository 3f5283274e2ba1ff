// A database with matches of two authorisations and several victims, and the commands that decide on them.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { register as audit } from '../../src/cli/audit.ts';
import { register as backup } from '../../src/cli/backup.ts';
import { register as basis } from '../../src/cli/basis.ts';
import { register as consultations } from '../../src/cli/consultations.ts';
import { register as entity } from '../../src/cli/entity.ts';
import { register as investigation } from '../../src/cli/investigation.ts';
import { register as matchesCommand } from '../../src/cli/matches.ts';
import { register as purge } from '../../src/cli/purge.ts';
import { register as sequester } from '../../src/cli/sequester.ts';
import { register as subject } from '../../src/cli/subject.ts';
import { register as victims } from '../../src/cli/victims.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openSource } from '../../src/store/jobs.ts';
import { changed, ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { DAY_MS, match, request, row, writer } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { type InProcessRun, runInProcess } from '../support/in-process.ts';

export const FIRST = { reference: '002/2026', indicator: 'indicator--00000000-0000-4000-8000-000000000001' };
export const SECOND = { reference: '003/2026', indicator: 'indicator--00000000-0000-4000-8000-000000000002' };
/** Victims of both, of the first alone, of the second alone. */
export const VICTIMS = { both: '198.51.100.7', first: '198.51.100.9', second: '2001:db8:7::9' } as const;

const COMMANDS = [
  audit,
  backup,
  basis,
  consultations,
  entity,
  investigation,
  matchesCommand,
  purge,
  sequester,
  subject,
  victims,
];

export class Kept {
  readonly path = join(temporaryFolder(), 'kept.db');
  readonly evaluatedAtMs: number;

  /** @param daysAgo when the matches were evaluated; they are kept for 365 days */
  constructor(daysAgo = 1) {
    this.evaluatedAtMs = Date.now() - daysAgo * DAY_MS;
  }

  async fill(): Promise<this> {
    const db = openDatabase(this.path);
    try {
      for (const { reference, indicator } of [FIRST, SECOND]) {
        const header = { ...HEADER, reference, file: `FILE-${reference}` };
        await importAuthorisation(db, JSON.stringify(fileOf(header, [changed(ENTRY, { id: indicator })])));
      }
      this.store(db, FIRST, [VICTIMS.both, VICTIMS.first]);
      this.store(db, SECOND, [VICTIMS.both, VICTIMS.second]);
    } finally {
      db.close();
    }
    return this;
  }

  /** Three matches of each victim, an hour apart. */
  store(db: Database, { reference, indicator }: typeof FIRST, addresses: readonly string[]): void {
    const source = openSource(db, 'listener', {
      name: '127.0.0.1:2055',
      operator: 'example-isp',
      retentionBasis: 'lce-126-1',
    });
    const counted = row({ records: 10, matched: addresses.length * 3 });
    const found = addresses.flatMap((victim) =>
      [0, 1, 2].map((hour) =>
        match(counted, {
          victim,
          authorisation: reference,
          indicatorId: indicator,
          startMs: this.evaluatedAtMs - (3 - hour) * 3_600_000,
          endMs: this.evaluatedAtMs - (3 - hour) * 3_600_000 + 1_000,
        }),
      ),
    );
    const { evaluatedAtMs } = this;
    writer(db).commit(
      request(source, { matches: found, ledger: [counted], checkpoint: null, evaluatedAtMs }),
    );
  }

  run(...args: string[]): Promise<InProcessRun> {
    return runInProcess(COMMANDS, this.path, args);
  }

  /** Victims of the matches that are shown, each once. */
  async shown(...args: string[]): Promise<string[]> {
    const { out } = await this.run('matches', '--json', '--purpose', 'test', ...args);
    return victimsOf(out);
  }

  reading<T>(read: (db: Database) => T): T {
    const db = openDatabase(this.path);
    try {
      return read(db);
    } finally {
      db.close();
    }
  }

  /** Which of these stand in any byte of any file beside the database. */
  traces(addresses: readonly string[]): string[] {
    const folder = dirname(this.path);
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
    return addresses.filter((address) => bytes.some((text) => text.includes(address)));
  }
}

export function victimsOf(out: string): string[] {
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { victim: string });
  return [...new Set(lines.map(({ victim }) => victim))].sort();
}
