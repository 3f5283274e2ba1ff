// Runs `flowsieve warninglist list` and `check`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import { formatInstant } from '../core/time.ts';
import { openDatabase } from '../store/database.ts';
import { type KnownWarningList, WarningLists } from '../store/warninglists.ts';
import { type GlobalOptions, print } from './command.ts';
import { formatTable } from './table.ts';

export async function listWarningLists(commandLine: GlobalOptions): Promise<void> {
  const { lists } = await readLists(commandLine);
  if (commandLine.json) {
    for (const list of lists) print(JSON.stringify(described(list)));
    return;
  }
  const rows = lists.map(({ name, version, severity, entries, taken }) => [
    name,
    version,
    severity,
    entries,
    taken === null ? 'the program' : `${formatInstant(taken.recordedAtMs)}, ${taken.recordedBy}`,
  ]);
  print(formatTable(['list', 'version', 'severity', 'entries', 'from'], rows));
}

function described({
  name,
  version,
  severity,
  description,
  entries,
  digest,
  taken,
}: KnownWarningList): object {
  return {
    name,
    version,
    severity,
    description,
    entries,
    digest: Buffer.from(digest).toString('hex'),
    recordedAtMs: taken?.recordedAtMs ?? null,
    recordedBy: taken?.recordedBy ?? null,
  };
}

export async function checkAddresses(
  addresses: readonly string[],
  commandLine: GlobalOptions,
): Promise<void> {
  const prefixes = addresses.map(prefixOf);
  const lists = await readLists(commandLine);
  for (const prefix of prefixes) {
    const hits = lists.hits(prefix);
    if (commandLine.json) print(JSON.stringify({ address: prefix.text, hits }));
    else if (hits.length === 0) print(`${prefix.text}: on no list`);
    else
      for (const { list, version, severity } of hits) {
        print(`${prefix.text}: ${severity}: ${list}, version ${version}`);
      }
  }
}

function prefixOf(text: string): Prefix {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new FlowSieveError('USAGE', `${text}: ${parsed.problem}`);
  return parsed.value;
}

async function readLists(commandLine: GlobalOptions): Promise<WarningLists> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    return WarningLists.ofStored(db);
  } finally {
    db.close();
  }
}
