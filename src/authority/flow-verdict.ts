// Whether one flow would match, told indicator by indicator: every question that the matcher asks, with the rule behind it
// and the answer in words. src/match/matcher.ts is what decides; a property test holds that both always agree.
import { DISCARD_REASONS, type DiscardReason } from '../core/counters.ts';
import type { Direction, Evaluation } from '../match/messages.ts';
import type { InForceOptions } from './conditions.ts';
import { type ExplainedWindow, type Explanation, explain } from './explain.ts';
import { protocolName } from './protocols.ts';
import { because, type Reason } from './reasons.ts';
import type { AuthorityRecords, IndicatorRecord } from './records.ts';
import type { Rule } from './regime.ts';
import type { Bound } from './spans.ts';

/** A flow as it is asked about; addresses as words (IPv4: one u32; IPv6: four, high first). */
export interface AskedFlow {
  readonly src: readonly number[] | null;
  readonly dst: readonly number[] | null;
  readonly srcPort: number | null;
  readonly dstPort: number | null;
  readonly protocol: number | null;
  readonly startMs: number;
  readonly endMs: number;
}

export type Verdict = 'matched' | DiscardReason;

/** One question to one indicator. */
interface Check {
  /** For which the flow is discarded where it does not hold. */
  readonly reason: DiscardReason;
  readonly holds: boolean;
  readonly rule: Rule;
  readonly because: Reason;
}

export interface IndicatorVerdict {
  readonly id: string;
  readonly authorisation: string;
  readonly direction: Direction;
  readonly verdict: Verdict;
  /** In the order in which they are asked; the first that fails decided. */
  readonly checks: readonly Check[];
}

/** A verdict for each side of the flow that each indicator's addresses hold. */
export function flowVerdicts(
  flow: AskedFlow,
  records: AuthorityRecords,
  evaluation: Evaluation,
  options: InForceOptions,
): IndicatorVerdict[] {
  return records.indicators.flatMap((record) => {
    // L1: without its authorisation an indicator is not listed.
    if (!records.authorisations.has(record.scope.authorisation)) return [];
    const sides = (['to-c2', 'from-c2'] as const).filter((direction) =>
      covers(record, direction === 'to-c2' ? flow.dst : flow.src),
    );
    if (sides.length === 0) return [];
    const explanation = explain(record, records, evaluation.atMs, options);
    return sides.map((direction) => judgeSide(record, explanation, flow, direction, evaluation));
  });
}

/** The reason of the nearest miss, as the matcher counts a record once. */
export function nearestVerdict(verdicts: readonly Pick<IndicatorVerdict, 'verdict'>[]): Verdict {
  const reached = verdicts.map(({ verdict }) =>
    verdict === 'matched' ? DISCARD_REASONS.length : DISCARD_REASONS.indexOf(verdict),
  );
  return DISCARD_REASONS[Math.max(0, ...reached)] ?? 'matched';
}

export function covers(
  { first, last }: Pick<IndicatorRecord, 'first' | 'last'>,
  address: AskedFlow['src'],
): boolean {
  return (
    address !== null &&
    address.length === first.length &&
    compare(first, address) <= 0 &&
    compare(address, last) <= 0
  );
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((word, n) => word !== other[n]);
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number);
}

function judgeSide(
  record: IndicatorRecord,
  { id, authorisation, windows }: Explanation,
  flow: AskedFlow,
  direction: Direction,
  evaluation: Evaluation,
): IndicatorVerdict {
  const window = windows.find(({ operators }) => operators.includes(evaluation.operator));
  const checks = [
    operatorCheck(windows, authorisation, evaluation),
    basisCheck(record, evaluation),
    portCheck(record, direction === 'to-c2' ? flow.dstPort : flow.srcPort),
    protocolCheck(record, flow.protocol),
    // Windows are an operator's: without one there is nothing to compare with.
    ...(window ? [trafficCheck(window, flow, evaluation), ...collectionChecks(window, evaluation)] : []),
  ];
  const verdict = checks.find(({ holds }) => !holds)?.reason ?? 'matched';
  return { id, authorisation, direction, verdict, checks };
}

function operatorCheck(
  windows: readonly ExplainedWindow[],
  authorisation: string,
  { operator }: Evaluation,
): Check {
  const named = windows.flatMap(({ operators }) => operators);
  const holds = named.includes(operator);
  const code = holds ? 'operatorNamed' : named.length > 0 ? 'operatorNotNamed' : 'noOperatorNamed';
  const facts = { authorisation, operator, ...(holds ? {} : { named: named.join(', ') }) };
  return { reason: 'otherOperator', holds, rule: 'L1', because: because(code, facts) };
}

function basisCheck({ scope }: IndicatorRecord, { retentionBasis }: Evaluation): Check {
  const holds = scope.retention === retentionBasis;
  const basis = scope.retention;
  const told = holds
    ? because('sameBasis', { basis })
    : because('otherBasis', { basis, kept: retentionBasis });
  return { reason: 'otherBasis', holds, rule: 'L7', because: told };
}

function portCheck({ port }: IndicatorRecord, c2Port: number | null): Check {
  const holds = port === null || port === c2Port;
  const told =
    port === null
      ? because('anyPort')
      : c2Port === null
        ? because('portOfNone', { port })
        : because('portOf', { port, given: c2Port });
  return { reason: 'otherPort', holds, rule: 'L21', because: told };
}

function protocolCheck({ protocol }: IndicatorRecord, given: number | null): Check {
  const holds = protocol === null || protocol === given;
  const told =
    protocol === null
      ? because('anyProtocol')
      : given === null
        ? because('protocolOfNone', { protocol: protocolName(protocol) })
        : because('protocolOf', { protocol: protocolName(protocol), given: protocolName(given) });
  return { reason: 'otherPort', holds, rule: 'L21', because: told };
}

function trafficCheck(
  { traffic: { from, until } }: ExplainedWindow,
  { startMs, endMs }: AskedFlow,
  { straddling }: Evaluation,
): Check {
  const isContained = straddling === 'contained';
  const isEarly = isContained ? startMs < from.atMs : endMs < from.atMs;
  const isLate = isContained ? endMs >= until.atMs : startMs >= until.atMs || from.atMs >= until.atMs;
  const isOutside = isEarly || isLate;
  const bound = isLate && !isEarly ? until : from;
  const code = isOutside ? (isEarly ? 'beginsBefore' : 'notOverBefore') : 'beginsAfter';
  const told = because(code, { bound: dated(bound) });
  return { reason: 'outsideTraffic', holds: !isOutside, rule: bound.rule, because: told };
}

function collectionChecks({ collection, obstacles }: ExplainedWindow, { atMs }: Evaluation): Check[] {
  const reason = 'notInForce';
  const span = collection.find(({ from, until }) => from.atMs <= atMs && atMs < until.atMs);
  if (span) {
    const { from, until } = span;
    const since = dated(from);
    const told =
      until.atMs === Infinity
        ? because('inForceSince', { since })
        : because('inForceSinceUntil', {
            ...{ since, untilMs: until.atMs, rule: until.rule, because: until.because },
          });
    return [{ reason, holds: true, rule: from.rule, because: told }];
  }
  return obstacles.map((bound) => ({
    reason,
    holds: false,
    rule: bound.rule,
    because: because('notInForce', { bound: dated(bound) }),
  }));
}

/** With its instant, where it has one. */
function dated({ atMs, because: told }: Bound): Reason {
  return Number.isFinite(atMs) ? because('at', { atMs, because: told }) : told;
}
