// One authorisation file being taken in, within its transaction: what it says against what is stored.
import { hash } from 'node:crypto';
import type { Authorisation } from '../authority/authorisation.ts';
import type { AuthorisationFile, ListedEntry } from '../authority/file.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import type { Refusal } from '../authority/refusal.ts';
import type { ListHit } from '../authority/warninglist.ts';
import { FlowSieveError } from '../core/errors.ts';
import { loadAuthorisations } from './authorisation-records.ts';
import type { Database } from './database.ts';
import { advanceGeneration, currentGeneration, eventWriter } from './events.ts';
import { IndicatorWriter, type StoredIndicator } from './indicator-writer.ts';
import { type ChangedBy, makeKnown } from './operators.ts';
import { recordHitsWithin } from './warninglist-hits.ts';
import { WarningLists } from './warninglists.ts';

export interface ImportReport {
  readonly file: string;
  readonly reference: string;
  /** Version of the authorisation that the database holds now. */
  readonly version: number;
  readonly generation: number;
  readonly changed: boolean;
  readonly entries: number;
  readonly indicators: { readonly added: number; readonly changed: number; readonly withdrawn: number };
  /** Entries refused, and every fault of theirs up to a bound. */
  readonly refused: number;
  readonly refusals: readonly Refusal[];
  /** Entries of this import on warning lists: they match all the same, and somebody should look. */
  readonly warned: number;
  readonly warnings: readonly ImportWarning[];
  readonly operatorsAdded: readonly string[];
}

/** An entry that was added or changed, and a warning list that its address meets. */
export interface ImportWarning extends ListHit {
  readonly entry: number;
  readonly line: number | null;
  readonly indicator: string;
  readonly address: string;
}

/** Warnings that are told; the rest is counted. */
const MOST_WARNINGS = 10_000;

/** Where a file came from, and who takes it in. */
export interface ImportSource {
  /** SHA-256 of its bytes. */
  readonly digest: Buffer;
  /** Version of the checks that it has passed. */
  readonly checks: number;
  readonly name: string;
  readonly change: ChangedBy;
}

export class FileImport {
  private readonly db: Database;
  private readonly file: AuthorisationFile;
  private readonly source: ImportSource;
  private readonly change: ChangedBy;
  private readonly reference: string;
  private readonly refusals: Refusal[];
  private readonly counts = { added: 0, changed: 0, withdrawn: 0 };
  private refused: number;
  private warned = 0;
  private readonly warnings: ImportWarning[] = [];
  private readonly writeEvent: ReturnType<typeof eventWriter>;

  constructor(db: Database, file: AuthorisationFile, source: ImportSource) {
    this.db = db;
    this.file = file;
    this.source = source;
    this.change = source.change;
    this.reference = file.authorisation.reference;
    this.refusals = [...file.refusals];
    this.refused = file.refusedEntries;
    this.writeEvent = eventWriter(db);
  }

  run(): ImportReport {
    const before = loadAuthorisations(this.db, Infinity, this.reference).get(this.reference);
    if (before) this.refuseAnother(before);
    const headerChanged = this.putIndicators() || !before || !sameHeader(before, this.file.authorisation);
    const operatorsAdded = headerChanged
      ? makeKnown(this.db, this.file.authorisation.operators, this.change)
      : [];
    const version = headerChanged ? this.putAuthorisation(before) : before.version;
    this.putImport(version);
    return {
      file: this.source.name,
      reference: this.reference,
      version,
      generation: headerChanged ? advanceGeneration(this.db) : currentGeneration(this.db),
      changed: headerChanged,
      entries: this.file.entries,
      indicators: this.counts,
      refused: this.refused,
      refusals: this.refusals,
      warned: this.warned,
      warnings: this.warnings,
      operatorsAdded,
    };
  }

  /** A reference is unique: another decision under it would silently take the place of the first. */
  private refuseAnother(before: AuthorisationRecord): void {
    const { authorisation } = this.file;
    for (const key of ['file', 'regime'] as const) {
      if (before[key] === authorisation[key]) continue;
      throw new FlowSieveError(
        'AUTHORISATION_UNREADABLE',
        `${this.source.name} is refused:\n  authorisation.${key}: ${JSON.stringify(authorisation[key])}: the authorisation ` +
          `${this.reference} is known with ${JSON.stringify(before[key])}; a reference names one decision (rule L1)`,
      );
    }
  }

  /** @returns whether any indicator changed */
  private putIndicators(): boolean {
    const stored = this.storedIndicators();
    const ownerOf = this.ownerOfForeign();
    const writer = new IndicatorWriter(this.db, this.reference, 'file', this.change);
    let warningLists: WarningLists | null = null;
    for (const listed of inOrderOfIds(this.file.listed)) {
      const { id } = listed.indicator;
      const before = stored.get(id);
      stored.delete(id);
      const owner = before ? undefined : ownerOf?.(id);
      if (owner !== undefined) {
        this.refuse(listed, owner);
        continue;
      }
      const body = JSON.stringify(listed.indicator);
      const digest = sha256(body);
      if (before?.listed === 1 && before.origin === 'file' && before.digest.equals(digest)) continue;
      const changes = before ? changedFields(writer.documentOf(before), listed.indicator) : null;
      const version = writer.put(listed, before, body, digest);
      this.counts[before?.listed === 1 ? 'changed' : 'added'] += 1;
      this.event(before?.listed === 1 ? 'indicator.adapt' : 'indicator.add', id, version, digest, {
        authorisation: this.reference,
        address: listed.indicator.address,
        ...(changes === null ? {} : { changes }),
      });
      warningLists ??= WarningLists.ofStored(this.db);
      this.warn(listed, warningLists.hits(listed.prefix), before === undefined);
    }
    for (const before of stored.values()) {
      // What was proposed and completed is no file's to withdraw.
      if (before.origin === 'proposal') continue;
      if (before.listed === 0 || this.file.refusedIds.has(before.id)) continue;
      const version = writer.withdraw(before);
      this.counts.withdrawn += 1;
      this.event('indicator.withdraw', before.id, version, before.digest, { authorisation: this.reference });
    }
    return this.counts.added + this.counts.changed + this.counts.withdrawn > 0;
  }

