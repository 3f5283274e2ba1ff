// The last hour, minute by minute, from the ledger.
import { useEffect, useMemo } from 'preact/hooks';
import type { FiguresAnswer } from '../../http/routes/figures.ts';
import { useApi, withQuery } from '../api.ts';
import { Chart } from '../components/chart.tsx';
import { Empty, WhenLoaded } from '../components/states.tsx';
import { t } from '../language.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;
const AGAIN_MS = 15_000;

/** @param operator whose flows; without one, all that may be seen */
export function LastHour({ operator }: { readonly operator?: string }) {
  const history = useApi<FiguresAnswer>(withQuery('/api/figures/history', { minutes: MINUTES, operator }));
  const { reload } = history;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <WhenLoaded loaded={history}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            text={t('now.noFlows')}
            next={
              <p>
                {t('now.noFlows.next')} <code>flowsieve ledger</code>
              </p>
            }
          />
        ) : (
          <Picture items={items} />
        )
      }
    </WhenLoaded>
  );
}

function Picture({ items }: FiguresAnswer) {
  const { atMs, perSecond } = useMemo(() => spread(items), [items]);
  return (
    <Chart
      title={t('now.chart')}
      atMs={atMs}
      series={[
        { title: t('now.rate.records'), colour: 1, values: perSecond('records') },
        { title: t('now.rate.matched'), colour: 2, values: perSecond('matched') },
        { title: t('now.rate.lost'), colour: 4, values: perSecond('lost') },
      ]}
    />
  );
}

/** Every minute up to this one, those without a figure as 0: nothing came. */
function spread(items: FiguresAnswer['items']) {
  const byMinute = new Map(items.map((item) => [item.atMs, item]));
  const nowMs = Date.now();
  const thisMinute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const atMs = Array.from({ length: MINUTES + 1 }, (_, at) => thisMinute - (MINUTES - at) * MINUTE_MS);
  const perSecond = (name: 'records' | 'matched' | 'lost') =>
    atMs.map((ms) => {
      const seconds = Math.max(1, Math.min(60, (nowMs - ms) / 1_000));
      return (byMinute.get(ms)?.[name] ?? 0) / seconds;
    });
  return { atMs, perSecond };
}
