// What operators were told, the newest first.
import { useState } from 'preact/hooks';
import type { NoticeLine } from '../../../http/routes/notices.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { count, fromNow, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import { Acknowledge, mayAcknowledge } from './acknowledge.tsx';

const DELIVERY_TONES: Readonly<Record<NoticeLine['state'], Tone>> = {
  unplanned: 'bad',
  due: 'wait',
  delivered: 'good',
  failed: 'bad',
};
const FILTERS = ['state', 'delivery', 'operator'];

export function NoticeList() {
  const session = useSession();
  const [asked, setAsked] = useState<NoticeLine | null>(null);
  const [version, setVersion] = useState(0);
  const columns: readonly Column<NoticeLine>[] = [
    { title: t('notices.issued'), cell: ({ issuedAtMs }) => instant(issuedAtMs) },
    {
      title: t('notices.kind'),
      cell: ({ id, kind, part, parts }) => (
        <a href={pathTo('notices', id)}>
          {word('notices.kind', kind)}
          {parts > 1 ? ` (${part}/${parts})` : ''}
        </a>
      ),
    },
    ...(session.role === 'operator'
      ? []
      : [{ title: t('notices.operator'), cell: ({ operator }: NoticeLine) => operator }]),
    { title: t('notices.authorisation'), cell: ({ authorisation }) => authorisation ?? '–' },
    { title: t('notices.indicators'), cell: ({ indicators }) => count(indicators), numeric: true },
    {
      title: t('notices.delivery'),
      cell: ({ state }) => <Delivery state={state} />,
    },
    {
      title: t('notices.acknowledged'),
      cell: (notice) => (
        <Answer notice={notice} onAsk={mayAcknowledge(session, notice) ? () => setAsked(notice) : null} />
      ),
    },
  ];
  return (
    <>
      <p>{t(session.role === 'operator' ? 'notices.hintOperator' : 'notices.hint')}</p>
      <Filters>
        <Choice
          name="state"
          label={t('notices.acknowledged')}
          options={['open', 'acknowledged'].map((value) => ({ value, text: word('notices.answer', value) }))}
        />
        <Choice
          name="delivery"
          label={t('notices.delivery')}
          options={Object.keys(DELIVERY_TONES).map((value) => ({
            value,
            text: word('notices.delivery', value),
          }))}
        />
        {session.role === 'operator' ? null : <Search name="operator" label={t('notices.operator')} />}
      </Filters>
      <ApiTable
        path="/api/notices"
        filters={FILTERS}
        caption={t('notices.notices')}
        columns={columns}
        keyOf={({ id }) => id}
        empty={<p>{t('notices.none')}</p>}
        version={version}
      />
      {asked === null ? null : (
        <Acknowledge
          notice={asked}
          onDone={() => setVersion((before) => before + 1)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

export function Delivery({ state }: Pick<NoticeLine, 'state'>) {
  return <Badge group="notices.delivery" value={state} tone={DELIVERY_TONES[state]} />;
}

function Answer({
  notice: { id, recipient, acknowledgedAtMs, acknowledgedBy, escalatedAtMs },
  onAsk,
}: {
  readonly notice: NoticeLine;
  readonly onAsk: (() => void) | null;
}) {
  if (recipient === 'escalation') return '–';
  if (acknowledgedAtMs !== null) return `${instant(acknowledgedAtMs)}, ${acknowledgedBy}`;
  return (
    <>
      <Badge
        group="notices.answer"
        value={escalatedAtMs === null ? 'open' : 'escalated'}
        tone={escalatedAtMs === null ? 'wait' : 'bad'}
      />{' '}
      {escalatedAtMs === null ? '' : fromNow(escalatedAtMs)}{' '}
      {onAsk ? (
        <button type="button" onClick={onAsk} aria-label={`${t('notices.acknowledge')}: ${id}`}>
          {t('notices.acknowledge')}
        </button>
      ) : null}
    </>
  );
}
