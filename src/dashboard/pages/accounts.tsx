// Ledger and audit: what became of every record, whether the log is whole, who read what, and how long it is kept.
import { type Tab, Tabs } from '../components/tabs.tsx';
import { t } from '../language.ts';
import { useLocation } from '../router.ts';
import { useSession } from '../session.ts';
import { AuditView } from './accounts/audit.tsx';
import { LedgerView } from './accounts/ledger.tsx';
import { ReadingsView } from './accounts/readings.tsx';
import { RetentionView } from './accounts/retention.tsx';
import { SubjectView } from './accounts/subject.tsx';
import './accounts/accounts.css';

const PATH = '/accounts';

const VIEWS = [
  { view: '', title: 'accounts.ledger', roles: null, View: LedgerView },
  { view: 'audit', title: 'accounts.audit', roles: ['engineer', 'auditor', 'admin'], View: AuditView },
  {
    view: 'retention',
    title: 'accounts.retention',
    roles: ['analyst', 'engineer', 'auditor', 'admin'],
    View: RetentionView,
  },
  { view: 'readings', title: 'accounts.readings', roles: ['auditor', 'admin'], View: ReadingsView },
  { view: 'subject', title: 'accounts.subject', roles: ['analyst', 'auditor', 'admin'], View: SubjectView },
] as const;

export function AccountsPage() {
  const { role } = useSession();
  const { query } = useLocation();
  const views = VIEWS.filter(({ roles }) => (roles as readonly string[] | null)?.includes(role) ?? true);
  const here = views.find(({ view }) => view === (query.get('view') ?? '')) ?? views[0];
  const tabs: readonly Tab[] = views.map(({ view, title }) => ({ view, title: t(title) }));
  return (
    <>
      <h1 tabIndex={-1}>{t('accounts.title')}</h1>
      {tabs.length > 1 ? <Tabs path={PATH} label={t('accounts.title')} tabs={tabs} /> : null}
      {here ? <here.View /> : null}
    </>
  );
}
