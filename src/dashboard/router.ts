// Addresses of pages: the path says the page, its further parts the object, the query filters. Links are plain links.
import { useEffect, useState } from 'preact/hooks';

export interface Location {
  /** `/indicators/indicator--1` is ['indicators', 'indicator--1']. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

export function currentLocation(): Location {
  const parts = window.location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  return { parts, query: new URLSearchParams(window.location.search) };
}

const MOVED = 'flowsieve-moved';
/** Of each list that was shown, its filters and order. */
const queries = new Map<string, string>();

export function go(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  keepQuery();
  window.dispatchEvent(new Event(MOVED));
}

function keepQuery(): void {
  queries.set(window.location.pathname, window.location.search);
}

/** A list as it was left. */
export function backTo(path: string, view = ''): string {
  const query = queries.get(path) ?? '';
  if ((new URLSearchParams(query).get('view') ?? '') === view) return `${path}${query}`;
  return view === '' ? path : `${path}?view=${view}`;
}

/** The query with some values set, `null` to take one away; the page stays. */
export function setQuery(values: Readonly<Record<string, string | null>>): void {
  const { query } = currentLocation();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  go(`${window.location.pathname}${text === '' ? '' : `?${text}`}`, { replace: true });
}

/** Of the parts of an address. */
export function pathTo(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

/** Follows plain links within the dashboard without loading it again. */
export function followLinks(): () => void {
  const follow = (event: MouseEvent): void => {
    const link = (event.target as Element | null)?.closest('a');
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== window.location.origin || link.target !== '' || link.hasAttribute('download')) return;
    if (link.pathname.startsWith('/api/') || link.hash !== '') return;
    event.preventDefault();
    go(link.pathname + link.search);
    document.querySelector<HTMLElement>('main h1')?.focus();
    window.scrollTo(0, 0);
  };
  keepQuery();
  document.addEventListener('click', follow);
  return () => document.removeEventListener('click', follow);
}

export function useLocation(): Location {
  const [location, setLocation] = useState(currentLocation);
  useEffect(() => {
    const moved = (): void => setLocation(currentLocation());
    window.addEventListener(MOVED, moved);
    window.addEventListener('popstate', moved);
    return () => {
      window.removeEventListener(MOVED, moved);
      window.removeEventListener('popstate', moved);
    };
  }, []);
  return location;
}
