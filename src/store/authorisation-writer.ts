// The head of an authorisation file against what is stored: the same decision, a known predecessor, another version where it
// says otherwise.
import { hash } from 'node:crypto';
import type { Authorisation } from '../authority/authorisation.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import { describeFault, type Fault, fault } from '../authority/refusal.ts';
import { FlowSieveError } from '../core/errors.ts';
import { loadAuthorisations } from './authorisation-records.ts';
import type { Database } from './database.ts';
import { type Event, eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

/**
 * What only the store can tell is wrong with a head: the whole file is refused.
 * @throws FlowSieveError AUTHORISATION_UNREADABLE
 */
export function refuseHead(
  db: Database,
  name: string,
  authorisation: Authorisation,
  before: AuthorisationRecord | undefined,
): void {
  const faults = [
    ...(before ? otherDecision(authorisation, before) : []),
    ...unknownPredecessor(db, authorisation),
  ].map((found) => ({ ...found, field: `authorisation.${found.field}` }));
  if (faults.length === 0) return;
  const lines = faults.map((found) => `\n  ${describeFault(found)}`);
  throw new FlowSieveError('AUTHORISATION_UNREADABLE', `${name} is refused:${lines.join('')}`, { faults });
}

/** A reference is unique: another decision under it would silently take the place of the first. */
function otherDecision(authorisation: Authorisation, before: AuthorisationRecord): Fault[] {
  return (['file', 'regime'] as const)
    .filter((key) => before[key] !== authorisation[key])
    .map((key) => {
      const known = `the authorisation ${before.reference} is known with ${JSON.stringify(before[key])}`;
      return fault(key, authorisation[key], 'L1', `${known}; a reference names one decision`);
    });
}

/** I2: a renewal is a new authorisation that refers to the earlier one. */
function unknownPredecessor(db: Database, { reference, renews }: Authorisation): Fault[] {
  if (renews === null) return [];
  if (renews === reference) return [fault('renews', renews, 'I2', 'an authorisation cannot renew itself')];
  if (loadAuthorisations(db, Infinity, renews).has(renews)) return [];
  return [fault('renews', renews, 'I2', 'there is no such authorisation: import it first')];
}

/** @returns the version */
export function putAuthorisation(
  db: Database,
  authorisation: Authorisation,
  before: AuthorisationRecord | undefined,
  change: ChangedBy,
  detail: Event['detail'],
): number {
  const { by, role, at } = change;
  const { reference } = authorisation;
  const version = (before?.version ?? 0) + 1;
  const body = JSON.stringify(authorisation);
  const digest = hash('sha256', body, 'buffer');
  db.prepare('INSERT INTO authorisationVersions VALUES (?, ?, ?, ?, ?, ?)').run(
    reference,
    version,
    Math.max(at, before?.recordedAtMs ?? 0),
    by,
    digest,
    body,
  );
  const action = 'authorisation.import';
  eventWriter(db)({ atMs: at, actor: by, role, action, object: reference, version, digest, detail });
  return version;
}
