// The records as the list that the index is built from: numbers only, computed once for all indicators that share them.
import type { AuthorisedList, ListedIndicator, ListedRange, Window } from '../match/list.ts';
import { IN_FORCE_DEFAULTS, type InForceOptions, whenAll } from './conditions.ts';
import { withFindings } from './finding-conditions.ts';
import {
  type AuthorisationRecord,
  type AuthorityRecords,
  decodeLife,
  type IndicatorRecord,
  type IndicatorScope,
} from './records.ts';
import { findRegime, type Regime } from './regime.ts';
import { intersect, type Span } from './spans.ts';
import { isProposedWide } from './step-conditions.ts';
import type { IndicatorStep } from './steps.ts';
import { indicatorConditions, operatorGroups, scopeConditions, trafficUntil } from './windows.ts';

export interface CompileOptions extends Partial<InForceOptions> {
  /** Epoch ms before which nothing is evaluated: spans that ended by then are left out. */
  readonly sinceMs?: number;
}

/** What an indicator is left with when it is in force at no time: its flows are still counted as `notInForce`. */
const NEVER = { collectionFromMs: 0, collectionUntilMs: 0 };

/** The windows of all indicators of one authorisation, basis and term, but for what is each one's own. */
interface Scope {
  readonly authorisation: AuthorisationRecord;
  readonly regime: Regime | undefined;
  readonly basis: number;
  readonly groups: readonly ScopeGroup[];
  /** Collection windows by life, one list for each group. */
  readonly byLife: Map<string, readonly (readonly CollectionWindow[])[]>;
}

interface ScopeGroup {
  readonly lawfulFromMs: number;
  readonly operatorSet: number;
  /** When everything holds but what is asked of the indicator itself. */
  readonly spans: readonly Span[];
}

interface CollectionWindow {
  readonly collectionFromMs: number;
  readonly collectionUntilMs: number;
}

export function compileList(
  records: AuthorityRecords,
  generation: number,
  options: CompileOptions = {},
): AuthorisedList {
  const compiler = new Compiler(records, { ...IN_FORCE_DEFAULTS, sinceMs: -Infinity, ...options });
  for (const record of records.indicators) compiler.add(record);
  return compiler.finish(generation);
}

class Compiler {
  private readonly records: AuthorityRecords;
  private readonly options: Required<CompileOptions>;
  private readonly indicators: ListedIndicator[] = [];
  private readonly operatorSets = new Interned<readonly string[]>();
  private readonly bases = new Interned<string>();
  private readonly scopes = new Map<IndicatorScope, Scope | null>();
  private readonly ranges = new Map<number | string, ListedRange & { readonly windows: Window[] }>();

  constructor(records: AuthorityRecords, options: Required<CompileOptions>) {
    this.records = records;
    this.options = options;
  }

  add(record: IndicatorRecord): void {
    const scope = this.scopeOf(record.scope);
    if (!scope) return;
    const indicator = this.indicators.push({ id: record.id, authorisation: record.scope.authorisation }) - 1;
    const windows = this.rangeOf(record).windows;
    const steps = this.records.steps.get(record.id) ?? NO_STEPS;
    const collections = this.collectionsOf(record, steps, scope);
    const trafficUntilMs =
      steps === NO_STEPS ? (record.trafficUntilMs ?? Infinity) : trafficUntil(record, steps);
    scope.groups.forEach(({ lawfulFromMs, operatorSet }, at) => {
      for (const { collectionFromMs, collectionUntilMs } of collections[at] as readonly CollectionWindow[]) {
        windows.push({
          indicator,
          trafficFromMs: Math.max(record.firstSeenMs, lawfulFromMs),
          trafficUntilMs,
          collectionFromMs,
          collectionUntilMs,
          operatorSet,
          basis: scope.basis,
          port: record.port,
          protocol: record.protocol,
        });
      }
    });
  }

  finish(generation: number): AuthorisedList {
    return {
      generation,
      indicators: this.indicators,
      operatorSets: this.operatorSets.values,
      bases: this.bases.values,
      ranges: [...this.ranges.values()],
    };
  }

  private scopeOf(of: IndicatorScope): Scope | null {
    let scope = this.scopes.get(of);
    if (scope === undefined) {
      scope = this.makeScope(of);
      this.scopes.set(of, scope);
    }
    return scope;
  }

  private makeScope(of: IndicatorScope): Scope | null {
    const authorisation = this.records.authorisations.get(of.authorisation);
    // L1: without its authorisation an indicator is nothing.
    if (!authorisation) return null;
    const groups = operatorGroups(authorisation, this.records.operators, of);
    return {
      authorisation,
      regime: findRegime(authorisation.regime),
      basis: this.bases.place(of.retention, of.retention),
      groups: groups.map((group) => ({
        lawfulFromMs: group.lawfulFrom.atMs,
        spans: whenAll(scopeConditions(authorisation, of, this.records, group)),
        operatorSet: this.operatorSets.place(group.operators.join('\n'), group.operators),
      })),
      byLife: new Map(),
    };
  }

  private collectionsOf(
    record: IndicatorRecord,
    steps: readonly IndicatorStep[],
    scope: Scope,
  ): readonly (readonly CollectionWindow[])[] {
    const key = lifeKey(record, steps, scope.regime);
    let collections = scope.byLife.get(key);
    if (!collections) {
      const life = withFindings(decodeLife(record.life), steps);
      const own = whenAll(indicatorConditions(record, life, steps, scope.authorisation, this.options));
      collections = scope.groups.map(({ spans }) => this.collectionWindows(intersect(spans, own)));
      scope.byLife.set(key, collections);
    }
    return collections;
  }

  private collectionWindows(spans: readonly Span[]): readonly CollectionWindow[] {
    const windows = spans
      .filter(({ until }) => until.atMs > this.options.sinceMs)
      .map(({ from, until }) => ({ collectionFromMs: from.atMs, collectionUntilMs: until.atMs }));
    return windows.length > 0 ? windows : [NEVER];
  }

  private rangeOf({ family, first, last }: IndicatorRecord): ListedRange & { readonly windows: Window[] } {
    const key =
      family === 4 ? rangeKey4(first[0] as number, last[0] as number) : `${first.join()}-${last.join()}`;
    let range = this.ranges.get(key);
    if (!range) {
      range = { family, first, last, windows: [] };
      this.ranges.set(key, range);
    }
    return range;
  }
}

const NO_STEPS: readonly IndicatorStep[] = [];

/** Equal for indicators of one scope that are in force at the same times. */
function lifeKey(
  record: IndicatorRecord,
  steps: readonly IndicatorStep[],
  regime: Regime | undefined,
): string {
  let key = record.life;
  if (record.withdrawnMs !== null) key += `\n${record.withdrawnMs}`;
  if (regime && isProposedWide(record, regime)) key += '\nwide';
  for (const { kind, by, atMs, recordedAtMs, outcome, cause } of steps) {
    key += `\n${kind} ${atMs} ${recordedAtMs} ${outcome} ${cause} ${by}`;
  }
  return key;
}

/** Unique for prefixes: the address, and how many bits are free. */
function rangeKey4(first: number, last: number): number {
  return (32 - Math.clz32(last ^ first)) * 2 ** 32 + first;
}

/** Values by their place, each once. */
class Interned<T> {
  readonly values: T[] = [];
  private readonly places = new Map<string, number>();

  place(key: string, value: T): number {
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.places.set(key, place);
    }
    return place;
  }
}
