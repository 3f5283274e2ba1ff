// Now: whether flows are taken in, what waits for a person and what to do about it, and the last hour.
import type { OverviewAnswer } from '../../http/routes/overview.ts';
import { type Loaded, type Session, useApi } from '../api.ts';
import { Badge } from '../components/badge.tsx';
import { Empty, WhenLoaded } from '../components/states.tsx';
import { count, instant, roughly } from '../format.ts';
import { type MessageKey, t } from '../language.ts';
import { type LiveState, useLive } from '../live.ts';
import { useSession } from '../session.ts';
import { LastHour } from './now-chart.tsx';

export function NowPage() {
  const overview = useApi<OverviewAnswer>('/api/overview');
  const live = useLive(overview.reload);
  return (
    <>
      <h1 tabIndex={-1}>{t('now.title')}</h1>
      <WhenLoaded loaded={asShown(overview, live)}>
        {(data) => (
          <>
            <Readiness data={data} live={live} />
            <Needs needs={data.needs} />
            <h2>{t('now.flows')}</h2>
            <Rates live={live} totals={data.totals} />
            <LastHour />
            <Listeners listeners={data.listeners} />
          </>
        )}
      </WhenLoaded>
    </>
  );
}

/** What was loaded, with what has been heard since. */
function asShown(overview: Loaded<OverviewAnswer>, { figures, needs }: LiveState): Loaded<OverviewAnswer> {
  const { data } = overview;
  if (data === null) return overview;
  const standing = figures && figures.atMs > data.atMs ? figures : data;
  const { atMs, ready, generation, problems, listeners, totals } = standing;
  const heard = { atMs, ready, generation, problems, listeners, totals, needs: needs ?? data.needs };
  return { ...overview, data: heard };
}

function Readiness({ data, live }: { readonly data: OverviewAnswer; readonly live: LiveState }) {
  const { ready, generation, problems, atMs } = data;
  return (
    <section aria-label={t('now.readiness')}>
      <p class="standing">
        <span role="status">
          <Badge group="now" value={ready ? 'ready' : 'notReady'} tone={ready ? 'good' : 'bad'} />
        </span>
        <span>{generation === null ? t('now.noList') : t('now.list', { generation })}</span>
        <span class="hint">
          {live.isLive ? t('now.live') : t('now.polling')} · {instant(atMs)}
        </span>
      </p>
      {problems.length === 0 ? null : (
        <ul class="problem" role="alert">
          {problems.map(({ of, text }) => (
            <li key={`${of} ${text}`}>
              <strong>{t(`now.of.${of}` as MessageKey)}</strong>: {text}.{' '}
              {t(`now.of.${of}.next` as MessageKey)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type Need = keyof OverviewAnswer['needs'];

/** In the order in which they press, each with the page and the filter that shows it. */
const SHOWN_BY: Readonly<Record<Need, string>> = {
  verificationsDue: '/indicators?due=1',
  disputesOpen: '/notices?view=disputes&state=open',
  noticesUnacknowledged: '/notices?state=open',
  indicatorsSuspended: '/indicators?state=suspended',
  proposalsOpen: '/indicators?state=proposed',
  warningsToApprove: '/victims?view=warnings',
  warningsUnclear: '/victims?view=warnings',
  sequestersInForce: '/accounts?view=retention',
  matchesToPurge: '/accounts?view=retention',
};

function Needs({ needs }: { readonly needs: OverviewAnswer['needs'] }) {
  const { role } = useSession();
  const asking = (Object.keys(SHOWN_BY) as Need[]).filter((need) => (needs[need] ?? 0) > 0);
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">{t('now.needs')}</h2>
      {asking.length === 0 ? (
        <Empty text={t('now.nothing')} />
      ) : (
        <ul class="cards">
          {asking.map((need) => (
            <li key={need} class="card asks">
              <strong class="figure">{count(needs[need] ?? 0)}</strong>
              <Shown path={SHOWN_BY[need]} role={role} text={t(`now.${need}` as MessageKey)} />
              <p class="hint">{t(`now.${need}.next` as MessageKey)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A link, but for engineers, who see no victims. */
function Shown({
  path,
  role,
  text,
}: {
  readonly path: string;
  readonly role: Session['role'];
  readonly text: string;
}) {
  const isHidden = role === 'engineer' && path.startsWith('/victims');
  return isHidden ? <div>{text}</div> : <a href={path}>{text}</a>;
}

const RATES = ['records', 'matched', 'lost', 'sequenceLost'] as const;

function Rates({ live, totals }: { readonly live: LiveState; readonly totals: OverviewAnswer['totals'] }) {
  const rates = live.figures?.rates;
  return (
    <>
      <dl class="cards">
        {RATES.map((name) => (
          <div key={name} class="card">
            <dt class="hint">{t(`now.rate.${name}`)}</dt>
            <dd class="figure">{rates ? roughly(rates[name]) : '–'}</dd>
          </div>
        ))}
      </dl>
      {totals === null ? null : (
        <p>{t('now.totals', { records: count(totals.records), matched: count(totals.matched) })}</p>
      )}
    </>
  );
}

function Listeners({ listeners }: Pick<OverviewAnswer, 'listeners'>) {
  if (listeners.length === 0) return null;
  return (
    <section aria-labelledby="listeners">
      <h2 id="listeners">{t('now.listeners')}</h2>
      <ul class="listeners">
        {listeners.map(({ name, problem }) => (
          <li key={name}>
            <Badge
              group="now"
              value={problem === null ? 'listens' : 'deaf'}
              tone={problem === null ? 'good' : 'bad'}
            />{' '}
            <span class="mono">{name}</span>
            {problem === null ? '' : ` – ${problem}`}
          </li>
        ))}
      </ul>
    </section>
  );
}
