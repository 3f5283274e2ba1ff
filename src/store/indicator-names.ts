// Indicators and drafts of them by what people call them: an id or an address.
import type { Origin } from '../authority/records.ts';
import { FlowSieveError } from '../core/errors.ts';
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import type { Database } from './database.ts';
import { storedWords } from './stored-words.ts';

export interface NamedIndicator {
  readonly id: string;
  readonly authorisation: string;
  /** Canonical address or prefix. */
  readonly address: string;
  /** `draft`: a proposal that is not complete yet, and no indicator so far. */
  readonly origin: Origin | 'draft';
}

const NEWEST = `
  SELECT newest.id, authorisation, body ->> '$.address' AS address, origin, listed
  FROM indicatorVersions AS newest
  JOIN indicatorScopes ON indicatorScopes.id = newest.scope
  JOIN indicatorDocuments ON indicatorDocuments.id = newest.document
  WHERE newest.version = (SELECT max(version) FROM indicatorVersions WHERE id = newest.id)`;

const NEWEST_DRAFT = `
  SELECT newest.id, authorisation, address, 'draft' AS origin, 1 AS listed
  FROM proposalVersions AS newest
  WHERE newest.version = (SELECT max(version) FROM proposalVersions WHERE id = newest.id)
    AND NOT EXISTS (SELECT 1 FROM indicatorVersions WHERE indicatorVersions.id = newest.id)`;

type Row = NamedIndicator & { readonly listed: 0 | 1 };

/** By its id, with statements prepared once. */
export function indicatorNamer(db: Database): (id: string) => NamedIndicator | undefined {
  const select = db.prepare<[string], Row>(`${NEWEST} AND newest.id = ?`);
  const selectDraft = db.prepare<[string], Row>(`${NEWEST_DRAFT} AND newest.id = ?`);
  return (id) => {
    const row = select.get(id) ?? selectDraft.get(id);
    return row && withoutListed(row);
  };
}

/** All that are meant: those listed and drafts, or where there are none, those that were withdrawn. */
export function findIndicators(db: Database, idOrAddress: string, authorisation?: string): NamedIndicator[] {
  const prefix = parsePrefix(idOrAddress);
  const rows = 'problem' in prefix ? rowsOfId(db, idOrAddress) : rowsOfPrefix(db, prefix.value);
  const meant = rows.filter((row) => authorisation === undefined || row.authorisation === authorisation);
  const listed = meant.filter((row) => row.listed === 1);
  return (listed.length > 0 ? listed : meant).map(withoutListed);
}

function rowsOfId(db: Database, id: string): Row[] {
  return [NEWEST, NEWEST_DRAFT].flatMap((newest) =>
    db.prepare<[string], Row>(`${newest} AND newest.id = ?`).all(id),
  );
}

function rowsOfPrefix(db: Database, { first, last, text }: Prefix): Row[] {
  return [
    ...db
      .prepare<[unknown, unknown], Row>(`${NEWEST} AND first = ? AND last = ? ORDER BY newest.id`)
      .all(storedWords(first), storedWords(last)),
    ...db.prepare<[string], Row>(`${NEWEST_DRAFT} AND address = ? ORDER BY newest.id`).all(text),
  ];
}

function withoutListed({ listed: _, ...named }: Row): NamedIndicator {
  return named;
}

/** The only one that is meant. @throws FlowSieveError NOT_FOUND; REFUSED where several are, with their ids */
export function findIndicator(db: Database, idOrAddress: string, authorisation?: string): NamedIndicator {
  const [only, ...others] = findIndicators(db, idOrAddress, authorisation);
  if (!only) {
    const where = authorisation === undefined ? '' : ` in the authorisation ${authorisation}`;
    throw new FlowSieveError('NOT_FOUND', `there is no indicator ${idOrAddress}${where}`);
  }
  if (others.length === 0) return only;
  const ids = [only, ...others].map(({ id, authorisation: of }) => `\n  ${id} (${of})`).join('');
  throw new FlowSieveError(
    'REFUSED',
    `${idOrAddress} means ${others.length + 1} indicators; name one by its id:${ids}`,
  );
}

/** Ids of those that any version of theirs has on an address, given as words. */
export function indicatorsCovering(db: Database, address: readonly number[]): string[] {
  const words = storedWords(address);
  return db
    .prepare<[unknown, unknown], string>(
      'SELECT DISTINCT id FROM indicatorVersions WHERE first <= ? AND last >= ? ORDER BY id',
    )
    .pluck()
    .all(words, words);
}
