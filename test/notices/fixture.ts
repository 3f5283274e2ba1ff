// A database with an authority's list, a clock of the test's own, and what operators are told of it.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { IN_FORCE_DEFAULTS, type InForceOptions } from '../../src/authority/conditions.ts';
import type { NewStep } from '../../src/authority/steps.ts';
import { SigningKey } from '../../src/core/signing-key.ts';
import type { NoticeContent, NoticeKind } from '../../src/notices/notice.ts';
import { runRound } from '../../src/notices/round.ts';
import type { NoticeSettings } from '../../src/notices/settings.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type RecordedEvent, readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { changed, ENTRY, type Fields, fileOf, HEADER, ms } from '../authority/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';

/** When the list is taken in: a day after the decision; ENTRY's verification is due on 2 July, midnight. */
export const IMPORTED_MS = ms('2026-06-26T00:00:00Z');
export const DUE_MS = ms('2026-07-02T00:00:00Z');

export function openKept(path: string): Database {
  const db = openDatabase(path);
  onTestFinished(() => void db.close());
  return db;
}

export function settings(folder: string, notices: Partial<NoticeSettings['notices']> = {}): NoticeSettings {
  return {
    database: join(folder, 'test.db'),
    signingKey: null,
    verification: { onOverdue: 'suspend' },
    warningLists: { onAuthorised: 'warn' },
    mail: {
      host: null,
      port: 587,
      tls: 'starttls',
      ca: null,
      user: null,
      passwordFile: null,
      from: null,
      timeoutSeconds: 5,
    },
    notices: {
      channels: [],
      escalation: [],
      acknowledgeWithinSeconds: 86_400,
      timeoutSeconds: 5,
      maxAttempts: 3,
      firstRetrySeconds: 1,
      longestRetrySeconds: 2,
      ...notices,
    },
  };
}

/** What a notice says, as far as most tests look. */
export interface Told {
  readonly operator: string;
  readonly kind: NoticeKind;
  readonly rule: string;
  readonly addresses: readonly string[];
}

export class Authority {
  readonly folder = temporaryFolder();
  readonly path = join(this.folder, 'test.db');
  readonly db = openKept(this.path);
  readonly key = SigningKey.open(join(this.folder, 'key.pem'));
  nowMs = IMPORTED_MS;
  private toldTo = 0;

  async import(entries: readonly Fields[], header: Fields = {}): Promise<void> {
    await importAuthorisation(this.db, JSON.stringify(fileOf(changed(HEADER, header), entries)), {
      by: 'a.analyst',
      at: this.nowMs,
    });
  }

  step(address: string, step: NewStep, by = 'a.analyst'): void {
    const { id } = findIndicator(this.db, address);
    recordStep(this.db, id, step, { by, role: 'analyst', at: this.nowMs });
  }

  look(options: Partial<InForceOptions> = {}, db = this.db): number {
    return runRound(
      db,
      { ...IN_FORCE_DEFAULTS, ...options },
      () => this.key,
      () => this.nowMs,
    );
  }

  /** Looks, and gives what is told since the last time. */
  tell(options: Partial<InForceOptions> = {}): Told[] {
    this.look(options);
    return this.contents().map(({ operator, kind, rule, indicators }) => ({
      operator,
      kind,
      rule,
      addresses: indicators.map(({ address }) => address).sort(),
    }));
  }

  /** In full; none of them twice. */
  contents(): NoticeContent[] {
    const rows = this.db
      .prepare<[number], { sequence: number; body: Buffer }>(
        "SELECT sequence, body FROM notices WHERE sequence > ? AND recipient = 'operator' ORDER BY sequence",
      )
      .all(this.toldTo);
    this.toldTo = rows.at(-1)?.sequence ?? this.toldTo;
    return rows.map(({ body }) => JSON.parse(body.toString('utf8')) as NoticeContent);
  }

  events(action: string): RecordedEvent[] {
    return [...readEvents(this.db)].filter((event) => event.action === action);
  }
}

/** ENTRY, and others like it. */
export function entry(address: string, changes: Fields = {}): Fields {
  return changed(ENTRY, { address, ...changes });
}
