// A table of rows that come page by page: sorted and filtered by the server, more on demand.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, ask, type Page, withQuery } from '../api.ts';
import { count } from '../format.ts';
import { t } from '../language.ts';
import { setQuery, useLocation } from '../router.ts';
import { Empty } from './states.tsx';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** The name by which the server sorts. */
  readonly sort?: string;
  readonly numeric?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sorted?: { readonly by: string | null; readonly descending: boolean };
  readonly onSort?: (by: string) => void;
}

export function Table<Row>({ caption, columns, rows, keyOf, sorted, onSort }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, sort, numeric }) => {
              const isSorted = sort !== undefined && sorted?.by === sort;
              const direction = sorted?.descending ? 'descending' : 'ascending';
              return (
                <th
                  key={title}
                  scope="col"
                  class={numeric ? 'number' : undefined}
                  aria-sort={isSorted ? direction : undefined}
                >
                  {sort === undefined || !onSort ? (
                    title
                  ) : (
                    <button type="button" class="sort" onClick={() => onSort(sort)}>
                      <span class="title">{title}</span>
                      <span aria-hidden="true">
                        &nbsp;{isSorted ? (sorted?.descending ? '↓' : '↑') : '↕'}
                      </span>
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, numeric }) => {
                const content = cell(row);
                return (
                  <td key={title} class={numeric ? 'number' : isShort(content) ? 'whole' : undefined}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** An instant has 23. */
const SHORT = 28;

/** Read as one: an instant, a name, an operator. */
function isShort(content: ComponentChildren): boolean {
  return typeof content === 'string' && content.length <= SHORT;
}

/** Rows of an API list; its filters are those of the page's address. */
export function ApiTable<Row>({
  path,
  filters,
  caption,
  columns,
  keyOf,
  empty,
  version = 0,
}: {
  readonly path: string;
  /** Names of the address's query that go to the server. */
  readonly filters: readonly string[];
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly empty: ComponentChildren;
  /** When it changes, the rows are asked for again. */
  readonly version?: number;
}) {
  const { query } = useLocation();
  const [pages, setPages] = useState<readonly Page<Row>[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  const names = columns.some(({ sort }) => sort !== undefined) ? [...filters, 'sort', 'order'] : filters;
  const asked = withQuery(path, Object.fromEntries(names.map((name) => [name, query.get(name)])));
  const running = useRef<AbortController | null>(null);
  const load = async (cursor: string | null, before: readonly Page<Row>[]): Promise<void> => {
    // Rows that were asked for by other filters come no more.
    running.current?.abort();
    const ending = new AbortController();
    running.current = ending;
    setLoading(true);
    try {
      const page = await ask<Page<Row>>(withQuery(asked, { cursor }), { signal: ending.signal });
      setPages([...before, page]);
      setProblem(null);
      setLoading(false);
    } catch (error) {
      if ((error as Error).name === 'AbortError') return;
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
      setLoading(false);
    }
  };
  useEffect(() => {
    void load(null, []);
    return () => running.current?.abort();
  }, [asked, version]);
  const sort = (by: string): void => {
    const descends = query.get('sort') === by && query.get('order') !== 'desc';
    setQuery({ sort: by, order: descends ? 'desc' : null });
  };
  const rows = pages.flatMap(({ items }) => items);
  const last = pages.at(-1);
  const total = last?.nextCursor ? last.total : rows.length;
  return (
    <div aria-busy={isLoading}>
      {problem === null ? null : (
        <div class="problem" role="alert">
          <p>{problem}</p>
          <button type="button" onClick={() => void load(null, [])}>
            {t('state.again')}
          </button>
        </div>
      )}
      {rows.length > 0 ? (
        <Table
          caption={caption}
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          sorted={{ by: query.get('sort'), descending: query.get('order') === 'desc' }}
          onSort={sort}
        />
      ) : isLoading || problem !== null || last?.nextCursor ? null : (
        <Empty text={t('state.none')} next={empty} />
      )}
      <p class="more" role="status">
        {isLoading
          ? t('state.loading')
          : last && rows.length > 0
            ? t('table.shown', {
                shown: count(rows.length),
                total: total === null ? '…' : count(total),
              })
            : ''}
        {last?.nextCursor && !isLoading ? (
          <button type="button" onClick={() => void load(last.nextCursor, pages)}>
            {t('table.more')}
          </button>
        ) : null}
      </p>
    </div>
  );
}
