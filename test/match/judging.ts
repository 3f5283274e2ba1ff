// Judges a record under a small list, and says what was counted and found.
import { expect } from 'vitest';
import { type DiscardReason, TALLY_COLUMNS, type TallyColumn } from '../../src/core/counters.ts';
import type { Flow } from '../../src/core/flow.ts';
import { Findings, tallyOf } from '../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import type { ListedRange, Window } from '../../src/match/list.ts';
import { Matcher } from '../../src/match/matcher.ts';
import type { Evaluation, FoundMatch } from '../../src/match/messages.ts';
import { EVALUATION, flowOf } from './flows.ts';
import { listOfRanges, OPEN } from './lists.ts';

/** 203.0.113.7 */
export const C2_WORD = 0xcb00_7107;

export function host(word: number, ...windows: Partial<Window>[]): ListedRange {
  return {
    family: 4,
    first: [word],
    last: [word],
    windows: windows.map((window) => ({ ...OPEN, ...window })),
  };
}

export function judge(
  ranges: readonly ListedRange[],
  flows: readonly Flow[],
  evaluation: Partial<Evaluation> = {},
): { tally: Partial<Record<TallyColumn, number>>; matches: readonly FoundMatch[] } {
  const findings = new Findings();
  const index = AddressIndex.open(buildIndex(listOfRanges(ranges)));
  new Matcher(index, { ...EVALUATION, ...evaluation }).judge(flows, 5, findings);
  const { tallies, matches } = findings.toResult(1);
  expect(tallies).toHaveLength(1);
  const row = tallies[0] as readonly number[];
  expect(row[0]).toBe(5);
  const counted = TALLY_COLUMNS.map((column) => [column, tallyOf(row, column)] as const).filter(
    ([, n]) => n > 0,
  );
  return { tally: Object.fromEntries(counted), matches };
}

/** The verdict on one flow to a host with one window. */
export function verdict(
  window: Partial<Window>,
  flow: Partial<Flow> = {},
  evaluation: Partial<Evaluation> = {},
): 'matched' | DiscardReason {
  const { tally } = judge([host(C2_WORD, window)], [flowOf(flow)], evaluation);
  const { records, matches, ...verdicts } = tally;
  expect(records).toBe(1);
  expect(matches ?? 0).toBe(verdicts.matched ?? 0);
  const [only, ...others] = Object.keys(verdicts);
  expect(others).toEqual([]);
  return only as 'matched' | DiscardReason;
}
