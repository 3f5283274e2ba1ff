// Figures over time: a picture by uPlot, and the same as a table for whoever sees no picture.
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { instant, roughly } from '../format.ts';
import { t } from '../language.ts';
import { Table } from './table.tsx';

export interface Series {
  readonly title: string;
  /** A colour of styles/colours.css: `--line-1` and on. */
  readonly colour: 1 | 2 | 3 | 4;
  /** One value for each instant. */
  readonly values: readonly (number | null)[];
}

const HEIGHT = 220;

/** A colour of styles/colours.css, asked for at each drawing; a canvas understands it only as the browser has worked it out. */
function colourOf(name: string, element: HTMLElement) {
  return (): string => {
    element.style.color = `var(--${name})`;
    const { color } = getComputedStyle(element);
    element.style.color = '';
    return color;
  };
}

function whenThemeChanges(act: () => void): () => void {
  const chosen = new MutationObserver(act);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', act);
  return () => {
    chosen.disconnect();
    system.removeEventListener('change', act);
  };
}

/** 09:00; at midnight the day. */
function timeOf(seconds: number): string {
  const [day = '', time = ''] = new Date(seconds * 1_000).toISOString().split('T');
  return time.startsWith('00:00:00') ? day : time.slice(0, 5);
}

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
    const axis = {
      stroke: colourOf('text-2', element),
      grid: { stroke: colourOf('line', element), width: 1 },
    };
    plot.current = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        series: [
          {},
          ...series.map(({ title: label, colour }) => ({
            label,
            stroke: colourOf(`line-${colour}`, element),
            width: 2,
            points: { show: false },
          })),
        ],
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
        axes: [
          { ...axis, space: 80, values: (_: UPlot, ticks: number[]) => ticks.map(timeOf) },
          { ...axis, size: 60, values: (_: UPlot, ticks: number[]) => ticks.map(roughly) },
        ],
        legend: { show: true, live: false },
      },
      data,
      element,
    );
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resize.observe(element);
    const stopFollowing = whenThemeChanges(() => plot.current?.redraw());
    return () => {
      resize.disconnect();
      stopFollowing();
      plot.current?.destroy();
    };
    // A new picture only where there are other series; values are set below.
  }, [series.map((one) => one.title).join()]);
  useEffect(() => plot.current?.setData(data), [data]);
  const rows = atMs.map((ms, at) => ({ ms, at })).toReversed();
  return (
    <figure>
      <figcaption>{title} (UTC)</figcaption>
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
