// The ledger: what became of every record, as a picture and as tables.
import { DAY_MS } from '../../../core/time.ts';
import type { LedgerAnswer, LedgerItem } from '../../../http/routes/ledger.ts';
import { useApi, withQuery } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Field } from '../../components/dialog.tsx';
import { Filters, Search } from '../../components/filters.tsx';
import { Empty, WhenLoaded } from '../../components/states.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { clock, count, instant, share } from '../../format.ts';
import { type MessageKey, t } from '../../language.ts';
import { setQuery, useLocation } from '../../router.ts';
import { useSession } from '../../session.ts';
import { Conservation } from './conservation.tsx';

const PERIODS = ['1', '7', '31', '366'] as const;
const DEFAULT_PERIOD = '7';
const GROUPS = ['day', 'hour', 'exporter'] as const;

export function LedgerView() {
  const { query } = useLocation();
  const days = Number(query.get('days') ?? DEFAULT_PERIOD);
  const since = (Math.floor(Date.now() / DAY_MS) - days + 1) * DAY_MS;
  const operator = query.get('operator');
  const by = query.get('by') ?? GROUPS[0];
  const whole = useApi<LedgerAnswer>(
    withQuery('/api/ledger', { by: 'operator', since, operator, limit: 500 }),
  );
  return (
    <>
      <LedgerFilters />
      <WhenLoaded loaded={whole}>
        {({ items }) => (items.length === 0 ? <NoFlows /> : <Accounted items={items} />)}
      </WhenLoaded>
      <h2>{t('accounts.coverage')}</h2>
      <p class="hint">{t('accounts.coverage.hint')}</p>
      <Filters>
        <Field label={t('accounts.by')}>
          <select value={by} onChange={(event) => setQuery({ by: event.currentTarget.value })}>
            {GROUPS.map((one) => (
              <option key={one} value={one}>
                {t(`accounts.by.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      </Filters>
      <ApiTable<LedgerItem>
        path={withQuery('/api/ledger', { by, since, operator })}
        filters={[]}
        caption={t('accounts.coverage')}
        columns={coverageColumns(by)}
        keyOf={({ fromMs, operator: of, exporter }) => `${fromMs} ${of} ${exporter}`}
        empty={<NoFlows />}
      />
    </>
  );
}

function LedgerFilters() {
  const { query } = useLocation();
  const { role } = useSession();
  return (
    <Filters>
      <Field label={t('accounts.period')}>
        <select
          value={query.get('days') ?? DEFAULT_PERIOD}
          onChange={(event) => setQuery({ days: event.currentTarget.value })}
        >
          {PERIODS.map((days) => (
            <option key={days} value={days}>
              {t(`accounts.period.${days}`)}
            </option>
          ))}
        </select>
      </Field>
      {role === 'operator' ? null : <Search name="operator" label={t('accounts.operator')} />}
    </Filters>
  );
}

function NoFlows() {
  return <Empty text={t('accounts.noFlows')} next={<p>{t('accounts.noFlows.next')}</p>} />;
}

/** Whether it all adds up, before anything else. */
function Accounted({ items }: { readonly items: LedgerAnswer['items'] }) {
  const wrong = items.filter(({ discrepancy }) => discrepancy !== null);
  return (
    <>
      <p class="standing" role="status">
        <Badge
          group="accounts"
          value={wrong.length === 0 ? 'conserved' : 'notConserved'}
          tone={wrong.length === 0 ? 'good' : 'bad'}
        />
        <span>{t('accounts.equation')}</span>
      </p>
      {wrong.length === 0 ? null : (
        <div class="problem" role="alert">
          <ul>
            {wrong.map(({ operator, unaccounted, records }) => (
              <li key={operator}>
                {t('accounts.discrepancy', {
                  operator,
                  unaccounted: count(unaccounted),
                  records: count(records),
                })}
              </li>
            ))}
          </ul>
          <p>{t('accounts.discrepancy.next')}</p>
        </div>
      )}
      <Conservation items={items} />
    </>
  );
}

function coverageColumns(by: string): readonly Column<LedgerItem>[] {
  const figure = (title: MessageKey, of: (item: LedgerItem) => number): Column<LedgerItem> => ({
    title: t(title),
    numeric: true,
    cell: (item) => count(of(item)),
  });
  return [
    ...(by === 'exporter'
      ? [
          {
            title: t('accounts.exporter'),
            cell: ({ exporter }: LedgerItem) => exporter ?? t('accounts.untold'),
          },
        ]
      : [{ title: t('accounts.from'), cell: ({ fromMs }: LedgerItem) => from(fromMs, by) }]),
    { title: t('accounts.operator'), cell: ({ operator }) => operator },
    figure('accounts.datagrams', ({ datagrams }) => datagrams),
    figure('accounts.records', ({ records }) => records),
    figure('accounts.matched', ({ matched }) => matched),
    figure('accounts.undecodable', ({ undecodable }) => undecodable),
    figure('accounts.lost', ({ coverage }) => coverage.lostDatagrams),
    { title: t('accounts.lostShare'), numeric: true, cell: ({ coverage }) => share(coverage.lostShare) },
    figure('accounts.sequenceLost', ({ sequenceLost }) => sequenceLost),
    {
      title: t('accounts.sampling'),
      numeric: true,
      cell: ({ sampling }) => (sampling === null ? '–' : `1:${count(sampling)}`),
    },
    {
      title: t('accounts.clock'),
      numeric: true,
      cell: ({ clockSkewMs }) => clock(clockSkewMs),
    },
  ];
}

function from(ms: number, by: string): string {
  return by === 'day' ? instant(ms).slice(0, 10) : instant(ms);
}
