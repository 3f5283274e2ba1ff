// The warning lists in use: of each name the newest version, taken in or bundled; which of them an address
// meets.
import { AddressRanges } from '../authority/address-ranges.ts';
import type { ListHit, Severity, WarningList } from '../authority/warninglist.ts';
import type { Prefix } from '../core/prefix.ts';
import { bundledWarningLists } from './bundled-warninglists.ts';
import type { Database } from './database.ts';

export interface KnownWarningList extends WarningList {
  readonly severity: Severity;
  /** SHA-256 of its file. */
  readonly digest: Uint8Array;
  /** When it was taken in and by whom; `null` = it came with the program. */
  readonly taken: { readonly recordedAtMs: number; readonly recordedBy: string } | null;
}

export class WarningLists {
  /** Hard ones first, then by name. */
  readonly lists: readonly KnownWarningList[];

  constructor(lists: Iterable<KnownWarningList>) {
    this.lists = [...lists].sort((a, b) =>
      a.severity === b.severity ? (a.name < b.name ? -1 : 1) : a.severity === 'hard' ? -1 : 1,
    );
  }

  static ofStored(db: Database): WarningLists {
    const inUse = new Map(bundledWarningLists());
    for (const stored of storedLists(db)) {
      const { severity } = stored; // somebody may have decided it
      const bundled = inUse.get(stored.name);
      inUse.set(stored.name, bundled && bundled.version > stored.version ? { ...bundled, severity } : stored);
    }
    return new WarningLists(inUse.values());
  }

  /** The lists that share an address with it, in either direction: it lies within an entry, or an entry within it. */
  hits(prefix: Pick<Prefix, 'family' | 'first' | 'last'>): readonly ListHit[] {
    const found: ListHit[] = [];
    for (const { name, version, severity, ipv4, ipv6 } of this.lists) {
      if ((prefix.family === 4 ? ipv4 : ipv6).meets(prefix)) found.push({ list: name, version, severity });
    }
    return found;
  }
}

interface Row {
  readonly name: string;
  readonly version: number;
  readonly severity: Severity;
  readonly recordedAtMs: number;
  readonly recordedBy: string;
  readonly digest: Uint8Array;
  readonly description: string;
  readonly entries: number;
  readonly ranges4: Uint8Array;
  readonly ranges6: Uint8Array;
}

/** Of each name what was taken in last. */
function* storedLists(db: Database): Generator<KnownWarningList> {
  const rows = db
    .prepare<[], Row>(
      `SELECT name, version, severity, recordedAtMs, recordedBy, digest, description, entries, ranges4, ranges6
       FROM warningLists AS one
       WHERE take = (SELECT max(take) FROM warningLists AS other WHERE other.name = one.name)`,
    )
    .all();
  for (const { recordedAtMs, recordedBy, ranges4, ranges6, ...row } of rows) {
    yield {
      ...row,
      taken: { recordedAtMs, recordedBy },
      ipv4: AddressRanges.ofBytes(4, ranges4),
      ipv6: AddressRanges.ofBytes(6, ranges6),
    };
  }
}
