// Which matches are meant together, of what the command line names.
import { refuseUnknownBasis } from '../authority/bases.ts';
import { FlowSieveError } from '../core/errors.ts';
import { findAuthorisation } from '../store/authorisations.ts';
import type { Criterion } from '../store/criteria.ts';
import type { Database } from '../store/database.ts';
import type { CriterionOptions } from './criterion-options.ts';
import { findTarget } from './indicator-target.ts';

/** What is named must exist: a mistyped reference would silently cover nothing. @throws FlowSieveError */
export function criterionOf(db: Database, options: CriterionOptions): Criterion {
  const { authorisation, indicator, basis, entity } = options;
  if (authorisation !== undefined) {
    if (findAuthorisation(db, authorisation)) return { kind: 'authorisation', value: authorisation };
    throw new FlowSieveError(
      'NOT_FOUND',
      `there is no authorisation ${authorisation}: authorisation list shows them`,
    );
  }
  if (indicator !== undefined) return { kind: 'indicator', value: findTarget(db, indicator, {}).id };
  if (basis !== undefined) {
    refuseUnknownBasis(basis);
    return { kind: 'basis', value: basis };
  }
  if (entity !== undefined) return { kind: 'protected', value: entity };
  throw new FlowSieveError('USAGE', 'say which matches: --help shows the options that name them');
}
