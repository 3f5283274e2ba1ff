// Runs `flowsieve notice send`, `acknowledge` and `key`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { raiseAndDeliver } from '../notices/after-change.ts';
import { bySystem } from '../notices/round-thread.ts';
import { openDatabase } from '../store/database.ts';
import { acknowledgeNotice } from '../store/notice-answers.ts';
import { retryNow } from '../store/notice-outbox.ts';
import { findNotice } from '../store/notices.ts';
import { openSigningKey, recordedKeys, signingKeyPath } from '../store/signing-keys.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { Interruption } from './interruption.ts';
import type { AcknowledgeOptions, KeyOptions } from './notice.ts';

/** @returns the exit status */
export async function sendNotices(id: string | null, commandLine: GlobalOptions): Promise<number> {
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database);
  const interruption = new Interruption();
  try {
    if (id !== null) {
      if (!findNotice(db, id)) throw new FlowSieveError('NOT_FOUND', `there is no notice ${id}`);
      retryNow(db, Date.now(), id);
    }
    const report = await raiseAndDeliver(configuration, db, interruption.signal, log);
    const { raised, delivered, failed, escalated } = report;
    if (commandLine.json) print(JSON.stringify(report));
    else print(`notices: ${raised} raised, ${delivered} delivered, ${failed} failed, ${escalated} escalated`);
    return failed > 0 || interruption.signal.aborted ? EXIT.failed : EXIT.done;
  } finally {
    interruption.end();
    db.close();
  }
}

export async function acknowledgeNotices(
  ids: readonly string[],
  commandLine: GlobalOptions,
  {
    operator,
    by = currentUser(),
    reason = null,
  }: Omit<AcknowledgeOptions, 'reason'> & { reason?: string | null },
): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database);
  try {
    for (const id of ids) {
      const change = { by, role: 'operator', at: Date.now() };
      const answer = acknowledgeNotice(db, id, operator, change, reason);
      if (commandLine.json) print(JSON.stringify(answer));
      else {
        const seconds = Math.round(answer.latencyMs / 1_000);
        const when = `${seconds} s after its issue`;
        print(`${id}: ${answer.isNew ? 'acknowledged' : 'was acknowledged before'} by ${answer.by}, ${when}`);
      }
    }
  } finally {
    db.close();
  }
}

export async function printKey(commandLine: GlobalOptions, { all }: KeyOptions): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database);
  try {
    const key = openSigningKey(db, signingKeyPath(configuration), { ...bySystem(), by: currentUser() });
    const { keyId, publicKeyPem } = key;
    if (all) for (const recorded of recordedKeys(db)) print(JSON.stringify(recorded));
    else if (commandLine.json) print(JSON.stringify({ keyId, publicKeyPem }));
    else print(publicKeyPem.trimEnd());
  } finally {
    db.close();
  }
}
