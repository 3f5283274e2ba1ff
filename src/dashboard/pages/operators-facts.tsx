// What is known of all operators, or of one.
import { Fragment } from 'preact';
import type { OperatorLine } from '../../http/routes/operators.ts';
import { Badge } from '../components/badge.tsx';
import { Empty } from '../components/states.tsx';
import { type Column, Table } from '../components/table.tsx';
import { count } from '../format.ts';
import { LANGUAGES, t } from '../language.ts';
import { useSession } from '../session.ts';

interface Edited {
  readonly onEdit: (operator: OperatorLine) => void;
}

function mayEdit(role: string): boolean {
  return role === 'engineer' || role === 'admin';
}

export function AllOperators({
  operators,
  onEdit,
}: Edited & { readonly operators: readonly OperatorLine[] }) {
  const { role } = useSession();
  if (operators.length === 0) {
    const next = (
      <p>
        {t('operators.none.next')} <code>flowsieve operator add example-isp</code>
      </p>
    );
    return <Empty text={t('operators.none')} next={next} />;
  }
  const columns: Column<OperatorLine>[] = [
    { title: t('operators.operator'), cell: ({ id }) => <a href={linkTo(id)}>{id}</a> },
    { title: t('operators.name'), cell: (operator) => <Name operator={operator} /> },
    { title: t('operators.contact'), cell: ({ contact }) => contact ?? '–' },
    { title: t('operators.listeners'), cell: (operator) => <Listeners operator={operator} /> },
    {
      title: t('operators.notices'),
      numeric: true,
      cell: ({ noticesUnacknowledged }) => count(noticesUnacknowledged),
    },
    { title: t('operators.disputes'), numeric: true, cell: ({ disputesOpen }) => count(disputesOpen) },
  ];
  if (mayEdit(role)) {
    columns.push({
      title: t('operators.change'),
      cell: (operator) => <Edit operator={operator} onEdit={onEdit} />,
    });
  }
  return <Table caption={t('operators.all')} columns={columns} rows={operators} keyOf={({ id }) => id} />;
}

export function OneOperator({ operator, onEdit }: Edited & { readonly operator: OperatorLine }) {
  const { role } = useSession();
  const { id, contact, language, retention, noticesUnacknowledged, disputesOpen } = operator;
  const terms = Object.entries(retention).map(([basis, term]) => `${basis}: ${term}`);
  const facts = [
    [t('operators.operator'), id],
    [t('operators.name'), <Name key="name" operator={operator} />],
    [t('operators.contact'), contact ?? '–'],
    [t('operators.language'), LANGUAGES[language]],
    [t('operators.retention'), terms.length === 0 ? t('operators.retention.none') : terms.join(', ')],
    [t('operators.listeners'), <Listeners key="listeners" operator={operator} />],
    [t('operators.notices'), count(noticesUnacknowledged)],
    [t('operators.disputes'), count(disputesOpen)],
  ] as const;
  return (
    <>
      <dl class="facts">
        {facts.map(([title, fact]) => (
          <Fragment key={title}>
            <dt>{title}</dt>
            <dd>{fact}</dd>
          </Fragment>
        ))}
      </dl>
      {mayEdit(role) ? <Edit operator={operator} onEdit={onEdit} /> : null}
    </>
  );
}

function linkTo(id: string): string {
  return `/operators?${new URLSearchParams({ operator: id })}`;
}

function Name({ operator: { name, version } }: { readonly operator: OperatorLine }) {
  return <>{version === 0 ? t('operators.unknown') : (name ?? '–')}</>;
}

function Listeners({ operator: { listeners } }: { readonly operator: OperatorLine }) {
  if (listeners.length === 0) return <>{t('operators.noListener')}</>;
  return (
    <ul class="listeners">
      {listeners.map(({ name, problem }) => (
        <li key={name}>
          <Badge
            group="now"
            value={problem === null ? 'listens' : 'deaf'}
            tone={problem === null ? 'good' : 'bad'}
          />{' '}
          <span class="mono address">{name}</span>
          {problem === null ? '' : ` – ${problem}`}
        </li>
      ))}
    </ul>
  );
}

function Edit({ operator, onEdit }: Edited & { readonly operator: OperatorLine }) {
  return (
    <button
      type="button"
      aria-label={t('operators.edit.title', { id: operator.id })}
      onClick={() => onEdit(operator)}
    >
      {t('operators.change')}
    </button>
  );
}
