// What a figure for monitoring is, and the kinds that there are of them: where each is read, and its labels.
import type { LedgerColumn } from '../../core/counters.ts';
import type { HistogramFigures } from '../../core/histogram.ts';
import type { EngineFigures, LiveFigures } from '../../engine/live-figures.ts';
import type { StoreFigures } from '../../store/store-figures.ts';

export interface Measured {
  /** What the daemon last said; `null` = nothing yet. */
  readonly figures: LiveFigures | null;
  readonly store: StoreFigures;
}

export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  readonly labels?: Labels;
  readonly value: number | HistogramFigures;
}

/** Where it stands in the dashboard. */
export const PANELS = ['flows', 'losses', 'list', 'people', 'latency', 'process'] as const;

export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** `time`: seconds since 1970; `state`: 1 = yes, 0 = no. Others are counted things. */
  readonly unit: 'seconds' | 'time' | 'bytes' | 'state' | 'count';
  readonly help: string;
  readonly labels: readonly string[];
  readonly panel: (typeof PANELS)[number];
  readonly read: (of: Measured) => readonly Sample[];
}

const NONE: readonly Sample[] = [];
const seconds = (ms: number) => ms / 1_000;
export const known = (value: number | null | undefined): readonly Sample[] =>
  value == null ? NONE : [{ value }];
export const flag = (value: boolean): readonly Sample[] => [{ value: value ? 1 : 0 }];

export const SOURCE = ['listener', 'operator', 'basis'] as const;

type Source = EngineFigures['sources'][number];
export const labelsOf = ({ name, operator, retentionBasis }: Source): Labels => ({
  listener: name,
  operator,
  basis: retentionBasis,
});

export function ofSources(read: (source: Source) => number | null): Metric['read'] {
  return ({ figures }) =>
    (figures?.engine?.sources ?? []).flatMap((source) => {
      const value = read(source);
      return value === null ? [] : [{ labels: labelsOf(source), value }];
    });
}

export function counter(panel: Metric['panel'], help: string, column: LedgerColumn): Metric {
  const read = ofSources(({ counts }) => counts[column]);
  return { type: 'counter', unit: 'count', panel, help, labels: SOURCE, read };
}

export function ofListeners(
  help: string,
  unit: Metric['unit'],
  read: (listener: EngineFigures['listeners'][number]) => number | null,
): Metric {
  return {
    type: 'gauge',
    unit,
    panel: 'flows',
    help,
    labels: ['listener'],
    read: ({ figures }) =>
      (figures?.engine?.listeners ?? []).flatMap((listener) => {
        const value = read(listener);
        return value === null ? [] : [{ labels: { listener: listener.name }, value }];
      }),
  };
}

export function gauge(
  panel: Metric['panel'],
  unit: Metric['unit'],
  help: string,
  read: (engine: EngineFigures) => number | null | undefined,
): Metric {
  return {
    type: 'gauge',
    unit,
    panel,
    help,
    labels: [],
    read: ({ figures }) => known(figures?.engine && read(figures.engine)),
  };
}

export function latency(help: string, read: (engine: EngineFigures) => HistogramFigures): Metric {
  return {
    type: 'histogram',
    unit: 'seconds',
    panel: 'latency',
    help,
    labels: [],
    read: ({ figures }) => (figures?.engine ? [{ value: read(figures.engine) }] : NONE),
  };
}

export function stored(
  panel: Metric['panel'],
  unit: Metric['unit'],
  help: string,
  read: (store: StoreFigures) => number | null,
): Metric {
  return { type: 'gauge', unit, panel, help, labels: [], read: ({ store }) => known(read(store)) };
}

export const time = (ms: number | null | undefined) => (ms == null ? null : seconds(ms));

export function ofTasks(
  type: 'counter' | 'gauge',
  unit: Metric['unit'],
  help: string,
  read: (task: LiveFigures['tasks'][number]) => number | null,
): Metric {
  return {
    type,
    unit,
    panel: 'process',
    help,
    labels: ['task'],
    read: ({ figures }) =>
      (figures?.tasks ?? []).flatMap((task) => {
        const value = read(task);
        return value === null ? [] : [{ labels: { task: task.name }, value }];
      }),
  };
}
