// What the dashboard's first page shows of the daemon, and of what waits for a person: asked for by many, read once a second.
import { DAY_MS } from '../core/time.ts';
import { figuresReader } from '../store/flow-figures.ts';
import { type Needs, needsReader, type OperatorNeeds, operatorNeedsReader } from '../store/overview.ts';
import type { HttpContext } from './context.ts';
import type { IndicatorList } from './indicator-list.ts';
import { readinessOf } from './readiness.ts';

export interface DaemonStanding {
  readonly atMs: number;
  readonly ready: boolean;
  /** Of the list in force; `null` = there is none. */
  readonly generation: number | null;
  /** In words, each with what it is about; for an operator none. */
  readonly problems: readonly {
    readonly of: 'daemon' | 'list' | 'store' | 'listener';
    readonly text: string;
  }[];
  readonly listeners: readonly { readonly name: string; readonly problem: string | null }[];
}

/** Of the list in memory: not there while that is first worked out. */
export interface AllNeeds extends Needs {
  /** L9: verified before, and due again. */
  readonly verificationsDue?: number;
}

export interface Totals {
  /** Epoch ms from which on flows are counted. */
  readonly sinceMs: number;
  readonly records: number;
  readonly matched: number;
  readonly matches: number;
}

const NEEDS_KEPT_MS = 1_000;
/** Longer, as it adds up a day. */
const TOTALS_KEPT_MS = 10_000;

export class Overview {
  private readonly context: HttpContext;
  private readonly indicators: IndicatorList;
  private readonly kept = new Map<string, { readonly atMs: number; readonly value: unknown }>();
  private readonly needsOfAll: ReturnType<typeof needsReader>;
  private readonly needsOfOne: ReturnType<typeof operatorNeedsReader>;
  private readonly figures: ReturnType<typeof figuresReader>;

  constructor(context: HttpContext, indicators: IndicatorList) {
    this.context = context;
    this.indicators = indicators;
    this.needsOfAll = needsReader(context.db);
    this.needsOfOne = operatorNeedsReader(context.db);
    this.figures = figuresReader(context.db);
  }

  /** @param operator of whom; `null` = everything */
  needs(operator: string | null): AllNeeds | OperatorNeeds {
    const nowMs = Date.now();
    return this.keep(`needs ${operator ?? ''}`, NEEDS_KEPT_MS, nowMs, () =>
      operator === null ? { ...this.needsOfAll(nowMs), ...this.due(nowMs) } : this.needsOfOne(operator),
    );
  }

  private due(nowMs: number): Pick<AllNeeds, 'verificationsDue'> {
    const counts = this.indicators.countByState({ dueByMs: nowMs });
    if (counts === null) return {};
    return { verificationsDue: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  }

  /** Of the last day. */
  totals(): Totals {
    const nowMs = Date.now();
    return this.keep('totals', TOTALS_KEPT_MS, nowMs, () => {
      const sinceMs = nowMs - DAY_MS;
      const { records, matched, matches } = this.figures({ sinceMs, operator: null });
      return { sinceMs, records, matched, matches };
    });
  }

  standing(operator: string | null): DaemonStanding {
    const atMs = Date.now();
    const last = readinessOf(this.context.figures(), atMs);
    const health = last.figures?.health;
    const { ready } = last;
    const generation = health && 'generation' in health.list ? health.list.generation : null;
    // How the daemon is set up is no operator's concern.
    if (operator !== null || !health) {
      const problem = last.ready ? null : last.problem;
      const problems = problem === null ? [] : [{ of: 'daemon' as const, text: problem }];
      return { atMs, ready, generation, problems, listeners: [] };
    }
    const listeners = health.listeners.map(({ name, problem }) => ({ name, problem }));
    const problems: DaemonStanding['problems'][number][] = [];
    if (!last.ready && last.problem !== null) problems.push({ of: 'daemon', text: last.problem });
    if ('problem' in health.list) problems.push({ of: 'list', text: health.list.problem });
    if (health.store !== 'ok') problems.push({ of: 'store', text: health.store.problem });
    for (const { name, problem } of listeners) {
      if (problem !== null) problems.push({ of: 'listener', text: `${name}: ${problem}` });
    }
    return { atMs, ready, generation, problems, listeners };
  }

  private keep<T>(name: string, keptMs: number, nowMs: number, read: () => T): T {
    const before = this.kept.get(name);
    if (before && nowMs - before.atMs < keptMs) return before.value as T;
    const value = read();
    this.kept.set(name, { atMs: nowMs, value });
    return value;
  }
}
