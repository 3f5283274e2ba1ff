// Writes versions of indicators with statements prepared once, and what many of them share only once.
import type { ListedEntry } from '../authority/file.ts';
import type { Indicator } from '../authority/indicator.ts';
import { encodeLife, type Origin, scopeOf } from '../authority/records.ts';
import type { Database } from './database.ts';
import type { ChangedBy } from './operators.ts';
import { storedWords } from './stored-words.ts';

/** An indicator's newest version, as far as the next one must know it. */
export interface StoredIndicator {
  readonly id: string;
  readonly version: number;
  readonly digest: Buffer;
  readonly listed: 0 | 1;
  readonly recordedAtMs: number;
  readonly document: number;
  readonly origin: Origin;
}

export class IndicatorWriter {
  private readonly reference: string;
  private readonly origin: Origin;
  private readonly change: ChangedBy;
  private readonly insertDocument;
  private readonly insertVersion;
  private readonly insertWithdrawal;
  private readonly selectDocument;
  private readonly scopes: Shared;
  private readonly lives: Shared;

  constructor(db: Database, reference: string, origin: Origin, change: ChangedBy) {
    this.reference = reference;
    this.origin = origin;
    this.change = change;
    this.insertDocument = db.prepare('INSERT INTO indicatorDocuments (body) VALUES (?)');
    this.insertVersion = db.prepare(
      `INSERT INTO indicatorVersions VALUES (${Array(16).fill('?').join(', ')})`,
    );
    this.insertWithdrawal = db.prepare(
      `INSERT INTO indicatorVersions
       SELECT id, version + 1, ?, ?, 0, family, first, last, port, protocol, firstSeenMs, trafficUntilMs, scope, life,
         digest, document
       FROM indicatorVersions WHERE id = ? AND version = ?`,
    );
    this.selectDocument = db.prepare('SELECT body FROM indicatorDocuments WHERE id = ?').pluck();
    this.scopes = new Shared(
      db,
      `SELECT id FROM indicatorScopes WHERE authorisation = ? AND origin = ? AND retention = ?
         AND ifnull(retentionTerm, '') = ifnull(?, '') AND access = ? AND task = ?`,
      `INSERT INTO indicatorScopes (authorisation, origin, retention, retentionTerm, access, task)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.lives = new Shared(
      db,
      'SELECT id FROM indicatorLives WHERE body = ?',
      'INSERT INTO indicatorLives (body) VALUES (?)',
    );
  }

  documentOf(stored: StoredIndicator): Indicator {
    return JSON.parse(this.selectDocument.get(stored.document) as string) as Indicator;
  }

  /** @returns the version */
  put(
    { indicator, prefix }: Pick<ListedEntry, 'indicator' | 'prefix'>,
    before: StoredIndicator | undefined,
    body: string,
    digest: Buffer,
  ): number {
    const version = (before?.version ?? 0) + 1;
    const life = encodeLife(indicator);
    const { authorisation, origin, retention, retentionTerm, access, task } = scopeOf(
      indicator,
      this.reference,
      this.origin,
    );
    const scope = [authorisation, origin, retention, retentionTerm, access, task];
    this.insertVersion.run(
      indicator.id,
      version,
      this.recordedAt(before),
      this.change.by,
      1,
      prefix.family,
      storedWords(prefix.first),
      storedWords(prefix.last),
      indicator.port,
      indicator.protocol,
      indicator.firstSeenMs,
      indicator.trafficUntilMs,
      this.scopes.idOf(scope.join('\n'), scope),
      this.lives.idOf(life, [life]),
      digest,
      this.insertDocument.run(body).lastInsertRowid,
    );
    return version;
  }

  /** @returns the version that says so */
  withdraw(before: StoredIndicator): number {
    this.insertWithdrawal.run(this.recordedAt(before), this.change.by, before.id, before.version);
    return before.version + 1;
  }

  /** Never before what it follows, whatever the clock did. */
  private recordedAt(before: StoredIndicator | undefined): number {
    return Math.max(this.change.at, before?.recordedAtMs ?? 0);
  }
}

type Values = readonly (string | null)[];

/** Rows that many indicators name, each written once. */
class Shared {
  private readonly select;
  private readonly insert;
  private readonly ids = new Map<string, number | bigint>();

  constructor(db: Database, select: string, insert: string) {
    this.select = db.prepare<(string | null)[], number>(select).pluck();
    this.insert = db.prepare<(string | null)[]>(insert);
  }

  idOf(key: string, values: Values): number | bigint {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = (this.select.get(...values) as number | undefined) ?? this.insert.run(...values).lastInsertRowid;
      this.ids.set(key, id);
    }
    return id;
  }
}
