// One notice: what it says and asks, its way to the operator, and the signature that anybody can check.
import { useState } from 'preact/hooks';
import type { NoticeAnswer, SignedContent } from '../../../http/routes/notices.ts';
import { useApi } from '../../api.ts';
import { Back } from '../../components/back.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import { Acknowledge, mayAcknowledge } from './acknowledge.tsx';
import { Delivery } from './list.tsx';
import { Told } from './told.tsx';

export function NoticeDetail({ id }: { readonly id: string }) {
  const loaded = useApi<NoticeAnswer>(`/api/notices/${encodeURIComponent(id)}`);
  const session = useSession();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Back path="/notices" text={t('notices.title')} />
      <WhenLoaded loaded={loaded}>
        {(notice) => (
          <>
            <h1 tabIndex={-1}>{word('notices.kind', notice.kind)}</h1>
            <Facts notice={notice} />
            {mayAcknowledge(session, notice) ? (
              <button type="button" class="main" onClick={() => setAsked(true)}>
                {t('notices.acknowledge')}
              </button>
            ) : null}
            <Told content={JSON.parse(notice.signed) as SignedContent} />
            <Way notice={notice} />
            <Signature notice={notice} />
            {isAsked ? (
              <Acknowledge notice={notice} onDone={loaded.reload} onClose={() => setAsked(false)} />
            ) : null}
          </>
        )}
      </WhenLoaded>
    </>
  );
}

function Facts({ notice }: { readonly notice: NoticeAnswer }) {
  const { id, operator, authorisation, issuedAtMs, state, acknowledgedAtMs, acknowledgedBy } = notice;
  const { role } = useSession();
  return (
    <dl class="facts">
      <dt>{t('notices.id')}</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>{t('notices.operator')}</dt>
      <dd>{operator}</dd>
      <dt>{t('notices.authorisation')}</dt>
      <dd>
        {authorisation === null ? (
          '–'
        ) : role === 'operator' ? (
          authorisation
        ) : (
          <a href={pathTo('authorisations', authorisation)}>{authorisation}</a>
        )}
      </dd>
      <dt>{t('notices.issued')}</dt>
      <dd>{instant(issuedAtMs)}</dd>
      <dt>{t('notices.delivery')}</dt>
      <dd>
        <Delivery state={state} /> {instant(notice.deliveredAtMs)}
      </dd>
      <dt>{t('notices.acknowledged')}</dt>
      <dd>
        {acknowledgedAtMs === null
          ? t('notices.notAcknowledged')
          : `${instant(acknowledgedAtMs)}, ${acknowledgedBy}`}
      </dd>
      {notice.escalatedAtMs === null ? null : (
        <>
          <dt>{t('notices.answer.escalated')}</dt>
          <dd>{instant(notice.escalatedAtMs)}</dd>
        </>
      )}
    </dl>
  );
}

function Way({ notice: { deliveries, attempts, state } }: { readonly notice: NoticeAnswer }) {
  const { role } = useSession();
  return (
    <section aria-labelledby="way">
      <h2 id="way">{t('notices.way')}</h2>
      {state === 'unplanned' && role !== 'operator' ? (
        <p class="problem">{t('notices.unplannedHint')}</p>
      ) : null}
      {deliveries.length === 0 ? null : (
        <Table
          caption={t('notices.channels')}
          rows={deliveries}
          keyOf={({ channel }) => channel}
          columns={[
            { title: t('notices.channel'), cell: ({ channel }) => <span class="mono">{channel}</span> },
            { title: t('notices.delivery'), cell: (delivery) => <Delivery state={delivery.state} /> },
            { title: t('notices.attempts'), cell: (delivery) => count(delivery.attempts), numeric: true },
            {
              title: t('notices.next'),
              cell: (delivery) => (delivery.state === 'due' ? instant(delivery.nextAtMs) : ''),
            },
          ]}
        />
      )}
      {attempts.length === 0 ? (
        <p>{t('notices.noAttempt')}</p>
      ) : (
        <Table
          caption={t('notices.attempts')}
          rows={attempts}
          keyOf={({ channel, attempt }) => `${channel} ${attempt}`}
          columns={[
            { title: t('notices.at'), cell: ({ startedAtMs }) => instant(startedAtMs) },
            { title: t('notices.channel'), cell: ({ channel }) => <span class="mono">{channel}</span> },
            {
              title: t('notices.result'),
              cell: ({ problem }) => problem ?? word('notices.delivery', 'delivered'),
            },
          ]}
        />
      )}
    </section>
  );
}

function Signature({ notice: { key, signature } }: { readonly notice: NoticeAnswer }) {
  return (
    <section aria-labelledby="signature">
      <h2 id="signature">{t('notices.signature')}</h2>
      <dl class="facts">
        <dt>{t('notices.signedBy')}</dt>
        <dd>
          <code>{key}</code>{' '}
          <a href={`/api/signing-key?key=${key}`} download={`flowsieve-${key}.pem`}>
            {t('notices.publicKey')}
          </a>
        </dd>
        <dt>{t('notices.signature')}</dt>
        <dd>
          <code>{signature}</code>
        </dd>
      </dl>
    </section>
  );
}
