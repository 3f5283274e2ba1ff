// Authorisations: what they say and where they stand, files to take in, and what they rest on: legal bases, warning lists.
import { Tabs } from '../components/tabs.tsx';
import { t } from '../language.ts';
import type { PageProps } from '../pages.ts';
import { useLocation } from '../router.ts';
import { useSession } from '../session.ts';
import { Bases } from './authorisations/bases.tsx';
import { AuthorisationDetail } from './authorisations/detail.tsx';
import { TakeIn } from './authorisations/import.tsx';
import { AuthorisationList } from './authorisations/list.tsx';
import { WarningLists } from './authorisations/warning-lists.tsx';

export const PATH = '/authorisations';

export function AuthorisationsPage({ parts }: PageProps) {
  const { query } = useLocation();
  const { role } = useSession();
  const [reference] = parts;
  if (reference !== undefined) return <AuthorisationDetail key={reference} reference={reference} />;
  const mayChange = role === 'analyst' || role === 'admin';
  const view = query.get('view');
  return (
    <>
      <h1 tabIndex={-1}>{t('authorisations.title')}</h1>
      <Tabs
        path={PATH}
        label={t('authorisations.title')}
        tabs={[
          { view: '', title: t('authorisations.list') },
          ...(mayChange ? [{ view: 'import', title: t('authorisations.import') }] : []),
          { view: 'bases', title: t('authorisations.bases') },
          { view: 'warninglists', title: t('authorisations.warningLists') },
        ]}
      />
      {view === 'bases' ? (
        <Bases mayChange={mayChange} />
      ) : view === 'warninglists' ? (
        <WarningLists />
      ) : view === 'import' && mayChange ? (
        <TakeIn />
      ) : (
        <AuthorisationList />
      )}
    </>
  );
}
