// Why it is in force, or what stands in the way: rule by rule, and the windows with what set each of their ends.
import type { IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { Table } from '../../components/table.tsx';
import { fromNow, instant, whyText } from '../../format.ts';
import { t } from '../../language.ts';
import { boundText } from './words.ts';

type Window = IndicatorAnswer['windows'][number];

export function Why({ shown: { status, windows } }: { readonly shown: IndicatorAnswer }) {
  return (
    <section aria-labelledby="why">
      <h2 id="why">{status.inForce ? t('indicators.whyInForce') : t('indicators.whyNot')}</h2>
      {status.inForce ? <InForce status={status} /> : <Obstacles of={status.obstacles} />}
      {windows.length === 0 ? null : (
        <Table
          caption={t('indicators.windows')}
          rows={windows}
          keyOf={({ operators }) => operators.join()}
          columns={[
            { title: t('indicators.operators'), cell: ({ operators }) => operators.join(', ') },
            {
              title: t('indicators.term'),
              cell: ({ retentionTerm }) => retentionTerm ?? t('indicators.notDeclared'),
            },
            {
              title: t('indicators.traffic'),
              cell: ({ traffic }) => (
                <ul class="plain">
                  <li>
                    {t('indicators.from')} {boundText(traffic.from)}
                  </li>
                  <li>
                    {t('indicators.until')} {boundText(traffic.until)}
                  </li>
                </ul>
              ),
            },
            { title: t('indicators.collection'), cell: Collection },
            {
              title: t('indicators.inTheWay'),
              cell: ({ obstacles }) => (obstacles.length === 0 ? '–' : <Obstacles of={obstacles} />),
            },
          ]}
        />
      )}
    </section>
  );
}

function InForce({ status: { sinceMs, untilMs, verificationDueMs } }: Pick<IndicatorAnswer, 'status'>) {
  const due = verificationDueMs;
  return (
    <p>
      {sinceMs === null ? '' : t('indicators.inForceSince', { at: instant(sinceMs) })}{' '}
      {untilMs === null ? '' : t('indicators.inForceUntil', { at: instant(untilMs) })}{' '}
      {due === null ? '' : t('indicators.dueAt', { at: instant(due), distance: fromNow(due) })}
    </p>
  );
}

function Obstacles({ of }: { readonly of: IndicatorAnswer['status']['obstacles'] }) {
  return (
    <ul class="plain">
      {of.map(({ atMs, rule, why, because }) => (
        <li key={`${rule} ${why}`}>
          <strong>{rule}</strong> {whyText(because)}
          {atMs === null ? '' : ` – ${instant(atMs)}`}
        </li>
      ))}
    </ul>
  );
}

function Collection({ collection }: Window) {
  if (collection.length === 0) return <>{t('indicators.never')}</>;
  return (
    <ul class="plain">
      {collection.map(({ from, until }) => (
        <li key={String(from.atMs)}>
          {t('indicators.from')} {boundText(from)}
          <br />
          {t('indicators.until')} {boundText(until)}
        </li>
      ))}
    </ul>
  );
}
