// Judges a record whose address has met the list: operator, retention basis, port, and the two clocks (LAW.md).
// It reads no clock: the evaluation says when it takes place.
import { DISCARD_REASONS, type DiscardReason, TALLY } from '../core/counters.ts';
import type { AddressPair, Flow } from '../core/flow.ts';
import { addressWords } from './address-words.ts';
import type { Findings } from './findings.ts';
import type { AddressIndex } from './index.ts';
import type { Direction, Evaluation } from './messages.ts';
import { ANY, type WindowColumns } from './windows.ts';

/** How far a window let a flow through: its reason's place in the order, or, having passed all, the place after. */
const PASSED = DISCARD_REASONS.length;
const REACHED = Object.fromEntries(DISCARD_REASONS.map((reason, at) => [reason, at])) as Record<
  DiscardReason,
  number
>;

export class Matcher {
  private readonly index: AddressIndex;
  private readonly windows: WindowColumns;
  private readonly evaluation: Evaluation;
  /** By operator set and by basis, whether it covers the evaluation's (L1, L7). */
  private readonly operatorCovered: readonly boolean[];
  private readonly basisCovered: readonly boolean[];

  // The record under judgement.
  private readonly address = new Uint32Array(4);
  private readonly candidates: number[] = [];
  private readonly reported = new Set<number>();
  private reached = 0;
  private found = 0;
  private startMs = 0;
  private endMs = 0;

  constructor(index: AddressIndex, evaluation: Evaluation) {
    this.index = index;
    this.windows = index.windows;
    this.evaluation = evaluation;
    this.operatorCovered = index.operatorSets.map((operators) => operators.includes(evaluation.operator));
    this.basisCovered = index.bases.map((basis) => basis === evaluation.retentionBasis);
  }

  /**
   * Counts one record with all its flows: matched once if any window of any of its addresses passes, else discarded once,
   * under the reason of the nearest miss. Each flow gives one match per indicator that it meets.
   */
  judge(flows: readonly Flow[], group: number, findings: Findings): void {
    this.reached = REACHED.noHit;
    this.found = 0;
    let swapped = false;
    for (const flow of flows) {
      swapped ||= flow.swappedTimes;
      // A direction of a biflow in which nothing was counted is no flow (RFC 5103 § 3): a SYN without answer is one flow.
      if (flows.length > 1 && flow.bytes === 0 && flow.packets === 0) continue;
      this.judgeFlow(flow, group, findings);
    }
    const reason = DISCARD_REASONS[this.reached];
    findings.count(group, reason === undefined ? TALLY.matched : TALLY[reason], 1);
    if (swapped) findings.count(group, TALLY.swappedTimes, 1);
  }

  private judgeFlow(flow: Flow, group: number, findings: Findings): void {
    const startMs = flow.startMs ?? flow.exportMs;
    const endMs = flow.endMs ?? flow.exportMs;
    this.startMs = Math.min(startMs, endMs);
    this.endMs = Math.max(startMs, endMs);
    this.reported.clear();
    // An indicator met through several addresses of the flow is reported once, as the destination where it is one.
    this.judgeSide(flow, flow, 'to-c2', group, findings);
    for (const pair of flow.alternates) this.judgeSide(flow, pair, 'to-c2', group, findings);
    this.judgeSide(flow, flow, 'from-c2', group, findings);
    for (const pair of flow.alternates) this.judgeSide(flow, pair, 'from-c2', group, findings);
  }

  private judgeSide(
    flow: Flow,
    pair: AddressPair,
    direction: Direction,
    group: number,
    findings: Findings,
  ): void {
    const toC2 = direction === 'to-c2';
    const c2 = toC2 ? pair.dst : pair.src;
    if (c2 === null || !this.findWindows(c2)) return;
    const c2Port = toC2 ? pair.dstPort : pair.srcPort;
    for (const window of this.candidates) {
      const refusal = this.refusalOf(window, c2Port, flow.protocol);
      this.reached = Math.max(this.reached, refusal === null ? PASSED : REACHED[refusal]);
      const indicator = this.windows.indicator[window] as number;
      if (refusal !== null || this.reported.has(indicator)) continue;
      this.reported.add(indicator);
      const other = (toC2 ? pair.src : pair.dst) === null ? flow : pair;
      findings.match({
        indicator,
        victim: toC2 ? other.src : other.dst,
        victimPort: toC2 ? other.srcPort : other.dstPort,
        c2,
        c2Port,
        protocol: flow.protocol,
        direction,
        startMs: this.startMs,
        endMs: this.endMs,
        bytes: flow.bytes,
        packets: flow.packets,
        tcpFlags: flow.tcpFlags,
        sampling: flow.sampling,
        timeSource: flow.startMs === null || flow.endMs === null ? 'export' : flow.timeSource,
        group,
        sameRecord: this.found++ > 0,
      });
    }
  }

  /** Sets `candidates` to the windows of every range that holds the address; false = there are none. */
  private findWindows(text: string): boolean {
    const family = addressWords(text, this.address);
    if (family === 0 || !this.mayList(family, this.address)) return false;
    this.index.windowsOf(family, this.address, this.candidates);
    return this.candidates.length > 0;
  }

  private mayList(family: 4 | 6, words: Uint32Array): boolean {
    const first = words[0] as number;
    if (family === 4) return this.index.mayList4(first);
    return this.index.mayList6(first, words[1] as number, words[2] as number, words[3] as number);
  }

  /** The first rule by which the window refuses the flow, in the order of DISCARD_REASONS; `null` = it matches. */
  private refusalOf(window: number, c2Port: number | null, protocol: number | null): DiscardReason | null {
    const { windows, evaluation } = this;
    if (!this.operatorCovered[windows.operatorSet[window] as number]) return 'otherOperator';
    if (!this.basisCovered[windows.basis[window] as number]) return 'otherBasis';
    const port = windows.port[window] as number;
    if (port !== ANY && port !== c2Port) return 'otherPort';
    const listedProtocol = windows.protocol[window] as number;
    if (listedProtocol !== ANY && listedProtocol !== protocol) return 'otherPort';
    if (!this.inTraffic(windows.trafficFromMs[window] as number, windows.trafficUntilMs[window] as number)) {
      return 'outsideTraffic';
    }
    // Collection clock (L9, L10): in force at the instant of evaluation, half open.
    const inForce =
      evaluation.atMs >= (windows.collectionFromMs[window] as number) &&
      evaluation.atMs < (windows.collectionUntilMs[window] as number);
    return inForce ? null : 'notInForce';
  }

  /** Traffic clock (L3). A flow whose last instant is `untilMs` reaches over the edge: the window is half open. */
  private inTraffic(fromMs: number, untilMs: number): boolean {
    if (this.evaluation.straddling === 'contained') return this.startMs >= fromMs && this.endMs < untilMs;
    return fromMs < untilMs && this.endMs >= fromMs && this.startMs < untilMs;
  }
}
