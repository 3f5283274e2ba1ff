// Disputes: who doubts what and why, what one person has proposed, and what two have decided (L11).
import { useState } from 'preact/hooks';
import type { DisputeLine } from '../../../http/routes/disputes.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import { DecideDialog, OpenDialog } from './dispute-dialogs.tsx';

const TONES: Readonly<Record<DisputeLine['state'], Tone>> = { open: 'wait', upheld: 'bad', rejected: 'good' };

export function Disputes() {
  const { role } = useSession();
  const [isOpening, setOpening] = useState(false);
  const [deciding, setDeciding] = useState<DisputeLine | null>(null);
  const [version, setVersion] = useState(0);
  const changed = (): void => setVersion((before) => before + 1);
  const mayDecide = role === 'analyst' || role === 'admin';
  const mayOpen = mayDecide || role === 'operator';
  return (
    <>
      <p>{t(role === 'operator' ? 'notices.disputesHintOperator' : 'notices.disputesHint')}</p>
      {mayOpen ? (
        <p>
          <button type="button" class="main" onClick={() => setOpening(true)}>
            {t('notices.openDispute')}
          </button>
        </p>
      ) : null}
      <Filters>
        <Choice
          name="state"
          label={t('notices.disputeState')}
          options={Object.keys(TONES).map((value) => ({ value, text: word('notices.dispute', value) }))}
        />
        {role === 'operator' ? null : <Search name="operator" label={t('notices.operator')} />}
      </Filters>
      <ApiTable
        path="/api/disputes"
        filters={['state', 'operator', 'indicator']}
        caption={t('notices.disputes')}
        columns={columnsFor(role === 'operator', mayDecide ? setDeciding : null)}
        keyOf={({ id }) => String(id)}
        empty={<p>{t('notices.noDisputes')}</p>}
        version={version}
      />
      {isOpening ? <OpenDialog onDone={changed} onClose={() => setOpening(false)} /> : null}
      {deciding === null ? null : (
        <DecideDialog dispute={deciding} onDone={changed} onClose={() => setDeciding(null)} />
      )}
    </>
  );
}

function columnsFor(
  isOperator: boolean,
  onDecide: ((dispute: DisputeLine) => void) | null,
): readonly Column<DisputeLine>[] {
  return [
    { title: t('notices.number'), cell: ({ id }) => String(id), numeric: true },
    {
      title: t('notices.disputeState'),
      cell: ({ state }) => <Badge group="notices.dispute" value={state} tone={TONES[state]} />,
    },
    {
      title: t('notices.address'),
      cell: ({ indicator, address }) =>
        isOperator ? (
          <span class="mono">{address ?? indicator}</span>
        ) : (
          <a class="mono" href={pathTo('indicators', indicator)}>
            {address ?? indicator}
          </a>
        ),
    },
    ...(isOperator ? [] : [{ title: t('notices.operator'), cell: ({ operator }: DisputeLine) => operator }]),
    { title: t('notices.opened'), cell: ({ atMs, by }) => `${instant(atMs)}, ${by}` },
    { title: t('notices.ground'), cell: Ground },
    { title: t('notices.decision'), cell: Decision },
    ...(onDecide
      ? [
          {
            title: t('notices.toDo'),
            cell: (dispute: DisputeLine) =>
              dispute.state === 'open' ? (
                <button
                  type="button"
                  aria-label={`${t('notices.decide')}: ${dispute.id}`}
                  onClick={() => onDecide(dispute)}
                >
                  {t('notices.decide')}
                </button>
              ) : (
                ''
              ),
          },
        ]
      : []),
  ];
}

function Ground({ ground, suspends, wrongSinceMs, evidence }: DisputeLine) {
  return (
    <>
      {ground}
      <ul class="hint">
        <li>
          {wrongSinceMs === null
            ? t('notices.wrongEver')
            : t('notices.wrongSinceIs', { instant: instant(wrongSinceMs) })}
        </li>
        {suspends ? <li>{t('notices.suspendedMeanwhile')}</li> : null}
        {evidence === null ? null : (
          <li>
            {t('evidence.digest')} <code>{evidence}</code>
          </li>
        )}
      </ul>
    </>
  );
}

function Decision({ decisions, proposed }: DisputeLine) {
  if (decisions.length === 0) return '–';
  return (
    <>
      <ol>
        {decisions.map(({ step, outcome, by, reason, recordedAtMs }) => (
          <li key={step}>
            {word('notices.dispute', outcome)}
            {by === null ? '' : `, ${by}`}, {instant(recordedAtMs)}: {reason}
          </li>
        ))}
      </ol>
      {proposed === null ? null : <p class="hint">{t('notices.secondPerson')}</p>}
    </>
  );
}
