// Runs `flowsieve authorisation explain`.
import type { Verdict } from '../authority/flow-verdict.ts';
import { reasonText } from '../authority/reasons.ts';
import { withChecks } from '../authority/told.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { formatInstant } from '../core/time.ts';
import { explainFlow, type FlowExplanation } from '../engine/flow-explanation.ts';
import type { Evaluation } from '../match/messages.ts';
import { openDatabase } from '../store/database.ts';
import type { ExplainOptions } from './authorisation-explain.ts';
import { type GlobalOptions, print } from './command.ts';
import { parseFlow } from './flow-argument.ts';

export async function showFlowVerdict(commandLine: GlobalOptions, asked: ExplainOptions): Promise<void> {
  const flow = parseFlow(asked.flow);
  const configuration = await loadConfiguration(commandLine);
  const evaluation: Evaluation = {
    operator: asked.operator,
    retentionBasis: asked.retentionBasis,
    atMs: asked.evaluatedAt ?? Date.now(),
    straddling: configuration.matching.straddling,
  };
  const db = openDatabase(configuration.database, { readonly: true });
  try {
    const options = inForceOptions(configuration);
    const { verdict, indicators } = explainFlow(db, flow, evaluation, options, asked.asKnownAt);
    if (commandLine.json) {
      const { atMs: evaluatedAtMs, ...under } = evaluation;
      const asKnownAtMs = asked.asKnownAt ?? null;
      const told = indicators.map(withChecks);
      print(JSON.stringify({ verdict, ...under, evaluatedAtMs, asKnownAtMs, indicators: told }));
    } else {
      for (const line of linesOf(verdict, indicators, evaluation, asked)) print(line);
    }
  } finally {
    db.close();
  }
}

const IN_WORDS: Readonly<Record<Verdict, string>> = {
  matched: 'MATCHED: it would be stored',
  noHit: 'NOT MATCHED: neither address is listed (noHit)',
  otherOperator: 'NOT MATCHED: its operator is not one of those named (otherOperator)',
  otherBasis: 'NOT MATCHED: it was kept under another basis (otherBasis)',
  otherPort: 'NOT MATCHED: another port or protocol (otherPort)',
  outsideTraffic: 'NOT MATCHED: it lies outside the traffic window (outsideTraffic)',
  notInForce: 'NOT MATCHED: not in force when it is looked at (notInForce)',
};

function* linesOf(
  verdict: Verdict,
  told: FlowExplanation['indicators'],
  { operator, retentionBasis, atMs }: Evaluation,
  { asKnownAt }: ExplainOptions,
): Generator<string> {
  yield IN_WORDS[verdict];
  const known = asKnownAt === undefined ? '' : `, as known at ${formatInstant(asKnownAt)}`;
  yield `from ${operator}, kept under ${retentionBasis}, looked at ${formatInstant(atMs)}${known}`;
  for (const { address, id, authorisation, direction, verdict: own, checks } of told) {
    const side = direction === 'to-c2' ? 'as destination' : 'as source';
    yield '';
    yield `${address} ${side}: ${own}   ${id} (${authorisation})`;
    let isDecided = false;
    for (const { holds, rule, because } of checks) {
      const answer = holds ? 'yes' : isDecided ? 'no' : 'NO';
      yield `  ${answer.padEnd(4)}${rule.padEnd(4)}${reasonText(because)}`;
      isDecided ||= !holds;
    }
  }
}
