// Which indicator an id or an address means; several are an error that lists them, unless all are meant.
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from '../store/database.ts';
import { findIndicators, type NamedIndicator } from '../store/indicator-names.ts';
import { readIndicator } from '../store/indicator-records.ts';
import { findProposal } from '../store/proposals.ts';
import { serverText } from './wording.ts';

export interface Narrowing {
  readonly authorisation?: string;
  readonly everywhere?: boolean;
}

/** @throws FlowSieveError NOT_FOUND; REFUSED where several are meant and not all of them are asked for */
export function findTargets(
  db: Database,
  named: string,
  { authorisation, everywhere }: Narrowing,
): NamedIndicator[] {
  const found = findIndicators(db, named, authorisation);
  if (found.length === 0) {
    const where = authorisation === undefined ? '' : ` in the authorisation ${authorisation}`;
    throw new FlowSieveError(
      'NOT_FOUND',
      `there is no indicator ${named}${where}: indicator list shows those there are`,
    );
  }
  if (found.length > 1 && !everywhere) throw ambiguous(db, named, found);
  return found;
}

export function findTarget(
  db: Database,
  named: string,
  narrowing: Omit<Narrowing, 'everywhere'>,
): NamedIndicator {
  return findTargets(db, named, narrowing)[0] as NamedIndicator;
}

function ambiguous(db: Database, named: string, found: readonly NamedIndicator[]): FlowSieveError {
  const lines = found.map(({ id, authorisation, address, origin }) => {
    const { port = null, protocol = null } = readIndicator(db, id)?.record ?? findProposal(db, id) ?? {};
    const draft = origin === 'draft' ? ', a draft' : '';
    return `\n  ${id}  ${serverText({ address, port, protocol })} (${authorisation}${draft})`;
  });
  return new FlowSieveError(
    'REFUSED',
    `${named} means ${found.length} indicators: name one by its id, or by --authorisation:${lines.join('')}`,
  );
}
