// Indicators: the list with its filters, one in full with what can be done about it, feeds, and the question why a flow matches.
import { Tabs } from '../components/tabs.tsx';
import { t } from '../language.ts';
import type { PageProps } from '../pages.ts';
import { useLocation } from '../router.ts';
import { useSession } from '../session.ts';
import { IndicatorDetail } from './indicators/detail.tsx';
import { Explain } from './indicators/explain.tsx';
import { TakeIn } from './indicators/import.tsx';
import { IndicatorTable } from './indicators/list.tsx';
import './indicators.css';

export const PATH = '/indicators';

export function IndicatorsPage({ parts }: PageProps) {
  const { query } = useLocation();
  const { role } = useSession();
  const [id] = parts;
  const mayChange = role === 'analyst' || role === 'admin';
  if (id !== undefined) return <IndicatorDetail key={id} id={id} mayChange={mayChange} />;
  const view = query.get('view');
  return (
    <>
      <h1 tabIndex={-1}>{t('indicators.title')}</h1>
      <Tabs
        path={PATH}
        label={t('indicators.title')}
        tabs={[
          { view: '', title: t('indicators.list') },
          ...(mayChange ? [{ view: 'import', title: t('indicators.import') }] : []),
          { view: 'explain', title: t('indicators.explain') },
        ]}
      />
      {view === 'import' && mayChange ? (
        <TakeIn />
      ) : view === 'explain' ? (
        <Explain />
      ) : (
        <IndicatorTable mayChange={mayChange} />
      )}
    </>
  );
}
