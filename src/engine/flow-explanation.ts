// Whether one flow would match: asks the matcher itself, and tells the rules beside it.
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
import { DISCARD_REASONS } from '../core/counters.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatPrefix } from '../core/prefix.ts';
import { Findings, tallyOf } from '../match/findings.ts';
import { AddressIndex, buildIndex } from '../match/index.ts';
import { Matcher } from '../match/matcher.ts';
import type { Evaluation } from '../match/messages.ts';
import { loadRecords } from '../store/authority-records.ts';
import type { Database } from '../store/database.ts';
import { indicatorsCovering } from '../store/indicator-names.ts';
import { indicatorReader } from '../store/indicator-records.ts';

export interface FlowExplanation {
  readonly verdict: Verdict;
  readonly indicators: readonly (IndicatorVerdict & { readonly address: string })[];
}

/** @throws FlowSieveError USAGE where operator or basis is none, DATABASE */
export function explainFlow(
  db: Database,
  flow: AskedFlow,
  evaluation: Evaluation,
  options: InForceOptions,
  asKnownAtMs?: number,
): FlowExplanation {
  refuseUnknown(evaluation);
  const records = readRecords(db, flow, asKnownAtMs);
  const verdicts = flowVerdicts(flow, records, evaluation, options);
  const verdict = nearestVerdict(verdicts);
  const done = matcherVerdict(flow, records, evaluation, options);
  if (done !== verdict) throw new Error(`the matcher says ${done}, the explanation ${verdict}`);
  const addresses = new Map(records.indicators.map((record) => [record.id, formatPrefix(record)]));
  const indicators = verdicts.map((one) => ({ ...one, address: addresses.get(one.id) as string }));
  return { verdict, indicators };
}

/** A misspelt name would be answered by a rule that has nothing to do with it. */
function refuseUnknown({ operator, retentionBasis }: Evaluation): void {
  if (!isOperatorId(operator)) throw new FlowSieveError('USAGE', `operator ${operator}: ${OPERATOR_ID_FORM}`);
  const known = retentionBases().map(({ id }) => id);
  if (known.includes(retentionBasis)) return;
  const meant = nearest(retentionBasis, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  throw new FlowSieveError('USAGE', `retention basis ${retentionBasis}: there is no such basis: ${hint}`);
}

/** What the flow meets, with all that happened to it. */
function readRecords(db: Database, { src, dst }: AskedFlow, asKnownAtMs?: number): AuthorityRecords {
  const known = asKnownAtMs === undefined ? {} : { asKnownAtMs };
  return db.transaction(() => {
    const records = loadRecords(db, { ...known, indicators: false });
    const read = indicatorReader(db, asKnownAtMs);
    const met = [src, dst].flatMap((address) => (address ? indicatorsCovering(db, address) : []));
    const found = [...new Set(met)]
      .map((id) => read(id))
      .filter((one) => one !== undefined)
      .filter(({ record }) => covers(record, dst) || covers(record, src));
    const indicators = found.map(({ record }) => record);
    const steps = new Map(found.map(({ record, steps: own }) => [record.id, own]));
    return { ...records, indicators, steps };
  })();
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
