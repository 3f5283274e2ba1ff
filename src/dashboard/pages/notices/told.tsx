// What a notice says, as its signed text has it.
import { Fragment } from 'preact';
import type { SignedContent } from '../../../http/routes/notices.ts';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';

type Notice = Extract<SignedContent, { readonly type: 'notice' }>;
type Escalation = Extract<SignedContent, { readonly type: 'escalation' }>;
type Action = Notice['do'][number];

/** Rows that are shown; all of them are in the signed text. */
const MOST_ROWS = 500;

export function Told({ content }: { readonly content: SignedContent }) {
  return (
    <section aria-labelledby="told">
      <h2 id="told">{t('notices.told')}</h2>
      {content.type === 'notice' ? <Indicators notice={content} /> : <Unanswered escalation={content} />}
    </section>
  );
}

function Indicators({ notice }: { readonly notice: Notice }) {
  const { scope, basis, rule, effective, facts, withheld, indicators, tlp } = notice;
  const shown = indicators.slice(0, MOST_ROWS);
  return (
    <>
      <dl class="facts">
        <dt>{t('notices.rule')}</dt>
        <dd>{rule}</dd>
        <dt>{t('notices.effective')}</dt>
        <dd>{written(effective)}</dd>
        <dt>{t('notices.scope')}</dt>
        <dd>
          {word('notices.scope', scope)} {basis ?? ''}
        </dd>
        {notice.do.length === 0 ? null : (
          <>
            <dt>{t('notices.do')}</dt>
            <dd>{actions(notice.do)}</dd>
          </>
        )}
        {Object.entries(facts).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </Fragment>
        ))}
        <dt>TLP</dt>
        <dd>{tlp}</dd>
      </dl>
      {withheld > 0 ? <p>{t('notices.withheld', { count: withheld })}</p> : null}
      {shown.length === 0 ? null : (
        <Table
          caption={t('table.shown', { shown: count(shown.length), total: count(indicators.length) })}
          rows={shown}
          keyOf={({ id }) => id}
          columns={[
            { title: t('notices.address'), cell: ({ address }) => <span class="mono">{address}</span> },
            {
              title: t('notices.service'),
              cell: ({ protocol, port }) => [protocol, port].filter((part) => part !== null).join(' ') || '–',
            },
            { title: t('notices.do'), cell: (entry) => actions(entry.do) },
            { title: t('notices.effective'), cell: (entry) => written(entry.effective) },
            { title: t('notices.rule'), cell: (entry) => entry.rule },
            {
              title: t('notices.traffic'),
              cell: ({ traffic: { from, until } }) =>
                `${written(from)} → ${until === null ? '–' : written(until)}`,
            },
          ]}
        />
      )}
    </>
  );
}

function Unanswered({ escalation: { reason, notices } }: { readonly escalation: Escalation }) {
  return (
    <>
      <p>{word('notices.escalation', reason)}</p>
      <Table
        caption={t('notices.notices')}
        rows={notices}
        keyOf={({ id }) => id}
        columns={[
          {
            title: t('notices.kind'),
            cell: ({ id, kind }) => <a href={pathTo('notices', id)}>{word('notices.kind', kind)}</a>,
          },
          { title: t('notices.issued'), cell: ({ issued }) => written(issued) },
          {
            title: t('notices.delivery'),
            cell: ({ delivered }) => (delivered === null ? '–' : written(delivered)),
          },
        ]}
      />
    </>
  );
}

function actions(asked: readonly Action[]): string {
  return asked.map((action) => word('notices.action', action)).join(', ');
}

function written(iso: string): string {
  return instant(Date.parse(iso));
}
