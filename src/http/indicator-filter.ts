// Which rows of the list of indicators are meant.
import { INDICATOR_STATES, type IndicatorState } from '../authority/explain.ts';
import type { AuthorityRecords } from '../authority/records.ts';
import { isVerificationDue } from '../authority/status.ts';
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import type { IndicatorColumns } from './indicator-columns.ts';
import type { Marks } from './sorted-slots.ts';

export interface IndicatorFilter {
  readonly state?: string | undefined;
  readonly authorisation?: string | undefined;
  /** Whose authorisation names this operator. */
  readonly operator?: string | undefined;
  /** Part of an id, an address or a threat's name, or an address or prefix that meets it. */
  readonly q?: string | undefined;
  /** Whose verification is due by then. */
  readonly dueByMs?: number | undefined;
  /** On a warning list, or too wide. */
  readonly hit?: true | undefined;
}

type Test = (slot: number) => boolean;

/** Slots that pass; `null` = all. What costs least is asked first. */
export function passing(
  columns: IndicatorColumns,
  filter: IndicatorFilter,
  records: Pick<AuthorityRecords, 'authorisations'>,
): Marks | null {
  const tests = testsOf(columns, filter, records);
  if (tests.length === 0) return null;
  const marks = new Uint8Array(columns.length).fill(1);
  for (const test of tests) {
    for (let slot = 0; slot < marks.length; slot++) if (marks[slot] === 1 && !test(slot)) marks[slot] = 0;
  }
  return marks;
}

function testsOf(
  columns: IndicatorColumns,
  { state, authorisation, operator, q, dueByMs, hit }: IndicatorFilter,
  { authorisations }: Pick<AuthorityRecords, 'authorisations'>,
): readonly Test[] {
  const tests: Test[] = [];
  if (state !== undefined) {
    const meant = INDICATOR_STATES.indexOf(state as IndicatorState);
    tests.push((slot) => columns.states[slot] === meant);
  }
  if (hit) tests.push((slot) => columns.hasHits[slot] === 1);
  if (authorisation !== undefined || operator !== undefined) {
    const isMeant = columns.authorisations.values.map(
      (one) =>
        (authorisation === undefined || one === authorisation) &&
        (operator === undefined || (authorisations.get(one)?.operators.includes(operator) ?? false)),
    );
    tests.push((slot) => isMeant[columns.authorisation[slot] as number] as boolean);
  }
  if (dueByMs !== undefined) {
    const mayBeDue = INDICATOR_STATES.map((one) =>
      isVerificationDue({ state: one, verificationDueMs: dueByMs }, dueByMs),
    );
    tests.push(
      (slot) =>
        (columns.dueMs[slot] as number) <= dueByMs && (mayBeDue[columns.states[slot] as number] as boolean),
    );
  }
  if (q !== undefined) tests.push(searchOf(columns, q.trim().toLowerCase()));
  return tests;
}

function searchOf(columns: IndicatorColumns, text: string): Test {
  const { addresses, ids } = columns;
  const parsed = parsePrefix(text);
  if ('value' in parsed) {
    const meets = overlapOf(columns, parsed.value);
    return (slot) => meets(slot) || (addresses[slot] as string).startsWith(text);
  }
  // Each name once, however many bear it.
  const isThreat = columns.threats.values.map((name) => name.includes(text));
  return (slot) =>
    (isThreat[columns.threat[slot] as number] as boolean) ||
    (addresses[slot] as string).includes(text) ||
    (ids[slot] as string).includes(text);
}

/** Whether a row's prefix and another have an address in common. */
function overlapOf(columns: IndicatorColumns, { first, last }: Pick<Prefix, 'first' | 'last'>): Test {
  const isIpv6 = Number(first.length > 1);
  return (slot) =>
    columns.isIpv6[slot] === isIpv6 &&
    compareWords(columns.first, slot, last) <= 0 &&
    compareWords(columns.last, slot, first) >= 0;
}

function compareWords(column: Uint32Array, slot: number, words: readonly number[]): number {
  for (let word = 0; word < words.length; word++) {
    const difference = (column[slot * 4 + word] as number) - (words[word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
