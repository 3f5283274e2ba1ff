// Runs `flowsieve audit show`, `head`, `key`, `export`, `prove` and `consistency`.
import { anchorHead } from '../audit/anchor.ts';
import type { LoggedEvent } from '../audit/event-leaf.ts';
import { type SignedTreeHead, treeHeadJson } from '../audit/tree-head.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import { advanceTree, lastHead, signHead } from '../store/audit-heads.ts';
import { type EventFilter, exportLog, iterateEvents, proveEvent, proveGrowth } from '../store/audit-log.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { openSigningKey, recordedKeys, signingKeyPath } from '../store/signing-keys.ts';
import type { AuditHeadOptions, AuditShowOptions } from './audit.ts';
import { type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { LineWriter } from './output.ts';

/** Events are taken into the tree in transactions of so long, ms: the daemon commits in between. */
const CHUNK_MS = 40;

export async function showEvents(commandLine: GlobalOptions, options: AuditShowOptions): Promise<void> {
  const { since, until, ...rest } = options;
  const filter: EventFilter = {
    ...rest,
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
  };
  await reading(commandLine, (db) => {
    const writer = new LineWriter();
    for (const event of iterateEvents(db, filter)) {
      writer.line(commandLine.json ? JSON.stringify(event) : humanLine(event));
    }
    writer.end();
  });
}

function humanLine({ sequence, atMs, actor, role, action, object, version, detail }: LoggedEvent): string {
  const said = Object.entries(detail).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [sequence, formatInstant(atMs), `${actor} (${role})`, action, `${object} ${version}`, ...said].join(
    '  ',
  );
}

export async function showHead(commandLine: GlobalOptions, options: AuditHeadOptions): Promise<void> {
  if (options.sign) {
    printHead(await signNow(commandLine, options.by ?? currentUser()), commandLine);
    return;
  }
  await reading(commandLine, (db) => {
    const head = lastHead(db);
    if (!head)
      throw new FlowSieveError('NOT_FOUND', 'no tree head was signed yet: `audit head --sign` makes one');
    printHead(head, commandLine);
  });
}

async function signNow(commandLine: GlobalOptions, by: string): Promise<SignedTreeHead> {
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const change = { by, role: 'engineer', at: Date.now() };
    const key = openSigningKey(db, signingKeyPath(configuration), change);
    while (!advanceTree(db, CHUNK_MS));
    const head = signHead(db, key, change);
    const { anchorFolder } = configuration.audit;
    if (anchorFolder !== null) anchorHead(anchorFolder, head);
    return head;
  } finally {
    db.close();
  }
}

function printHead(head: SignedTreeHead, { json }: GlobalOptions): void {
  const { treeSize, rootHash, timestampMs, keyId } = treeHeadJson(head);
  if (json) print(JSON.stringify(treeHeadJson(head)));
  else print(`${treeSize} events  ${formatInstant(timestampMs)}  root ${rootHash}  key ${keyId}`);
}

export async function showKeys(commandLine: GlobalOptions): Promise<void> {
  await reading(commandLine, (db) => {
    for (const key of recordedKeys(db)) {
      if (commandLine.json) print(JSON.stringify(key));
      else print(key.publicKeyPem.trimEnd());
    }
  });
}

export async function exportEvents(commandLine: GlobalOptions, sinceMs: number | null): Promise<void> {
  await reading(commandLine, (db) => {
    const writer = new LineWriter();
    for (const line of exportLog(db, sinceMs)) writer.line(line);
    writer.end();
    if (!lastHead(db))
      log('no tree head was signed yet: this export cannot be verified; `audit head --sign` first');
  });
}

export async function printEventProof(sequence: number, commandLine: GlobalOptions): Promise<void> {
  await reading(commandLine, (db) => print(JSON.stringify(proveEvent(db, sequence))));
}

export async function printGrowthProof(
  earlier: number,
  later: number,
  commandLine: GlobalOptions,
): Promise<void> {
  await reading(commandLine, (db) => print(JSON.stringify(proveGrowth(db, earlier, later))));
}

/** Of one moment: what other processes write meanwhile is not seen. */
async function reading(commandLine: GlobalOptions, read: (db: Database) => void): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    db.transaction(() => read(db))();
  } finally {
    db.close();
  }
}
