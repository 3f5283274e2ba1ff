// What a command does about operators once its change is recorded.
import type { Database } from '../store/database.ts';
import { unplannedByOperator } from '../store/notice-outbox.ts';
import { openSigningKey, signingKeyPath } from '../store/signing-keys.ts';
import { Deliverer } from './deliverer.ts';
import { escalateUnanswered } from './escalation.ts';
import { runRound } from './round.ts';
import { bySystem } from './round-thread.ts';
import { inForceOf, type NoticeSettings } from './settings.ts';

/** Beyond one attempt; what is not delivered by then waits. */
const MARGIN_MS = 5_000;

export interface DeliveryReport {
  readonly raised: number;
  readonly escalated: number;
  readonly delivered: number;
  /** Attempts that failed. */
  readonly failed: number;
}

/**
 * Raises the notices of what has changed, and tries each due delivery once, within a bound of time; what is not delivered
 * waits for the daemon or `notice send`. Never throws: the change stands, whatever becomes of its notices.
 * @param warn one line for standard error
 */
export async function deliverAfterChange(
  settings: NoticeSettings,
  db: Database,
  warn: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<void> {
  const { timeoutSeconds } = settings.notices;
  try {
    await raiseAndDeliver(settings, db, AbortSignal.timeout(timeoutSeconds * 1_000 + MARGIN_MS), warn);
  } catch (error) {
    warn(`operators are not told yet (flowsieve notice send): ${(error as Error).message}`);
  }
}

/** @throws FlowSieveError DATABASE, KEY */
export async function raiseAndDeliver(
  settings: NoticeSettings,
  db: Database,
  signal: AbortSignal,
  warn: (line: string) => void,
): Promise<DeliveryReport> {
  const openKey = () => openSigningKey(db, signingKeyPath(settings), bySystem());
  const raised = runRound(db, inForceOf(settings), openKey);
  const report = { delivered: 0, failed: 0 };
  const deliverer = new Deliverer(db, settings, {
    onDelivered: () => {
      report.delivered += 1;
    },
    onFailed: ({ id, operator, channel }, problem, retryAtMs) => {
      report.failed += 1;
      const next = retryAtMs === null ? 'given up (flowsieve notice send ID)' : 'tried again later';
      warn(`notice ${id} for ${operator}, ${channel}: ${problem}: ${next}`);
    },
  });
  await deliverer.drain(signal);
  let escalated = 0;
  for (const { operator, reason, notices } of escalateUnanswered(db, settings, Date.now(), openKey)) {
    escalated += notices.length;
    warn(
      `${operator}: ${notices.length === 1 ? 'a notice is' : `${notices.length} notices are`} escalated: ${reason}`,
    );
  }
  if (escalated > 0) await deliverer.drain(signal);
  await deliverer.finish();
  for (const { operator, notices } of unplannedByOperator(db)) {
    const what = notices === 1 ? 'a notice waits' : `${notices} notices wait`;
    warn(`${operator}: ${what}: the configuration has no channel to it (notices.channels)`);
  }
  return { raised, escalated, ...report };
}
