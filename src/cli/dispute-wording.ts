// A dispute in a line.
import { type Dispute, disputeState, pendingProposal } from '../authority/dispute.ts';
import { formatInstant } from '../core/time.ts';
import { oneLine } from './wording.ts';

export function disputeLine(dispute: Dispute): string {
  const { id, operator, ground, atMs, decisions } = dispute;
  const opened = `dispute ${id} by ${operator}, ${formatInstant(atMs)}: ${oneLine(ground)}`;
  const pending = pendingProposal(dispute);
  const said = decisions.at(-1);
  if (pending)
    return `${opened}; open, ${pending.by} proposes ${pending.outcome}: ${oneLine(pending.reason)}`;
  return said
    ? `${opened}; ${disputeState(dispute)}, last by ${said.by}: ${oneLine(said.reason)}`
    : `${opened}; open`;
}
