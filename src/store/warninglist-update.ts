// Takes warning lists in: insert-only, one transaction, never back to an older version.
import { type Fault, fault } from '../authority/refusal.ts';
import type { Severity, WarningList } from '../authority/warninglist.ts';
import { FlowSieveError } from '../core/errors.ts';
import { usualSeverity } from './bundled-warninglists.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';
import { readWarningListFolder, type WarningListFile } from './warninglist-files.ts';
import { type KnownWarningList, WarningLists } from './warninglists.ts';

export interface ListChange extends ChangedBy {
  readonly reason: string | null;
}

/** What became of one file, or of one list that was only given another severity. */
export interface ListOutcome {
  readonly file: string | null;
  readonly name: string | null;
  readonly version: number | null;
  readonly severity: Severity | null;
  readonly entries: number | null;
  /** As the file has it; only `cidr` is about addresses, others are skipped. */
  readonly type: string | null;
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'skipped' | 'refused';
  /** Of the file where it was refused, of single entries where it was not; `faultCount` counts those that are not told too. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

type Severities = ReadonlyMap<string, Severity>;

/**
 * @param folder `null` = only severities change
 * @param severities of the lists named: kept from then on
 * @throws FlowSieveError INPUT_UNREADABLE, NOT_FOUND where a list is named that there is not, DATABASE
 */
export function takeFolder(
  db: Database,
  folder: string | null,
  severities: Severities,
  change: ListChange,
): readonly ListOutcome[] {
  const files = folder === null ? [] : [...readWarningListFolder(folder)];
  const takeAll = db.transaction(() => {
    const taking = new Taking(db, severities, change);
    const outcomes = files.map((file) => taking.file(file));
    return [...outcomes, ...taking.others()];
  });
  return working(db, () => takeAll.immediate());
}

class Taking {
  private readonly db: Database;
  private readonly known: Map<string, KnownWarningList>;
  /** Those that were not yet applied. */
  private readonly severities: Map<string, Severity>;
  private readonly change: ListChange;

  constructor(db: Database, severities: Severities, change: ListChange) {
    this.db = db;
    this.known = new Map(WarningLists.ofStored(db).lists.map((list) => [list.name, list]));
    this.severities = new Map(severities);
    this.change = change;
  }

  file({ file, digest, read }: WarningListFile): ListOutcome {
    if ('type' in read) return { ...NOTHING, file, name: read.name, type: read.type, outcome: 'skipped' };
    const { faults, faultCount } = read;
    if (!('list' in read)) return { ...NOTHING, file, outcome: 'refused', faults, faultCount };
    const { name, version, entries } = read.list;
    const about = { file, name, version, entries, type: 'cidr', faults, faultCount };
    const before = this.known.get(name);
    const problem = before ? olderOrOther(before, read.list) : null;
    if (problem !== null) {
      const found = fault('version', version, 'format', problem);
      return {
        ...about,
        severity: before?.severity ?? null,
        outcome: 'refused',
        faults: [found],
        faultCount: 1,
      };
    }
    const severity = this.severities.get(name) ?? before?.severity ?? usualSeverity(name);
    this.severities.delete(name);
    return { ...about, severity, outcome: this.put({ ...read.list, digest, severity }, before) };
  }

  /** Lists that are only given another severity. */
  others(): ListOutcome[] {
    return [...this.severities].map(([name, severity]) => {
      const before = this.known.get(name);
      if (!before) {
        const message = `there is no warning list ${name}: warninglist list shows those there are`;
        throw new FlowSieveError('NOT_FOUND', message);
      }
      const { version, entries } = before;
      const outcome = this.put({ ...before, severity }, before);
      return { ...NOTHING, name, version, severity, entries, type: 'cidr', outcome };
    });
  }

  private put(
    list: Omit<KnownWarningList, 'taken'>,
    before: KnownWarningList | undefined,
  ): 'added' | 'changed' | 'unchanged' {
    if (before?.version === list.version && before.severity === list.severity) return 'unchanged';
    const recordedAtMs = Math.max(this.change.at, before?.taken?.recordedAtMs ?? 0);
    const taken = { recordedAtMs, recordedBy: this.change.by };
    this.insert({ ...list, taken }, before);
    this.known.set(list.name, { ...list, taken });
    return before ? 'changed' : 'added';
  }

  private insert(list: KnownWarningList, before: KnownWarningList | undefined): void {
    const { name, version, severity, digest, description, entries, taken, ipv4, ipv6 } = list;
    this.db
      .prepare(
        `INSERT INTO warningLists
         SELECT @name, ifnull(max(take), 0) + 1, @version, @severity, @recordedAtMs, @recordedBy, @digest, @description,
           @entries, @ranges4, @ranges6
         FROM warningLists WHERE name = @name`,
      )
      .run({
        name,
        version,
        severity,
        digest,
        description,
        entries,
        ...taken,
        ranges4: ipv4.toBytes(),
        ranges6: ipv6.toBytes(),
      });
    const { at: atMs, by: actor, role, reason } = this.change;
    const was = before ? { version: before.version, severity: before.severity } : null;
    const detail = { severity, entries, was, reason };
    const action = 'warninglist.update';
    eventWriter(this.db)({ atMs, actor, role, action, object: name, version, digest, detail });
  }
}

const NOTHING: Omit<ListOutcome, 'outcome'> = {
  file: null,
  name: null,
  version: null,
  severity: null,
  entries: null,
  type: null,
  faults: [],
  faultCount: 0,
};

/** A version says one thing, and a newer one stays. @returns what is wrong */
function olderOrOther(before: WarningList, after: WarningList): string | null {
  if (after.version < before.version) return `is older than version ${before.version}, which is in use`;
  if (after.version > before.version) return null;
  const isSame = before.ipv4.equals(after.ipv4) && before.ipv6.equals(after.ipv6);
  return isSame ? null : 'is in use with other entries: a list that changes raises its version';
}
