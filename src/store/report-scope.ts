// What a report is on: since when changes are told, and which registers a name means.
import type { KnownState } from '../authority/documents/known-state.ts';
import type { Base } from '../authority/documents/list-changes.ts';
import type { RegisterRequest } from '../authority/documents/register.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import { findRegime, type Regime, regimeIds } from '../authority/regime.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import type { Database } from './database.ts';
import { firstRecordedMs } from './known-state.ts';
import type { ReportRequest } from './reports.ts';

/** @throws FlowSieveError NOT_FOUND */
export function authorisationNamed(
  { records, asKnownAtMs }: KnownState,
  reference: string,
): AuthorisationRecord {
  const authorisation = records.authorisations.get(reference);
  if (authorisation) return authorisation;
  throw new FlowSieveError(
    'NOT_FOUND',
    `there is no authorisation ${reference} as known at ${formatInstant(asKnownAtMs)}: authorisation list shows those there are`,
  );
}

/** Without a word: since the authorisation that this one renews, where that is known; else since this one was taken in. */
export function changesBase(
  db: Database,
  { records, asKnownAtMs }: KnownState,
  { reference, renews }: AuthorisationRecord,
  { since, sinceAuthorisation, optionName }: ReportRequest,
): Base {
  if (since !== undefined) {
    if (since < asKnownAtMs) return { reference, atMs: since };
    throw new FlowSieveError(
      'USAGE',
      `${optionName('since')} ${formatInstant(since)}: must lie before ${formatInstant(asKnownAtMs)}`,
    );
  }
  const earlier =
    sinceAuthorisation ?? (records.authorisations.has(renews ?? '') ? renews : null) ?? reference;
  const atMs = records.authorisations.has(earlier) ? firstRecordedMs(db, earlier) : undefined;
  if (atMs !== undefined) return { reference: earlier, atMs };
  throw new FlowSieveError(
    'NOT_FOUND',
    `${optionName('sinceAuthorisation')} ${earlier}: there is no such authorisation`,
  );
}

/** `intelligence-services`, `intelligence-services/requisitions`, or an authorisation: those that it is entered in. */
export function registersNamed(
  { records }: KnownState,
  name: string,
): Pick<RegisterRequest, 'regime' | 'registers'> {
  const authorisation = records.authorisations.get(name);
  const slash = name.indexOf('/');
  const id = authorisation?.regime ?? (slash < 0 ? name : name.slice(0, slash));
  const regime = findRegime(id);
  if (!regime) {
    throw new FlowSieveError(
      'NOT_FOUND',
      `${name} is neither an authorisation nor a regime; there are the regimes ${regimeIds().join(', ')}`,
    );
  }
  const registers = regime.registers.filter((register) =>
    authorisation
      ? register.methods.length === 0 || register.methods.includes(authorisation.method ?? '')
      : slash < 0 || register.id === name.slice(slash + 1),
  );
  if (registers.length > 0) return { regime, registers };
  throw new FlowSieveError('NOT_FOUND', `${name}: ${whatThereIs(regime)}`);
}

function whatThereIs({ id, registers }: Regime): string {
  return registers.length === 0
    ? `the regime ${id} has no register kept (I5)`
    : `the registers of ${id} are ${registers.map((register) => `${id}/${register.id}`).join(', ')}`;
}
