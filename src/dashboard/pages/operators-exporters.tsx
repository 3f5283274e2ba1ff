// The exporters, one by one: what came, what was lost, how their clocks go.
import type { ExporterAnswer } from '../../http/routes/exporters.ts';
import { Badge } from '../components/badge.tsx';
import { ApiTable, type Column } from '../components/table.tsx';
import { clock, count, fromNow, instant, roughly } from '../format.ts';
import { t } from '../language.ts';
import './operators.css';
import { toneOf } from './operators-problems.tsx';

export function Exporters({
  version,
  withOperator,
}: {
  readonly version: number;
  readonly withOperator: boolean;
}) {
  const operator: Column<ExporterAnswer> = {
    title: t('operators.operator'),
    sort: 'operator',
    cell: (one) => one.operator,
  };
  return (
    <ApiTable<ExporterAnswer>
      path="/api/exporters"
      filters={['operator', 'q']}
      caption={t('operators.exporters.caption')}
      columns={withOperator ? [operator, ...COLUMNS()] : COLUMNS()}
      keyOf={({ operator: of, listener, retentionBasis, exporter }) =>
        `${of} ${listener} ${retentionBasis} ${exporter}`
      }
      empty={<p>{t('operators.noExporters')}</p>}
      version={version}
    />
  );
}

/** A function, since words depend on the language. */
const COLUMNS = (): Column<ExporterAnswer>[] => [
  { title: t('operators.exporter'), cell: (one) => <Exporter of={one} /> },
  { title: t('operators.problems'), cell: (one) => <Problems of={one} /> },
  {
    title: t('operators.records'),
    sort: 'recordsPerSecond',
    numeric: true,
    cell: (one) => roughly(one.recordsPerSecond),
  },
  {
    title: t('operators.datagrams'),
    sort: 'datagramsPerSecond',
    numeric: true,
    cell: (one) => roughly(one.datagramsPerSecond),
  },
  {
    title: t('operators.lost'),
    sort: 'lost',
    numeric: true,
    cell: ({ kernelDropped, slabDropped, notTaken }) => count(kernelDropped + slabDropped + notTaken),
  },
  {
    title: t('operators.gaps'),
    sort: 'sequenceLost',
    numeric: true,
    cell: ({ sequenceLost }) => count(sequenceLost),
  },
  {
    title: t('operators.templates'),
    numeric: true,
    cell: ({ templates }) => (templates === null ? '–' : count(templates)),
  },
  {
    title: t('operators.skew'),
    sort: 'clockSkewMs',
    numeric: true,
    cell: ({ clockSkewMs }) => clock(clockSkewMs),
  },
  {
    title: t('operators.sampling'),
    numeric: true,
    cell: ({ sampling }) => (sampling === null ? '–' : t('operators.oneIn', { number: roughly(sampling) })),
  },
  {
    title: t('operators.lastSeen'),
    sort: 'lastSeenMs',
    cell: ({ lastSeenMs }) => <LastSeen ms={lastSeenMs} />,
  },
];

function Exporter({ of: { exporter, listener } }: { readonly of: ExporterAnswer }) {
  return (
    <>
      {exporter === null ? t('operators.itself') : <span class="mono address">{exporter}</span>}
      <div class="hint mono address">{listener}</div>
    </>
  );
}

function Problems({ of: { problems } }: { readonly of: ExporterAnswer }) {
  if (problems.length === 0) return <Badge group="operators" value="sound" tone="good" />;
  return (
    <ul class="listeners">
      {problems.map((problem) => (
        <li key={problem}>
          <Badge group="operators.problem" value={problem} tone={toneOf(problem)} />
        </li>
      ))}
    </ul>
  );
}

function LastSeen({ ms }: { readonly ms: number | null }) {
  return ms === null ? (
    <>–</>
  ) : (
    <time dateTime={new Date(ms).toISOString()} title={instant(ms)}>
      {fromNow(ms)}
    </time>
  );
}
