// The table of indicators: searched, filtered and sorted by the server; many are verified at once.
import { useEffect, useState } from 'preact/hooks';
import type { AuthorisationLine } from '../../../http/routes/authorisations.ts';
import type { VerifiedAnswer } from '../../../http/routes/indicator-changes.ts';
import type { IndicatorsAnswer } from '../../../http/routes/indicators.ts';
import { type Page, useApi } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { Instant } from '../../components/instant.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { count, fromNow, instant, whyText } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo, useLocation } from '../../router.ts';
import { VerifyDialog } from './verify-dialog.tsx';
import { serverText } from './words.ts';

type Row = IndicatorsAnswer['items'][number];

const STATES = ['active', 'proposed', 'waiting', 'suspended', 'revoked', 'ended', 'withdrawn'] as const;
const ASK_AGAIN_MS = 1_000;

export function IndicatorTable({ mayChange }: { readonly mayChange: boolean }) {
  const { query } = useLocation();
  const [version, setVersion] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<'selected' | 'due' | null>(null);
  const [report, setReport] = useState<VerifiedAnswer | null>(null);
  const state = useApi<IndicatorsAnswer>('/api/indicators?limit=1');
  const authorisations = useApi<Page<AuthorisationLine>>('/api/authorisations?limit=500');
  const isStarting = state.problem?.status === 503;
  const behind = state.data?.behind ?? 0;
  useEffect(() => {
    if (!isStarting && behind === 0) return;
    const timer = setTimeout(state.reload, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [state.problem, state.data]);
  // What was worked out meanwhile is shown.
  useEffect(() => setVersion((before) => before + 1), [isStarting, behind === 0]);
  if (isStarting) {
    return (
      <p class="loading" role="status">
        {state.problem?.message}
      </p>
    );
  }
  const authorisation = query.get('authorisation');
  return (
    <>
      <Filters>
        <Search name="q" label={t('indicators.search')} />
        <Choice
          name="state"
          label={t('indicators.state')}
          options={STATES.map((value) => ({ value, text: word('indicators.state', value) }))}
        />
        <Choice
          name="authorisation"
          label={t('indicators.authorisation')}
          options={(authorisations.data?.items ?? []).map(({ reference }) => ({
            value: reference,
            text: reference,
          }))}
        />
        <Choice
          name="due"
          label={t('indicators.due')}
          options={[{ value: '1', text: t('indicators.dueNow') }]}
        />
        <Choice
          name="hit"
          label={t('indicators.hits')}
          options={[{ value: '1', text: t('indicators.onList') }]}
        />
      </Filters>
      {mayChange ? (
        <p class="actions">
          <button type="button" disabled={selected.size === 0} onClick={() => setAsked('selected')}>
            {t('indicators.verifySelected', { count: count(selected.size) })}
          </button>
          <button type="button" onClick={() => setAsked('due')}>
            {authorisation === null
              ? t('indicators.verifyDue')
              : t('indicators.verifyDueOf', { authorisation })}
          </button>
        </p>
      ) : null}
      {behind === 0 ? null : (
        <p class="hint" role="status">
          {t('indicators.behind', { count: count(behind) })}
        </p>
      )}
      {report === null ? null : <Verified report={report} />}
      <ApiTable<Row>
        path="/api/indicators"
        filters={['q', 'state', 'authorisation', 'due', 'hit']}
        caption={t('indicators.list')}
        columns={columnsOf(mayChange, selected, (id) => setSelected(toggled(selected, id)))}
        keyOf={({ id }) => id}
        version={version}
        empty={<p>{t('indicators.none')}</p>}
      />
      {asked === null ? null : (
        <VerifyDialog
          of={
            asked === 'selected'
              ? { ids: [...selected] }
              : { allDue: true, ...(authorisation === null ? {} : { authorisation }) }
          }
          onDone={(done) => {
            setReport(done);
            setSelected(new Set());
            state.reload();
            setVersion((before) => before + 1);
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

function Verified({ report: { recorded, refused, refusals } }: { readonly report: VerifiedAnswer }) {
  return (
    <div role="status" class={refused === 0 ? 'done' : 'problem'}>
      <p>{t('indicators.verified', { recorded: count(recorded), refused: count(refused) })}</p>
      {refusals.length === 0 ? null : (
        <ul>
          {refusals.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function columnsOf(
  mayChange: boolean,
  selected: ReadonlySet<string>,
  onToggle: (id: string) => void,
): readonly Column<Row>[] {
  const select: Column<Row> = {
    title: t('indicators.select'),
    cell: ({ id, address }) => (
      <input
        type="checkbox"
        aria-label={t('indicators.selectOne', { address })}
        checked={selected.has(id)}
        onChange={() => onToggle(id)}
      />
    ),
  };
  return [
    ...(mayChange ? [select] : []),
    {
      title: t('indicators.server'),
      sort: 'address',
      cell: (row) => (
        <a class="mono" href={pathTo('indicators', row.id)}>
          {serverText(row)}
        </a>
      ),
    },
    { title: t('indicators.threat'), cell: ({ threatName }) => threatName ?? '–' },
    {
      title: t('indicators.state'),
      sort: 'state',
      cell: ({ state, origin }) => (
        <>
          <Badge group="indicators.state" value={state} />
          {origin === 'draft' ? ` ${t('indicators.draft')}` : ''}
        </>
      ),
    },
    { title: t('indicators.inTheWay'), cell: InTheWay },
    {
      title: t('indicators.since'),
      sort: 'sinceMs',
      cell: ({ sinceMs }) => <Instant ms={sinceMs} />,
    },
    {
      title: t('indicators.verify'),
      sort: 'dueMs',
      cell: ({ verificationDueMs }) =>
        verificationDueMs === null ? (
          '–'
        ) : (
          <span class="whole" title={instant(verificationDueMs)}>
            {fromNow(verificationDueMs)}
          </span>
        ),
    },
    { title: t('indicators.authorisation'), cell: ({ authorisation }) => authorisation },
    { title: 'TLP', cell: ({ tlp }) => tlp ?? '–' },
  ];
}

function InTheWay({ inForce, obstacles, hits }: Row) {
  if (inForce && hits.length === 0) return null;
  return (
    <ul class="plain">
      {inForce
        ? null
        : obstacles.map(({ rule, why, because }) => (
            <li key={`${rule} ${why}`}>
              <strong>{rule}</strong> {whyText(because)}
            </li>
          ))}
      {hits.map(({ cause, severity, isOverridden }) => (
        <li key={cause}>
          <Badge
            group="indicators.hit"
            value={severity}
            tone={severity === 'hard' && !isOverridden ? 'bad' : 'wait'}
          />{' '}
          {cause}
          {isOverridden ? ` ${t('indicators.overridden')}` : ''}
        </li>
      ))}
    </ul>
  );
}
