// Prints `flowsieve warning list` and `show`.
import { loadConfiguration } from '../config/configuration.ts';
import { senderOf } from '../config/victim-settings.ts';
import { formatInstant } from '../core/time.ts';
import { beginReading } from '../store/consultations.ts';
import { openDatabase } from '../store/database.ts';
import { findWarning, listWarnings, type Warning } from '../store/warnings.ts';
import { letterOf } from '../victims/warnings/sending.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { formatTable } from './table.ts';
import type { WarningListOptions, WarningShowOptions } from './warning.ts';

export async function list(commandLine: GlobalOptions, options: WarningListOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const warnings = listWarnings(db, options);
    if (commandLine.json) {
      for (const warning of warnings) print(JSON.stringify(warning));
      return;
    }
    const rows = warnings.map((warning) => [
      warning.ticket,
      warning.state,
      `${warning.recipient.kind} ${warning.recipient.id}`,
      warning.items,
      warning.indicators.length,
      formatInstant(warning.createdAtMs),
      mailState(warning),
    ]);
    print(formatTable(['ticket', 'state', 'recipient', 'victims', 'C2', 'drafted', 'mail'], rows));
  } finally {
    db.close();
  }
}

function mailState({ mails }: Warning): string | null {
  const states = mails.map(({ kind, messageId, attempts, begunAtMs, sentAtMs, problem }) => {
    if (sentAtMs !== null) return `${kind} sent ${formatInstant(sentAtMs)}`;
    if (begunAtMs !== null) return `${kind} unclear: begun ${formatInstant(begunAtMs)}, ${messageId}`;
    return attempts === 0 ? `${kind} waits` : `${kind} failed ${attempts} times: ${problem}`;
  });
  return states.join('; ') || null;
}

export async function show(
  ticket: string,
  commandLine: GlobalOptions,
  { by = currentUser(), purpose = undefined }: WarningShowOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const warning = findWarning(db, ticket);
    const filter = { ticket };
    const reading = beginReading(db, {
      kind: 'warnings',
      filter,
      by,
      role: 'analyst',
      purpose: purpose ?? null,
    });
    const sender = senderOf(configuration) ?? {
      name: '(warnings.sender is not set)',
      object: '(warnings.object)',
    };
    const kind = warning.state === 'retracted' ? 'retraction' : 'warning';
    const letter = letterOf(db, { warning, mail: { kind } }, sender);
    if (commandLine.json) print(JSON.stringify({ ...warning, ...letter }));
    else {
      print(`To: ${warning.recipient.mail}\nSubject: ${letter.subject}\n`);
      print(letter.text);
    }
    reading.end(warning.items);
  } finally {
    db.close();
  }
}
