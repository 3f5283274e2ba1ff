// What an operator has been told of the list: what it may answer to, and nothing that it could only guess.
import { findAuthorisation } from './authorisations.ts';
import type { Database } from './database.ts';
import { findIndicators, type NamedIndicator } from './indicator-names.ts';
import { readIndicator } from './indicator-records.ts';
import { toldReader } from './notice-progress.ts';

/** By an id or an address. TLP:RED is named in no notice. */
export function indicatorsToldTo(db: Database, operator: string, idOrAddress: string): NamedIndicator[] {
  const told = toldReader(db);
  return findIndicators(db, idOrAddress).filter(
    ({ id, authorisation }) =>
      told.indicator(id) !== null &&
      findAuthorisation(db, authorisation)?.operators.includes(operator) === true &&
      readIndicator(db, id)?.indicator.tlp !== 'RED',
  );
}
