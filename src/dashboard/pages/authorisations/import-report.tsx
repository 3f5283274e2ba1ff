// What a file changes, or would: entry by entry what was refused, changed and warned of.
import type { ImportAnswer } from '../../../http/routes/authorisation-import.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { count } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';

/** Rows of each table; the rest is counted. */
const MOST_ROWS = 500;

type Refusal = ImportAnswer['refusals'][number];
type Change = ImportAnswer['changes'][number];
type Warning = ImportAnswer['warnings'][number];
type Difference = ImportAnswer['head'][number];

export function ImportReport({ report }: { readonly report: ImportAnswer }) {
  const { reference, version, entries, indicators, refused, warned, head, operatorsAdded } = report;
  return (
    <>
      <dl class="facts">
        <dt>{t('authorisations.reference')}</dt>
        <dd>
          <a href={pathTo('authorisations', reference)}>{reference}</a>,{' '}
          {t('authorisations.versionIs', { version })}
        </dd>
        <dt>{t('authorisations.entries')}</dt>
        <dd>{count(entries)}</dd>
        <dt>{t('authorisations.added')}</dt>
        <dd>{count(indicators.added)}</dd>
        <dt>{t('authorisations.changed')}</dt>
        <dd>{count(indicators.changed)}</dd>
        <dt>{t('authorisations.withdrawn')}</dt>
        <dd>{count(indicators.withdrawn)}</dd>
        <dt>{t('authorisations.refused')}</dt>
        <dd>{count(refused)}</dd>
        <dt>{t('authorisations.warned')}</dt>
        <dd>{count(warned)}</dd>
        {operatorsAdded.length === 0 ? null : (
          <>
            <dt>{t('authorisations.operatorsAdded')}</dt>
            <dd>{operatorsAdded.join(', ')}</dd>
          </>
        )}
      </dl>
      <Rows
        title={t('authorisations.refusals')}
        rows={report.refusals}
        columns={[
          { title: t('authorisations.line'), cell: placeOf, numeric: true },
          { title: t('authorisations.address'), cell: ({ address }: Refusal) => address ?? '–' },
          { title: t('authorisations.field'), cell: ({ field }: Refusal) => <code>{field}</code> },
          { title: t('authorisations.value'), cell: ({ value }: Refusal) => value },
          { title: t('authorisations.rule'), cell: ({ rule }: Refusal) => rule },
          { title: t('authorisations.why'), cell: ({ message }: Refusal) => message },
        ]}
      />
      <Rows title={t('authorisations.headChanges')} rows={head} columns={DIFFERENCES()} />
      <Rows
        title={t('authorisations.changes')}
        rows={report.changes}
        columns={[
          { title: t('authorisations.address'), cell: ({ address }: Change) => address },
          {
            title: t('authorisations.what'),
            cell: ({ change }: Change) => word('authorisations.change', change),
          },
          {
            title: t('authorisations.fields'),
            cell: ({ fields }: Change) =>
              fields.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join('; '),
          },
        ]}
      />
      <Rows
        title={t('authorisations.warnings')}
        rows={report.warnings}
        columns={[
          { title: t('authorisations.line'), cell: placeOf, numeric: true },
          { title: t('authorisations.address'), cell: ({ address }: Warning) => address },
          {
            title: t('authorisations.severity'),
            cell: ({ severity }: Warning) => (
              <Badge
                group="authorisations.severity"
                value={severity}
                tone={severity === 'hard' ? 'bad' : 'wait'}
              />
            ),
          },
          { title: t('authorisations.warningList'), cell: ({ list }: Warning) => list },
        ]}
      />
    </>
  );
}

const DIFFERENCES = (): readonly Column<Difference>[] => [
  { title: t('authorisations.field'), cell: ({ field }) => <code>{field}</code> },
  { title: t('authorisations.before'), cell: ({ before }) => before },
  { title: t('authorisations.after'), cell: ({ after }) => after },
];

/** The line, or of JSON, which has none, the place in the list. */
function placeOf({ line, entry }: Refusal | Warning): string {
  return line === null ? `[${entry}]` : count(line);
}

function Rows<Row>({
  title,
  rows,
  columns,
}: {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
}) {
  if (rows.length === 0) return null;
  const shown = rows.slice(0, MOST_ROWS).map((row, at) => ({ row, at }));
  return (
    <>
      <h3>{title}</h3>
      <Table
        caption={t('table.shown', { shown: count(shown.length), total: count(rows.length) })}
        rows={shown}
        keyOf={({ at }) => String(at)}
        columns={columns.map(({ title: name, numeric = false, cell }) => ({
          title: name,
          numeric,
          cell: ({ row }: (typeof shown)[number]) => cell(row),
        }))}
      />
    </>
  );
}
