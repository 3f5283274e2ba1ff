// A server over an authority's list that is in force, and what operators are told of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { runRound } from '../../src/notices/round.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { openSigningKey } from '../../src/store/signing-keys.ts';
import type { TokenRole } from '../../src/store/tokens.ts';
import { changed, ENTRY, type Fields, fileOf, HEADER, verification } from '../authority/fixture.ts';
import { testServer } from './fixture.ts';

export const REFERENCE = '002/2026';
export const ADDRESS = '203.0.113.7';

/** Verified an hour ago. */
export function entry(changes: Fields = {}): Fields {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  return changed(ENTRY, { verifications: [verification(at)], ...changes });
}

export function listOf(header: Fields, entries: readonly Fields[]): string {
  return JSON.stringify(fileOf(changed(HEADER, header), entries));
}

/** @param header what its authorisation says otherwise */
export async function serverWithList(header: Fields = {}, entries: readonly Fields[] = [entry()]) {
  const server = await testServer();
  const { app, db, token, bearer } = server;
  await importAuthorisation(db, listOf(header, entries), { by: 'an.importer' });
  const folder = mkdtempSync(join(tmpdir(), 'flowsieve-http-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const openKey = () =>
    openSigningKey(db, join(folder, 'key.pem'), { by: 'system', role: 'system', at: Date.now() });
  const as = (role: TokenRole, person?: string, operator?: string) => {
    const headers = bearer(token(role, person, operator));
    return {
      get: (url: string) => app.inject({ url, headers }),
      post: (url: string, payload: object, ifMatch?: string) =>
        app.inject({
          method: 'POST',
          url,
          headers: { ...headers, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
          payload,
        }),
    };
  };
  return {
    ...server,
    as,
    /** Raises what is to be told, as the daemon does. */
    tell: () => runRound(db, IN_FORCE_DEFAULTS, openKey),
    indicator: (address = ADDRESS) => findIndicator(db, address).id,
  };
}
