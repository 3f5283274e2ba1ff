// The list in force, as the engine holds it: compiled, indexed, and renewed when the authority's generation moves on.
import type { Flow } from '../core/flow.ts';
import { Findings } from '../match/findings.ts';
import { AddressIndex, buildIndex } from '../match/index.ts';
import type { AuthorisedList } from '../match/list.ts';
import { Matcher } from '../match/matcher.ts';
import type { Evaluation, FoundMatch, IndexHandle } from '../match/messages.ts';
import type { LedgerRow } from '../store/ledger.ts';
import type { NewMatch } from '../store/matches.ts';

/** A list made ready: all that is asked of it afterwards. Plain data, so that it can be made in another thread. */
export interface ReadyList {
  readonly list: Omit<AuthorisedList, 'ranges'>;
  readonly handle: IndexHandle;
  /** Ends of collection windows, ascending, epoch ms. */
  readonly ends: Float64Array;
}

export function makeReady(whole: AuthorisedList): ReadyList {
  const { ranges: _ranges, ...list } = whole;
  return { list, handle: buildIndex(whole), ends: collectionEnds(whole) };
}

export class ListInForce {
  readonly list: ReadyList['list'];
  readonly handle: IndexHandle;
  private readonly ends: Float64Array;
  private opened: AddressIndex | null = null;

  constructor({ list, handle, ends }: ReadyList) {
    this.list = list;
    this.handle = handle;
    this.ends = ends;
  }

  get generation(): number {
    return this.list.generation;
  }

  /** Names the match's indicator: the match may outlive this list. Written out, since V8 builds from a spread slowly. */
  name(match: FoundMatch, row: LedgerRow): NewMatch {
    const indicator = this.list.indicators[match.indicator];
    if (!indicator)
      throw new Error(`the list of generation ${this.generation} has no indicator ${match.indicator}`);
    return {
      indicatorId: indicator.id,
      authorisation: indicator.authorisation,
      row,
      victim: match.victim,
      victimPort: match.victimPort,
      c2: match.c2,
      c2Port: match.c2Port,
      protocol: match.protocol,
      direction: match.direction,
      startMs: match.startMs,
      endMs: match.endMs,
      bytes: match.bytes,
      packets: match.packets,
      tcpFlags: match.tcpFlags,
      sampling: match.sampling,
      timeSource: match.timeSource,
      sameRecord: match.sameRecord,
    };
  }

  /** Whether some indicator stops being in force in (fromMs, untilMs]. */
  endsBetween(fromMs: number, untilMs: number): boolean {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle] as number) > fromMs) high = middle;
      else low = middle + 1;
    }
    return low < this.ends.length && (this.ends[low] as number) <= untilMs;
  }

  /** L10: judges a match again, by this list and at this instant. False = it may not be kept. */
  stillMatches(match: NewMatch, evaluation: Evaluation): boolean {
    this.opened ??= AddressIndex.open(this.handle);
    const findings = new Findings();
    new Matcher(this.opened, evaluation).judge([flowOf(match)], 0, findings);
    return findings
      .toResult(this.generation)
      .matches.some((found) => this.list.indicators[found.indicator]?.id === match.indicatorId);
  }
}

function collectionEnds(list: AuthorisedList): Float64Array {
  const ends = new Set<number>();
  for (const range of list.ranges) for (const window of range.windows) ends.add(window.collectionUntilMs);
  return Float64Array.from(ends).sort();
}

function flowOf(match: NewMatch): Flow {
  const toC2 = match.direction === 'to-c2';
  return {
    src: toC2 ? match.victim : match.c2,
    dst: toC2 ? match.c2 : match.victim,
    srcPort: toC2 ? match.victimPort : match.c2Port,
    dstPort: toC2 ? match.c2Port : match.victimPort,
    protocol: match.protocol,
    bytes: match.bytes,
    packets: match.packets,
    startMs: match.startMs,
    endMs: match.endMs,
    exportMs: match.endMs,
    timeSource: match.timeSource,
    swappedTimes: false,
    tcpFlags: match.tcpFlags,
    sampling: match.sampling,
    alternates: [],
  };
}
