// The pages, in the order of the navigation, and who sees them. What each may do is decided by the server.
import type { ComponentType } from 'preact';
import type { Session } from './api.ts';
import type { MessageKey } from './language.ts';
import { NowPage } from './pages/now.tsx';

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

export const PAGES: readonly PageOf[] = [{ name: 'now', title: 'now.title', roles: ALL, Page: NowPage }];