  private warn({ entry, line, indicator }: ListedEntry, hits: readonly ListHit[], isNew: boolean): void {
    const { id, address } = indicator;
    if (!isNew || hits.some(({ severity }) => severity === 'hard')) {
      recordHitsWithin(this.db, id, hits, this.change, 'hard');
    }
    if (hits.length === 0) return;
    this.warned += 1;
    for (const hit of hits.slice(0, MOST_WARNINGS - this.warnings.length)) {
      this.warnings.push({ entry, line, indicator: id, address, ...hit });
    }
  }

  /** The authorisation that an indicator of another one belongs to; `null` where there is no other. */
  private ownerOfForeign(): ((id: string) => string | undefined) | null {
    const others = this.db
      .prepare('SELECT 1 FROM indicatorScopes WHERE authorisation <> ? LIMIT 1')
      .get(this.reference);
    if (others === undefined) return null;
    const select = this.db
      .prepare<[string], string>(
        `SELECT authorisation FROM indicatorVersions JOIN indicatorScopes ON indicatorScopes.id = scope
         WHERE indicatorVersions.id = ? LIMIT 1`,
      )
      .pluck();
    return (id) => select.get(id) as string | undefined;
  }

  private storedIndicators(): Map<string, StoredIndicator> {
    const rows = this.db
      .prepare<[string], StoredIndicator>(
        `SELECT indicatorVersions.id, version, digest, listed, recordedAtMs, document, origin FROM indicatorVersions
         JOIN indicatorScopes ON indicatorScopes.id = scope
         WHERE scope IN (SELECT id FROM indicatorScopes WHERE authorisation = ?) ORDER BY indicatorVersions.id, version`,
      )
      .iterate(this.reference);
    const stored = new Map<string, StoredIndicator>();
    for (const row of rows) stored.set(row.id, row);
    return stored;
  }

  private refuse({ entry, line, indicator }: ListedEntry, owner: string): void {
    this.refused += 1;
    this.refusals.push({
      entry,
      line,
      address: indicator.address,
      field: 'id',
      value: JSON.stringify(indicator.id),
      rule: 'format',
      message: `is the id of an indicator of the authorisation ${owner}`,
    });
  }

  private putAuthorisation(before: AuthorisationRecord | undefined): number {
    const { authorisation } = this.file;
    const version = (before?.version ?? 0) + 1;
    const recordedAtMs = Math.max(this.change.at, before?.recordedAtMs ?? 0);
    const body = JSON.stringify(authorisation);
    const digest = sha256(body);
    this.db
      .prepare('INSERT INTO authorisationVersions VALUES (?, ?, ?, ?, ?, ?)')
      .run(this.reference, version, recordedAtMs, this.change.by, digest, body);
    this.event('authorisation.import', this.reference, version, digest, {
      file: this.source.digest.toString('hex'),
      document: authorisation.document.sha256,
      regime: { id: authorisation.regime, digest: authorisation.regimeDigest },
      indicators: this.counts,
      refused: this.refused,
      ...(before ? { changes: changedFields(before, authorisation) } : {}),
    });
    return version;
  }

  private putImport(version: number): void {
    const { at, by } = this.change;
    this.db
      .prepare(
        `INSERT INTO authorisationImports (digest, checks, reference, version, atMs, actor, entries, refused, refusals)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        this.source.digest,
        this.source.checks,
        this.reference,
        version,
        at,
        by,
        this.file.entries,
        this.refused,
        JSON.stringify(this.refusals),
      );
  }

  private event(
    action: string,
    object: string,
    version: number,
    digest: Buffer,
    detail: Record<string, unknown>,
  ): void {
    const { at: atMs, by: actor, role } = this.change;
    this.writeEvent({ atMs, actor, role, action, object, version, digest, detail });
  }
}

/** The order of the table, which then grows at its end instead of everywhere. */
function inOrderOfIds(listed: readonly ListedEntry[]): readonly ListedEntry[] {
  return listed.toSorted((a, b) => (a.indicator.id < b.indicator.id ? -1 : 1));
}

function sameHeader(before: AuthorisationRecord, now: Authorisation): boolean {
  return changedFields(before, now).length === 0;
}

/** The fields of `now` that `before` has otherwise. */
function changedFields<T extends object>(before: T, now: T): string[] {
  return Object.entries(now)
    .filter(([key, value]) => JSON.stringify(before[key as keyof T]) !== JSON.stringify(value))
    .map(([key]) => key);
}

function sha256(content: string): Buffer {
  return hash('sha256', content, 'buffer');
}
