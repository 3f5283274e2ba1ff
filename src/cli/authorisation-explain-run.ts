// Runs `flowsieve authorisation explain`: asks the matcher itself, and tells the rules beside it.
import { compileList } from '../authority/compile.ts';
import type { InForceOptions } from '../authority/conditions.ts';
import {
  type AskedFlow,
  covers,
  flowVerdicts,
  type IndicatorVerdict,
  nearestVerdict,
  type Verdict,
} from '../authority/flow-verdict.ts';
import { isOperatorId, OPERATOR_ID_FORM } from '../authority/operator.ts';
import type { AuthorityRecords } from '../authority/records.ts';
import { nearest } from '../authority/refusal.ts';
import { retentionBases } from '../authority/regime.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { DISCARD_REASONS } from '../core/counters.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatPrefix } from '../core/prefix.ts';
import { formatInstant } from '../core/time.ts';
import { Findings, tallyOf } from '../match/findings.ts';
import { AddressIndex, buildIndex } from '../match/index.ts';
import { Matcher } from '../match/matcher.ts';
import type { Evaluation } from '../match/messages.ts';
import { loadRecords } from '../store/authority-records.ts';
import { openDatabase } from '../store/database.ts';
import { newestRecords } from '../store/indicator-records.ts';
import { stepsOf } from '../store/indicator-steps.ts';
import type { ExplainOptions } from './authorisation-explain.ts';
import { type GlobalOptions, print } from './command.ts';
import { parseFlow } from './flow-argument.ts';

export async function explainFlow(commandLine: GlobalOptions, asked: ExplainOptions): Promise<void> {
  const flow = parseFlow(asked.flow);
  const configuration = await loadConfiguration(commandLine);
  refuseUnknown(asked);
  const { database, matching } = configuration;
  const options = inForceOptions(configuration);
  const evaluation: Evaluation = {
    operator: asked.operator,
    retentionBasis: asked.retentionBasis,
    atMs: asked.evaluatedAt ?? Date.now(),
    straddling: matching.straddling,
  };
  const records = readRecords(database, flow, asked);
  const verdicts = flowVerdicts(flow, records, evaluation, options);
  const verdict = nearestVerdict(verdicts);
  const done = matcherVerdict(flow, records, evaluation, options);
  if (done !== verdict) throw new Error(`the matcher says ${done}, the explanation ${verdict}`);
  const addresses = new Map(records.indicators.map((record) => [record.id, formatPrefix(record)]));
  const told = verdicts.map((one) => ({ ...one, address: addresses.get(one.id) as string }));
  if (commandLine.json) {
    const { atMs: evaluatedAtMs, ...under } = evaluation;
    const asKnownAtMs = asked.asKnownAt ?? null;
    print(JSON.stringify({ verdict, ...under, evaluatedAtMs, asKnownAtMs, indicators: told }));
  } else {
    for (const line of linesOf(verdict, told, evaluation, asked)) print(line);
  }
}

/** A misspelt name would be answered by a rule that has nothing to do with it. */
function refuseUnknown({ operator, retentionBasis }: ExplainOptions): void {
  if (!isOperatorId(operator))
    throw new FlowSieveError('USAGE', `--operator ${operator}: ${OPERATOR_ID_FORM}`);
  const known = retentionBases().map(({ id }) => id);
  if (known.includes(retentionBasis)) return;
  const meant = nearest(retentionBasis, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  throw new FlowSieveError('USAGE', `--retention-basis ${retentionBasis}: there is no such basis: ${hint}`);
}

/** What the flow meets, with all that happened to it. */
function readRecords(
  database: string,
  { src, dst }: AskedFlow,
  { asKnownAt }: ExplainOptions,
): AuthorityRecords {
  const known = asKnownAt === undefined ? {} : { asKnownAtMs: asKnownAt };
  const db = openDatabase(database, { readonly: true });
  try {
    return db.transaction(() => {
      const records = loadRecords(db, { ...known, indicators: false });
      const indicators = [...newestRecords(db, asKnownAt ?? Infinity)].filter(
        (record) => covers(record, dst) || covers(record, src),
      );
      const steps = new Map(indicators.map(({ id }) => [id, stepsOf(db, id, asKnownAt)]));
      return { ...records, indicators, steps };
    })();
  } finally {
    db.close();
  }
}

function matcherVerdict(
  flow: AskedFlow,
  records: AuthorityRecords,
  evaluation: Evaluation,
  options: InForceOptions,
): Verdict | undefined {
  const index = AddressIndex.open(buildIndex(compileList(records, records.generation, options)));
  const findings = new Findings();
  new Matcher(index, evaluation).judge(
    [
      {
        ...flow,
        src: textOf(flow.src),
        dst: textOf(flow.dst),
        bytes: null,
        packets: null,
        exportMs: flow.endMs,
        timeSource: 'absolute',
        swappedTimes: false,
        tcpFlags: null,
        sampling: null,
        alternates: [],
      },
    ],
    0,
    findings,
  );
  const [row] = findings.toResult(records.generation).tallies;
  return (['matched', ...DISCARD_REASONS] as const).find(
    (column) => row !== undefined && tallyOf(row, column) > 0,
  );
}

function textOf(address: AskedFlow['src']): string | null {
  return address === null ? null : formatPrefix({ first: address, last: address });
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
  told: readonly (IndicatorVerdict & { readonly address: string })[],
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
    for (const { holds, rule, why } of checks) {
      const answer = holds ? 'yes' : isDecided ? 'no' : 'NO';
      yield `  ${answer.padEnd(4)}${rule.padEnd(4)}${why}`;
      isDecided ||= !holds;
    }
  }
}
