// When a victim was in contact: flows a day as a picture, and each hour of each day. Beside both the same as a table.
import type { VictimAnswer } from '../../../http/routes/victims.ts';
import { Chart } from '../../components/chart.tsx';
import { Table } from '../../components/table.tsx';
import { bytes, count, instant, share } from '../../format.ts';
import { t } from '../../language.ts';

type Item = VictimAnswer['items'][number];

interface Day {
  readonly dayMs: number;
  readonly flowsTo: number;
  readonly flowsFrom: number;
  readonly bytesTo: number;
  readonly bytesFrom: number;
  readonly hours: ReadonlySet<number>;
  readonly provenHours: ReadonlySet<number>;
  readonly beacon: number | null;
}

const DAY_MS = 86_400_000;
/** Days in the picture: the last so many. */
const MOST_DAYS = 92;

export function ContactTimeLine({ items }: { readonly items: readonly Item[] }) {
  const days = daysOf(items);
  const spread = withEmptyDays(days);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{t('victims.timeline')}</h2>
      {spread.length > 1 ? (
        <Chart
          title={t('victims.perDay')}
          atMs={spread.map(({ dayMs }) => dayMs)}
          series={[
            { title: t('victims.toC2'), colour: 1, values: spread.map(({ flowsTo }) => flowsTo) },
            { title: t('victims.fromC2'), colour: 2, values: spread.map(({ flowsFrom }) => flowsFrom) },
          ]}
        />
      ) : null}
      <Hours days={days} />
    </section>
  );
}

function daysOf(items: readonly Item[]): Day[] {
  const days = new Map<number, Day>();
  for (const day of items.flatMap(({ timeline }) => timeline)) {
    const before = days.get(day.dayMs);
    days.set(day.dayMs, {
      dayMs: day.dayMs,
      flowsTo: (before?.flowsTo ?? 0) + day.flowsTo,
      flowsFrom: (before?.flowsFrom ?? 0) + day.flowsFrom,
      bytesTo: (before?.bytesTo ?? 0) + (day.bytesTo ?? 0),
      bytesFrom: (before?.bytesFrom ?? 0) + (day.bytesFrom ?? 0),
      hours: new Set([...(before?.hours ?? []), ...day.hours]),
      provenHours: new Set([...(before?.provenHours ?? []), ...day.provenHours]),
      beacon: Math.max(before?.beacon ?? -1, day.beacon ?? -1),
    });
  }
  return [...days.values()]
    .map((day) => ({ ...day, beacon: day.beacon === -1 ? null : day.beacon }))
    .sort((a, b) => a.dayMs - b.dayMs);
}

/** Days without contact as 0. */
function withEmptyDays(days: readonly Day[]): Pick<Day, 'dayMs' | 'flowsTo' | 'flowsFrom'>[] {
  const last = days.at(-1)?.dayMs ?? 0;
  const first = Math.max(days[0]?.dayMs ?? 0, last - (MOST_DAYS - 1) * DAY_MS);
  const byDay = new Map(days.map((day) => [day.dayMs, day]));
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, at) => {
    const dayMs = first + at * DAY_MS;
    return byDay.get(dayMs) ?? { dayMs, flowsTo: 0, flowsFrom: 0 };
  });
}

const [CELL, ROW, LEFT] = [14, 18, 84];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Rows of the picture; the table has all. */
const MOST_ROWS = 31;

function Hours({ days }: { readonly days: readonly Day[] }) {
  const shown = days.slice(-MOST_ROWS).toReversed();
  return (
    <figure>
      <figcaption>{t('victims.perHour')}</figcaption>
      <div class="chart hours">
        <svg
          viewBox={`0 0 ${LEFT + 24 * CELL} ${shown.length * ROW + 18}`}
          width={LEFT + 24 * CELL}
          aria-hidden="true"
        >
          {shown.map((day, row) => (
            <g key={day.dayMs}>
              <text x="0" y={row * ROW + 12}>
                {dayText(day.dayMs)}
              </text>
              {HOURS.map((hour) => (
                <rect
                  key={hour}
                  x={LEFT + hour * CELL}
                  y={row * ROW}
                  width={CELL - 2}
                  height={ROW - 3}
                  class={day.provenHours.has(hour) ? 'proven' : day.hours.has(hour) ? 'contact' : 'quiet'}
                />
              ))}
            </g>
          ))}
          {[0, 6, 12, 18].map((hour) => (
            <text key={hour} x={LEFT + hour * CELL} y={shown.length * ROW + 13}>
              {hour}
            </text>
          ))}
        </svg>
        <ul class="legend" aria-hidden="true">
          <li class="proven">{t('victims.hour.proven')}</li>
          <li class="contact">{t('victims.hour.contact')}</li>
          <li class="quiet">{t('victims.hour.quiet')}</li>
        </ul>
      </div>
      <details>
        <summary>{t('chart.table')}</summary>
        <Table
          caption={t('victims.perHour')}
          rows={days.toReversed()}
          keyOf={({ dayMs }) => String(dayMs)}
          columns={[
            { title: t('victims.day'), cell: ({ dayMs }) => dayText(dayMs) },
            { title: t('victims.hour.contact'), cell: ({ hours }) => hoursText(hours) },
            { title: t('victims.hour.proven'), cell: ({ provenHours }) => hoursText(provenHours) },
            { title: t('victims.flowsTo'), numeric: true, cell: ({ flowsTo }) => count(flowsTo) },
            { title: t('victims.flowsFrom'), numeric: true, cell: ({ flowsFrom }) => count(flowsFrom) },
            { title: t('victims.toC2'), numeric: true, cell: ({ bytesTo }) => bytes(bytesTo) },
            { title: t('victims.fromC2'), numeric: true, cell: ({ bytesFrom }) => bytes(bytesFrom) },
            {
              title: t('victims.beacon'),
              numeric: true,
              cell: ({ beacon }) => (beacon === null ? '–' : share(beacon)),
            },
          ]}
        />
      </details>
    </figure>
  );
}

function dayText(ms: number): string {
  return instant(ms).slice(0, 10);
}

function hoursText(hours: ReadonlySet<number>): string {
  return [...hours].sort((a, b) => a - b).join(', ') || '–';
}
