// What came of a feed: counts, what is missing, and what was refused or warned of, line by line.
import type { ImportAnswer } from '../../../http/routes/indicator-import.ts';
import { Table } from '../../components/table.tsx';
import { count } from '../../format.ts';
import { type MessageKey, t } from '../../language.ts';
import { pathTo } from '../../router.ts';

const COUNTS = ['entries', 'taken', 'merged', 'unchanged', 'refused', 'cameBack', 'completed'] as const;

export function ImportReport({ report }: { readonly report: ImportAnswer }) {
  const { dryRun, missing, refusals, refused, wide, takenBack } = report;
  const blocked = wide.map((one) => ({ ...one, list: t('indicators.tooWide'), severity: 'hard' }));
  const warnings = [...report.warnings, ...blocked];
  return (
    <section aria-labelledby="report">
      <h2 id="report">{dryRun ? t('indicators.reportDry') : t('indicators.report')}</h2>
      <dl class="cards counts">
        {COUNTS.map((name) => (
          <div key={name} class="card">
            <dt class="hint">{t(`indicators.count.${name}` as MessageKey)}</dt>
            <dd class="figure">{count(report[name])}</dd>
          </div>
        ))}
      </dl>
      {missing.length === 0 ? null : (
        <Table
          caption={t('indicators.missing')}
          rows={missing}
          keyOf={({ field }) => field}
          columns={[
            { title: t('indicators.field'), cell: ({ field }) => <code>{field}</code> },
            { title: t('indicators.rule'), cell: ({ rule }) => rule },
            { title: t('indicators.said'), cell: ({ message }) => message },
            {
              title: t('indicators.ofProposals'),
              numeric: true,
              cell: ({ proposals }) => count(proposals),
            },
          ]}
        />
      )}
      {refusals.length === 0 ? null : (
        <Table
          caption={t('indicators.refusals', { shown: count(refusals.length), refused: count(refused) })}
          rows={refusals}
          keyOf={({ line, element, item, field }) => `${line} ${element} ${item} ${field}`}
          columns={[
            {
              title: t('indicators.place'),
              cell: ({ line, element, item }) => [line, element, item].filter(Boolean).join(', '),
            },
            { title: t('indicators.field'), cell: ({ field }) => <code>{field}</code> },
            { title: t('indicators.rule'), cell: ({ rule }) => rule },
            { title: t('indicators.said'), cell: ({ message }) => message },
          ]}
        />
      )}
      {warnings.length === 0 ? null : (
        <Table
          caption={t('indicators.warnings')}
          rows={warnings}
          keyOf={({ id, list }) => `${id} ${list}`}
          columns={[
            {
              title: t('indicators.server'),
              cell: ({ id, address }) =>
                dryRun ? address : <a href={pathTo('indicators', id)}>{address}</a>,
            },
            { title: t('indicators.cause'), cell: ({ list }) => list },
            {
              title: t('indicators.effect'),
              cell: ({ severity }) =>
                severity === 'hard' ? t('indicators.blocked') : t('indicators.warned'),
            },
          ]}
        />
      )}
      {takenBack.length === 0 ? null : (
        <Table
          caption={t('indicators.takenBackHint')}
          rows={takenBack}
          keyOf={({ id, source }) => `${id} ${source}`}
          columns={[
            {
              title: t('indicators.server'),
              cell: ({ id, address }) => <a href={pathTo('indicators', id)}>{address}</a>,
            },
            { title: t('indicators.source'), cell: ({ source }) => source },
            { title: t('indicators.reason'), cell: ({ reason }) => reason },
          ]}
        />
      )}
      {dryRun ? null : (
        <p>
          <a href="/indicators?state=proposed">{t('indicators.showProposed')}</a>
        </p>
      )}
    </section>
  );
}
