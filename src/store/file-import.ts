// One authorisation file being taken in, within its transaction: what it says against what is stored.
import { hash } from 'node:crypto';
import type { Authorisation } from '../authority/authorisation.ts';
import { changedKeys, differences } from '../authority/differences.ts';
import type { AuthorisationFile, ListedEntry } from '../authority/file.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import { type Refusal, showValue } from '../authority/refusal.ts';
import type { ListHit } from '../authority/warninglist.ts';
import { formatInstant } from '../core/time.ts';
import { loadAuthorisations } from './authorisation-records.ts';
import { putAuthorisation, refuseHead } from './authorisation-writer.ts';
import type { Database } from './database.ts';
import { advanceGeneration, currentGeneration, eventWriter } from './events.ts';
import type { ImportReport, ImportWarning, IndicatorChange } from './import-report.ts';
import { revocations } from './indicator-steps.ts';
import { IndicatorWriter, type StoredIndicator } from './indicator-writer.ts';
import { type ChangedBy, makeKnown } from './operators.ts';
import { recordHitsWithin } from './warninglist-hits.ts';
import { WarningLists } from './warninglists.ts';

/** Changes that are told; the rest is counted. */
const MOST_CHANGES = 10_000;
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

/** Why an entry is refused for its id. */
type Reason = Pick<Refusal, 'rule' | 'message'>;

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
  private readonly changes: IndicatorChange[] = [];
  private warningLists: WarningLists | null = null;
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
    const { db, file, source, reference } = this;
    const before = loadAuthorisations(db, Infinity, reference).get(reference);
    refuseHead(db, source.name, file.authorisation, before);
    const head = before ? differences(before, file.authorisation) : [];
    const changed = this.putIndicators() || !before || head.length > 0;
    const operatorsAdded = changed ? makeKnown(db, file.authorisation.operators, this.change) : [];
    const version = changed ? this.putHead(before) : before.version;
    this.putImport(version);
    return {
      file: source.name,
      reference,
      version,
      generation: changed ? advanceGeneration(db) : currentGeneration(db),
      changed,
      head,
      entries: file.entries,
      indicators: this.counts,
      changes: this.changes,
      refused: this.refused,
      refusals: this.refusals,
      warned: this.warned,
      warnings: this.warnings,
      operatorsAdded,
    };
  }

  /** @returns whether any indicator changed */
  private putIndicators(): boolean {
    const stored = this.storedIndicators();
    const reasonAgainst = this.reasonAgainst();
    const writer = new IndicatorWriter(this.db, this.reference, 'file', this.change);
    for (const listed of inOrderOfIds(this.file.listed)) {
      const { id } = listed.indicator;
      const before = stored.get(id);
      stored.delete(id);
      const reason = reasonAgainst(id, before);
      if (reason) this.refuse(listed, reason);
      else this.put(listed, before, writer);
    }
    for (const before of stored.values()) {
      // What was proposed and completed is no file's to withdraw.
      if (before.origin === 'proposal') continue;
      if (before.listed === 0 || this.file.refusedIds.has(before.id)) continue;
      const version = writer.withdraw(before);
      this.counts.withdrawn += 1;
      const { address } = writer.documentOf(before);
      this.tell({ id: before.id, address, change: 'withdrawn', fields: [] });
      this.event('indicator.withdraw', before.id, version, before.digest, {
        authorisation: this.reference,
        address,
      });
    }
    return this.counts.added + this.counts.changed + this.counts.withdrawn > 0;
  }

  private put(listed: ListedEntry, before: StoredIndicator | undefined, writer: IndicatorWriter): void {
    const { indicator, prefix } = listed;
    const { id, address } = indicator;
    const body = JSON.stringify(indicator);
    const digest = sha256(body);
    const isListed = before?.listed === 1;
    if (isListed && before.origin === 'file' && before.digest.equals(digest)) return;
    const known = before && writer.documentOf(before);
    const version = writer.put(listed, before, body, digest);
    this.counts[isListed ? 'changed' : 'added'] += 1;
    if (before) {
      const change = before.origin === 'proposal' ? 'taken over' : isListed ? 'changed' : 'listed again';
      this.tell({ id, address, change, fields: differences(known!, indicator) });
    }
    this.event(isListed ? 'indicator.adapt' : 'indicator.add', id, version, digest, {
      authorisation: this.reference,
      address,
      ...(known ? { changes: changedKeys(known, indicator) } : {}),
    });
    this.warningLists ??= WarningLists.ofStored(this.db);
    this.warn(listed, this.warningLists.hits(prefix), before === undefined);
  }

  private tell(change: IndicatorChange): void {
    if (this.changes.length < MOST_CHANGES) this.changes.push(change);
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

  /** Why an entry of this id is not taken; `null` = it is. */
  private reasonAgainst(): (id: string, before: StoredIndicator | undefined) => Reason | null {
    const ownerOf = this.ownerOfForeign();
    const revoked = revocations(this.db);
    return (id, before) => {
      const revocation = revoked.get(id);
      if (revocation) {
        const { recordedAtMs, by } = revocation;
        const message = `was revoked on ${formatInstant(recordedAtMs)} by ${by}, and stays so; coming back is a new indicator: give it a new id`;
        return { rule: 'L10', message };
      }
      const owner = before ? undefined : ownerOf?.(id);
      if (owner === undefined) return null;
      return { rule: 'format', message: `is the id of an indicator of the authorisation ${owner}` };
    };
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

  private refuse({ entry, line, indicator }: ListedEntry, reason: Reason): void {
    this.refused += 1;
    const { id, address } = indicator;
    this.refusals.push({ entry, line, address, field: 'id', value: showValue(id), ...reason });
  }

  private putHead(before: AuthorisationRecord | undefined): number {
    const { authorisation } = this.file;
    return putAuthorisation(this.db, authorisation, before, this.change, {
      file: this.source.digest.toString('hex'),
      document: authorisation.document.sha256,
      regime: { id: authorisation.regime, digest: authorisation.regimeDigest },
      indicators: this.counts,
      refused: this.refused,
      ...(before ? { changes: changedKeys<Authorisation>(before, authorisation) } : {}),
    });
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

function sha256(content: string): Buffer {
  return hash('sha256', content, 'buffer');
}
