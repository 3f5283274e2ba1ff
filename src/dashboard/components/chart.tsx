// Figures over time: a picture by uPlot, and the same as a table for whoever sees no picture.
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { instant, roughly } from '../format.ts';
import { t } from '../language.ts';
import { Table } from './table.tsx';

export interface Series {
  readonly title: string;
  /** A name of a colour of styles.css: `--line-1` and on. */
  readonly colour: 1 | 2 | 3 | 4;
  /** One value for each instant. */
  readonly values: readonly (number | null)[];
}

const HEIGHT = 220;

export function Chart({
  title,
  atMs,
  series,
}: {
  readonly title: string;
  readonly atMs: readonly number[];
  readonly series: readonly Series[];
}) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const data = [
    atMs.map((ms) => ms / 1_000),
    ...series.map(({ values }) => [...values]),
  ] as UPlot.AlignedData;
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const axis = {
      stroke: style.getPropertyValue('--text-2'),
      grid: { stroke: style.getPropertyValue('--line') },
    };
    plot.current = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        series: [
          {},
          ...series.map(({ title: label, colour }) => ({
            label,
            stroke: style.getPropertyValue(`--line-${colour}`),
            width: 2,
          })),
        ],
        axes: [axis, { ...axis, size: 60, values: (_: UPlot, ticks: number[]) => ticks.map(roughly) }],
        legend: { show: true, live: false },
      },
      data,
      element,
    );
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.current?.destroy();
    };
    // A new picture only where there are other series; values are set below.
  }, [series.map((one) => one.title).join()]);
  useEffect(() => plot.current?.setData(data), [data]);
  const rows = atMs.map((ms, at) => ({ ms, at })).toReversed();
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <div ref={frame} aria-hidden="true" class="chart" />
      <details>
        <summary>{t('chart.table')}</summary>
        <Table
          caption={title}
          rows={rows}
          keyOf={({ ms }) => String(ms)}
          columns={[
            { title: t('chart.time'), cell: ({ ms }) => instant(ms) },
            ...series.map(({ title: name, values }) => ({
              title: name,
              numeric: true,
              cell: ({ at }: { readonly at: number }) => {
                const value = values[at] ?? null;
                return value === null ? '–' : roughly(value);
              },
            })),
          ]}
        />
      </details>
    </figure>
  );
}
