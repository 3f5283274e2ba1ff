// Runs `flowsieve dispute open`, `decide` and `list`.
import {
  DISPUTE_OUTCOMES,
  type Dispute,
  type DisputeOutcome,
  disputeState,
  disputeStep,
  pendingProposal,
} from '../authority/dispute.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { openDatabase } from '../store/database.ts';
import { decideDispute, listDisputes, openDispute } from '../store/disputes.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import type { DecideOptions, DisputeListOptions, OpenOptions } from './dispute.ts';
import { evidenceDigest } from './evidence-argument.ts';
import { findTarget } from './indicator-target.ts';
import { disputeLine } from './indicator-wording.ts';
import { formatTable } from './table.ts';
import { oneLine, shortInstant } from './wording.ts';

export async function open(named: string, commandLine: GlobalOptions, options: OpenOptions): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const { operator, ground, wrongSince, at, suspend = false } = options;
  const evidence = await evidenceDigest(options.evidence);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const { id: indicator } = findTarget(db, named, options);
    const dispute = openDispute(
      db,
      {
        indicator,
        operator,
        ground,
        evidence,
        wrongSinceMs: wrongSince ?? undefined,
        suspends: suspend,
        atMs: at,
      },
      { by: options.by ?? currentUser(), role: 'operator' },
    );
    show(dispute, commandLine);
    await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
}

export async function decide(id: number, commandLine: GlobalOptions, options: DecideOptions): Promise<void> {
  const { reason, wrongSince, at, generation } = options;
  const outcome = outcomeOf(options.outcome);
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const dispute = decideDispute(
      db,
      id,
      { outcome, reason, wrongSinceMs: wrongSince, atMs: at },
      { by: options.by ?? currentUser(), role: 'analyst' },
      { expectedStep: generation },
    );
    show(dispute, commandLine);
    if (!commandLine.json && pendingProposal(dispute)) print('a second, different person decides');
    await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
}

function outcomeOf(text: string): DisputeOutcome {
  const outcome = DISPUTE_OUTCOMES.find((one) => one === text);
  if (!outcome)
    throw new FlowSieveError('USAGE', `--outcome ${text}: must be one of ${DISPUTE_OUTCOMES.join(', ')}`);
  return outcome;
}

function show(dispute: Dispute, { json }: GlobalOptions): void {
  print(json ? jsonOf(dispute) : disputeLine(dispute));
}

function jsonOf(dispute: Dispute): string {
  return JSON.stringify({ ...dispute, state: disputeState(dispute), step: disputeStep(dispute) });
}

export async function list(commandLine: GlobalOptions, options: DisputeListOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const state =
    options.state === undefined || options.state === 'open' ? options.state : outcomeOf(options.state);
  const db = openDatabase(database, { readonly: true });
  try {
    const indicator = options.indicator === undefined ? undefined : findTarget(db, options.indicator, {}).id;
    const disputes = listDisputes(db, { indicator, operator: options.operator, state });
    if (commandLine.json) for (const dispute of disputes) print(jsonOf(dispute));
    else print(tableOf(disputes));
  } finally {
    db.close();
  }
}

function tableOf(disputes: readonly Dispute[]): string {
  return formatTable(
    ['dispute', 'state', 'opened', 'operator', 'indicator', 'authorisation', 'proposed', 'ground'],
    disputes.map((dispute) => {
      const pending = pendingProposal(dispute);
      const { id, atMs, operator, indicator, authorisation, ground } = dispute;
      const proposed = pending && `${pending.outcome} by ${pending.by}`;
      return [
        id,
        disputeState(dispute),
        shortInstant(atMs),
        operator,
        indicator,
        authorisation,
        proposed,
        oneLine(ground),
      ];
    }),
  );
}
