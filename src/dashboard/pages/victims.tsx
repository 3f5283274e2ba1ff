// Victims: who was in contact with listed servers, how sure that is, and who is warned of it.
import { Tabs } from '../components/tabs.tsx';
import { t } from '../language.ts';
import type { PageProps } from '../pages.ts';
import { useLocation } from '../router.ts';
import { useSession } from '../session.ts';
import { VictimDetail } from './victims/detail.tsx';
import { Entities } from './victims/entities.tsx';
import { EntityDetail } from './victims/entity.tsx';
import { ExportForm } from './victims/export.tsx';
import { VictimGroups } from './victims/groups.tsx';
import { VictimList } from './victims/list.tsx';
import { WithPurpose } from './victims/purpose.tsx';
import { WarningDetail } from './victims/warning.tsx';
import { WarningList } from './victims/warnings.tsx';
import './victims/victims.css';

const PATH = '/victims';

export function VictimsPage({ parts }: PageProps) {
  return (
    <WithPurpose>
      {(purpose) => {
        const [first, second] = parts;
        if (first === 'warnings' && second !== undefined)
          return <WarningDetail key={second} ticket={second} purpose={purpose} />;
        if (first === 'entities' && second !== undefined) return <EntityDetail key={second} id={second} />;
        if (first !== undefined) return <VictimDetail key={first} id={first} purpose={purpose} />;
        return <Views purpose={purpose} />;
      }}
    </WithPurpose>
  );
}

function Views({ purpose }: { readonly purpose: string }) {
  const { query } = useLocation();
  const isStaff = useSession().operator === null;
  const view = query.get('view') ?? '';
  return (
    <>
      <h1 tabIndex={-1}>{t('victims.title')}</h1>
      <Tabs
        path={PATH}
        label={t('victims.title')}
        tabs={[
          { view: '', title: t('victims.list') },
          { view: 'groups', title: t('victims.groups') },
          ...(isStaff ? [{ view: 'warnings', title: t('victims.warnings') }] : []),
          { view: 'export', title: t('victims.export') },
          ...(isStaff ? [{ view: 'entities', title: t('victims.entities') }] : []),
        ]}
      />
      {view === 'groups' ? (
        <VictimGroups purpose={purpose} />
      ) : view === 'export' ? (
        <ExportForm purpose={purpose} />
      ) : view === 'warnings' && isStaff ? (
        <WarningList purpose={purpose} />
      ) : view === 'entities' && isStaff ? (
        <Entities />
      ) : (
        <VictimList purpose={purpose} />
      )}
    </>
  );
}
