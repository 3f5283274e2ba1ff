// Operators: who they are, what comes from them and their exporters, what is wrong with it and what to do about each.
import { useEffect, useState } from 'preact/hooks';
import type { ExporterAnswer } from '../../http/routes/exporters.ts';
import type { OperatorLine } from '../../http/routes/operators.ts';
import { type Page, useApi, withQuery } from '../api.ts';
import { Choice, Filters, Search } from '../components/filters.tsx';
import { Empty, WhenLoaded } from '../components/states.tsx';
import { t } from '../language.ts';
import { useLocation } from '../router.ts';
import { useSession } from '../session.ts';
import { LastHour } from './now-chart.tsx';
import { EditOperator } from './operators-edit.tsx';
import { Exporters } from './operators-exporters.tsx';
import { AllOperators, OneOperator } from './operators-facts.tsx';
import { ToDo } from './operators-problems.tsx';

const AGAIN_MS = 15_000;
/** As many as one answer holds: of more, the first are looked through for problems. */
const LOOKED_THROUGH = 500;

export function OperatorsPage() {
  const { operator: own } = useSession();
  const { query } = useLocation();
  const chosen = own ?? query.get('operator');
  const [version, setVersion] = useState(0);
  const [edited, setEdited] = useState<OperatorLine | null>(null);
  const operators = useApi<Page<OperatorLine>>(`/api/operators?limit=${LOOKED_THROUGH}`);
  const exporters = useApi<Page<ExporterAnswer>>(
    withQuery('/api/exporters', { limit: LOOKED_THROUGH, operator: chosen }),
  );
  useReloading(operators.reload, exporters.reload);
  const again = (): void => {
    operators.reload();
    exporters.reload();
    setVersion(version + 1);
  };
  return (
    <>
      <h1 tabIndex={-1}>{t('operators.title')}</h1>
      <WhenLoaded loaded={operators}>
        {({ items }) => {
          const shown = chosen === null ? items : items.filter(({ id }) => id === chosen);
          return (
            <>
              {own === null ? <Narrowing operators={items} onAgain={again} /> : null}
              {chosen === null ? (
                <AllOperators operators={items} onEdit={setEdited} />
              ) : (
                <Chosen id={chosen} operator={shown[0] ?? null} onEdit={setEdited} />
              )}
              <WhenLoaded loaded={exporters}>
                {(page) => <ToDo operators={shown} exporters={page.items} />}
              </WhenLoaded>
            </>
          );
        }}
      </WhenLoaded>
      <h2>{t('operators.exporters')}</h2>
      <Exporters version={version} withOperator={chosen === null} />
      {edited ? <EditOperator operator={edited} onDone={again} onClose={() => setEdited(null)} /> : null}
    </>
  );
}

function useReloading(...reloads: readonly (() => void)[]): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) for (const reload of reloads) reload();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, reloads);
}

function Narrowing({
  operators,
  onAgain,
}: {
  readonly operators: readonly OperatorLine[];
  readonly onAgain: () => void;
}) {
  const options = operators.map(({ id, name }) => ({
    value: id,
    text: name === null ? id : `${id} – ${name}`,
  }));
  return (
    <Filters>
      <Choice name="operator" label={t('operators.operator')} options={options} />
      <Search name="q" label={t('operators.search')} />
      <button type="button" onClick={onAgain}>
        {t('operators.again')}
      </button>
    </Filters>
  );
}

function Chosen({
  id,
  operator,
  onEdit,
}: {
  readonly id: string;
  readonly operator: OperatorLine | null;
  readonly onEdit: (operator: OperatorLine) => void;
}) {
  if (operator === null) {
    return (
      <Empty text={t('operators.noSuch', { id })} next={<a href="/operators">{t('operators.all')}</a>} />
    );
  }
  return (
    <>
      <OneOperator operator={operator} onEdit={onEdit} />
      <h2>{t('operators.flows')}</h2>
      <LastHour operator={id} />
    </>
  );
}
