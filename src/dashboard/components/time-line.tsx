// Spans and instants on one axis of time, row by row: a picture, and the same as a table for whoever sees none.
import { instant } from '../format.ts';
import { t } from '../language.ts';
import { type Column, Table } from './table.tsx';

export interface TimeLineEntry {
  /** Entries of the same row follow each other. */
  readonly row: string;
  /** `null` = that side is open. Equal bounds are one instant. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  readonly colour: 1 | 2 | 3 | 4;
  /** Why it begins or ends, or what happened. */
  readonly why: string;
}

const ROW_HEIGHT = 44;
/** Two lines: now, and the bounds. */
const AXIS_HEIGHT = 42;

export function TimeLine({
  title,
  entries,
  nowMs = Date.now(),
}: {
  readonly title: string;
  readonly entries: readonly TimeLineEntry[];
  readonly nowMs?: number;
}) {
  const rows = [...new Set(entries.map(({ row }) => row))];
  const { atShare, fromMs, untilMs } = axisOf(entries, nowMs);
  const height = rows.length * ROW_HEIGHT + AXIS_HEIGHT;
  const now = atShare(nowMs);
  const columns: readonly Column<TimeLineEntry & { readonly key: string }>[] = [
    { title: t('timeLine.what'), cell: ({ row }) => row },
    { title: t('timeLine.from'), cell: (entry) => instant(entry.fromMs) },
    {
      title: t('timeLine.until'),
      cell: (entry) => (entry.untilMs === entry.fromMs ? '' : instant(entry.untilMs)),
    },
    { title: t('timeLine.why'), cell: ({ why }) => why },
  ];
  return (
    <figure class="timeline">
      <figcaption>{title}</figcaption>
      <svg width="100%" height={height} aria-hidden="true">
        {rows.map((row, at) => (
          <g key={row}>
            <text x="0" y={at * ROW_HEIGHT + 14}>
              {row}
            </text>
            <line
              class="axis"
              x1="0"
              x2="100%"
              y1={at * ROW_HEIGHT + ROW_HEIGHT - 4}
              y2={at * ROW_HEIGHT + ROW_HEIGHT - 4}
            />
          </g>
        ))}
        {entries.map((entry, index) => (
          <Mark
            key={index}
            entry={entry}
            y={rows.indexOf(entry.row) * ROW_HEIGHT + 22}
            atShare={atShare}
            fromMs={fromMs}
            untilMs={untilMs}
          />
        ))}
        <line class="now" x1={percent(now)} x2={percent(now)} y1="0" y2={height - AXIS_HEIGHT + 4} />
        <text x="0" y={height - 5}>
          {day(fromMs)}
        </text>
        <text x="100%" y={height - 5} text-anchor="end">
          {day(untilMs)}
        </text>
        <text class="nowText" x={percent(now)} y={height - 24} text-anchor={anchorAt(now)}>
          {t('timeLine.now')}
        </text>
      </svg>
      <details>
        <summary>{t('chart.table')}</summary>
        <Table
          caption={title}
          columns={columns}
          rows={entries.map((entry, at) => ({ ...entry, key: String(at) }))}
          keyOf={({ key }) => key}
        />
      </details>
    </figure>
  );
}

function Mark({
  entry: { fromMs, untilMs, colour, why },
  y,
  atShare,
  ...axis
}: {
  readonly entry: TimeLineEntry;
  readonly y: number;
  readonly atShare: (ms: number) => number;
  readonly fromMs: number;
  readonly untilMs: number;
}) {
  const from = atShare(fromMs ?? axis.fromMs);
  const until = atShare(untilMs ?? axis.untilMs);
  if (fromMs !== null && fromMs === untilMs) {
    return (
      <circle class={`mark-${colour}`} cx={percent(from)} cy={y + 7} r="6">
        <title>{why}</title>
      </circle>
    );
  }
  return (
    <rect class={`mark-${colour}`} x={percent(from)} width={percent(until - from)} y={y} height="14" rx="3">
      <title>{why}</title>
    </rect>
  );
}

/** Everything that has a date, and now, with some room on both sides. */
function axisOf(entries: readonly TimeLineEntry[], nowMs: number) {
  const known = entries.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((ms) => ms !== null);
  const [first, last] = [Math.min(nowMs, ...known), Math.max(nowMs, ...known)];
  const room = Math.max((last - first) / 20, 60_000);
  const [fromMs, untilMs] = [first - room, last + room];
  return { fromMs, untilMs, atShare: (ms: number) => (ms - fromMs) / (untilMs - fromMs) };
}

/** So that text near an edge stays within. */
function anchorAt(share: number): 'start' | 'middle' | 'end' {
  return share < 0.15 ? 'start' : share > 0.85 ? 'end' : 'middle';
}

function percent(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(3)}%`;
}

function day(ms: number): string {
  return instant(ms).slice(0, 10);
}
