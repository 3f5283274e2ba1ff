// Runs `flowsieve token create`, `list` and `revoke`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { addDuration, formatInstant, parseDuration } from '../core/time.ts';
import { openDatabase } from '../store/database.ts';
import { createToken, listTokens, revokeToken, type TokenRole } from '../store/tokens.ts';
import { type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { formatTable } from './table.ts';
import type { TokenCreateOptions, TokenRevokeOptions } from './token.ts';

export async function makeToken(commandLine: GlobalOptions, options: TokenCreateOptions): Promise<void> {
  const duration = parseDuration(options.expires);
  if ('problem' in duration) {
    throw new FlowSieveError('USAGE', `--expires ${options.expires}: ${duration.problem}`);
  }
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database);
  const by = options.by ?? currentUser();
  try {
    const { text, token } = createToken(
      db,
      {
        role: options.role as TokenRole,
        person: options.name ?? by,
        operator: options.operator,
        expiresAtMs: addDuration(Date.now(), duration.value),
      },
      { by, role: 'admin' },
    );
    if (commandLine.json) print(JSON.stringify({ ...token, text }));
    else {
      log(`token ${token.id} for ${token.person}, ${token.role}, until ${formatInstant(token.expiresAtMs)};`);
      log('it is shown this once:');
      print(text);
    }
  } finally {
    db.close();
  }
}

export async function showTokens(commandLine: GlobalOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const tokens = listTokens(db);
    if (commandLine.json) {
      for (const token of tokens) print(JSON.stringify(token));
      return;
    }
    const rows = tokens.map(({ id, role, person, operator, createdBy, expiresAtMs, revokedAtMs }) => [
      id,
      role,
      person,
      operator,
      createdBy,
      formatInstant(expiresAtMs),
      revokedAtMs === null ? null : formatInstant(revokedAtMs),
    ]);
    print(formatTable(['token', 'role', 'person', 'operator', 'made by', 'expires', 'revoked'], rows));
  } finally {
    db.close();
  }
}

export async function endToken(
  id: string,
  commandLine: GlobalOptions,
  options: TokenRevokeOptions,
): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database);
  try {
    revokeToken(db, id, options.reason ?? null, { by: options.by ?? currentUser(), role: 'admin' });
    if (commandLine.json) print(JSON.stringify({ id, revoked: true }));
    else print(`token ${id} is revoked`);
  } finally {
    db.close();
  }
}
