// The pages, in the order of the navigation, and who sees them. What each may do is decided by the server.
import type { ComponentType } from 'preact';
import type { Session } from './api.ts';
import type { MessageKey } from './language.ts';
import { AccessPage } from './pages/access.tsx';
import { AccountsPage } from './pages/accounts.tsx';
import { AuthorisationsPage } from './pages/authorisations.tsx';
import { IndicatorsPage } from './pages/indicators.tsx';
import { NoticesPage } from './pages/notices.tsx';
import { NowPage } from './pages/now.tsx';
import { OperatorsPage } from './pages/operators.tsx';
import { VictimsPage } from './pages/victims.tsx';

export interface PageProps {
  /** What follows the page's name in the address. */
  readonly parts: readonly string[];
}

export interface PageOf {
  readonly name: string;
  readonly title: MessageKey;
  readonly roles: readonly Session['role'][];
  readonly Page: ComponentType<PageProps>;
}

const ALL = ['analyst', 'engineer', 'operator', 'auditor', 'admin'] as const;

const LIST_READERS = ['analyst', 'engineer', 'auditor', 'admin'] as const;
const VICTIM_READERS = ['analyst', 'operator', 'auditor', 'admin'] as const;

export const PAGES: readonly PageOf[] = [
  { name: 'now', title: 'now.title', roles: ALL, Page: NowPage },
  { name: 'indicators', title: 'indicators.title', roles: LIST_READERS, Page: IndicatorsPage },
  { name: 'victims', title: 'victims.title', roles: VICTIM_READERS, Page: VictimsPage },
  {
    name: 'authorisations',
    title: 'authorisations.title',
    roles: LIST_READERS,
    Page: AuthorisationsPage,
  },
  { name: 'operators', title: 'operators.title', roles: ALL, Page: OperatorsPage },
  { name: 'notices', title: 'notices.title', roles: ALL, Page: NoticesPage },
  { name: 'accounts', title: 'accounts.title', roles: ALL, Page: AccountsPage },
  { name: 'access', title: 'access.title', roles: ['admin'], Page: AccessPage },
];
