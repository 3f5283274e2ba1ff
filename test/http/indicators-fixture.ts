// A server over a list of its own: dates are counted from now, so that it is in force whenever the tests run.
import type { InjectOptions } from 'fastify';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import type { TokenRole } from '../../src/store/tokens.ts';
import { changed, DAY_MS, ENTRY, type Fields, fileOf, HEADER, verification } from '../authority/fixture.ts';
import { testServer } from './fixture.ts';

export const isoBefore = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** Seen twenty days ago, verified yesterday. */
export function entry(changes: Fields = {}): Fields {
  const verifications = [verification(isoBefore(DAY_MS))];
  return changed(ENTRY, { first_seen: isoBefore(20 * DAY_MS), verifications, ...changes });
}

/** @param entries of the authorisation 002/2026, decided ten days ago */
export async function indicatorServer(
  entries: readonly Fields[],
  given: Parameters<typeof testServer>[0] = {},
) {
  const server = await testServer(given);
  const { app, db, token, bearer } = server;
  const list = async (listed: readonly Fields[], header: Fields = {}): Promise<void> => {
    const head = changed(HEADER, { decided: isoBefore(10 * DAY_MS), ends: undefined, ...header });
    const file = JSON.stringify(fileOf(head, listed));
    const { refusals } = await importAuthorisation(db, file, { by: 'a.head' });
    if (refusals.length > 0) throw new Error(JSON.stringify(refusals));
  };
  await list(entries);
  const tokens = new Map<string, string>();
  const as = (role: TokenRole, person = `the.${role}`) => {
    const text = tokens.get(`${role} ${person}`) ?? token(role, person);
    tokens.set(`${role} ${person}`, text);
    return (asked: InjectOptions) => app.inject({ ...asked, headers: { ...bearer(text), ...asked.headers } });
  };
  const analyst = as('analyst');
  const items = async (query = ''): Promise<Fields[]> =>
    (await analyst({ url: `/api/indicators${query}` })).json().items;
  return { ...server, list, as, items };
}

/** The version that was seen. */
export function seen(step: number) {
  return { 'if-match': `"${step}"` };
}
