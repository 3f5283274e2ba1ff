// The views of a page, as links: which one is shown stands in the address's query.
import { useLocation } from '../router.ts';

export interface Tab {
  /** Of `?view=`; empty = the page's first. */
  readonly view: string;
  readonly title: string;
}

export function Tabs({
  path,
  label,
  tabs,
}: {
  readonly path: string;
  readonly label: string;
  readonly tabs: readonly Tab[];
}) {
  const { query } = useLocation();
  const here = query.get('view') ?? '';
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ view, title }) => (
        <a
          key={view}
          href={view === '' ? path : `${path}?view=${view}`}
          aria-current={view === here ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
