// Which matches are meant together, by the name that somebody gives. What is named must exist: a mistyped reference would
// silently cover nothing.
import { refuseUnknownBasis } from '../authority/bases.ts';
import { FlowSieveError } from '../core/errors.ts';
import { findAuthorisation } from './authorisations.ts';
import type { Criterion } from './criteria.ts';
import type { Database } from './database.ts';
import { findIndicator } from './indicator-names.ts';

/** One of them. */
export interface CriterionNames {
  readonly authorisation?: string | undefined;
  /** Id or address. */
  readonly indicator?: string | undefined;
  readonly basis?: string | undefined;
  /** A protected entity, whose matches are sequestered on arrival (I7). */
  readonly entity?: string | undefined;
}

/** @throws FlowSieveError NOT_FOUND, USAGE; REFUSED where an address means several indicators */
export function namedCriterion(db: Database, names: CriterionNames): Criterion {
  const { authorisation, indicator, basis, entity } = names;
  if (authorisation !== undefined) {
    if (findAuthorisation(db, authorisation)) return { kind: 'authorisation', value: authorisation };
    throw new FlowSieveError(
      'NOT_FOUND',
      `there is no authorisation ${authorisation}: authorisation list shows them`,
    );
  }
  if (indicator !== undefined) return { kind: 'indicator', value: findIndicator(db, indicator).id };
  if (basis !== undefined) {
    refuseUnknownBasis(basis);
    return { kind: 'basis', value: basis };
  }
  if (entity !== undefined) return { kind: 'protected', value: entity };
  throw new FlowSieveError('USAGE', 'say which matches: by authorisation, indicator, basis or entity');
}
