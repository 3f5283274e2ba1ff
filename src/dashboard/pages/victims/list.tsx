// All victims, one line for each server that they were in contact with.
import { useState } from 'preact/hooks';
import type { VictimItem } from '../../../http/routes/victims.ts';
import { ApiProblem, ask, withQuery } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Field } from '../../components/dialog.tsx';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { Instant } from '../../components/instant.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { count, share } from '../../format.ts';
import { t, word } from '../../language.ts';
import { go, pathTo, setQuery, useLocation } from '../../router.ts';
import { useSession } from '../../session.ts';
import { bytesText, CLASSES, classTone, different, whose } from './wording.ts';

/** Filters that come by a link, each taken away again by a button. */
const LINKED = ['entity', 'operator', 'indicator', 'authorisation'] as const;
const ROWS = 50;

export function VictimList({ purpose }: { readonly purpose: string }) {
  const { query } = useLocation();
  const isStaff = useSession().operator === null;
  const linked = LINKED.filter((name) => query.has(name));
  return (
    <>
      <FindAddress purpose={purpose} />
      <Filters>
        <Search
          name="q"
          label={t('victims.search')}
          hint={t(isStaff ? 'victims.search.hint' : 'victims.search.own')}
        />
        <Choice
          name="class"
          label={t('victims.class')}
          options={CLASSES.map((value) => ({ value, text: word('victims.class', value) }))}
        />
        {linked.map((name) => (
          <button key={name} type="button" onClick={() => setQuery({ [name]: null })}>
            {t(`victims.${name}`)}: <span class="mono">{query.get(name)}</span>{' '}
            <span aria-hidden="true">×</span>
            <span class="unseen">{t('victims.withoutFilter')}</span>
          </button>
        ))}
      </Filters>
      <ApiTable<VictimItem>
        path={withQuery('/api/victims', { purpose, limit: ROWS })}
        filters={['q', 'class', ...LINKED]}
        caption={t('victims.caption')}
        columns={isStaff ? COLUMNS : COLUMNS.filter((column) => column !== WHOSE)}
        keyOf={({ id }) => id}
        empty={<p>{t('victims.none.next')}</p>}
      />
    </>
  );
}

const WHOSE: Column<VictimItem> = {
  get title() {
    return t('victims.entity');
  },
  cell: (item) => whose(item),
};

const COLUMNS: readonly Column<VictimItem>[] = [
  {
    get title() {
      return t('victims.victim');
    },
    sort: 'victim',
    cell: ({ id, victim }) => (
      <a class="mono whole" href={pathTo('victims', id)}>
        {victim}
      </a>
    ),
  },
  {
    get title() {
      return t('victims.class');
    },
    sort: 'class',
    cell: ({ class: of, disputed }) => (
      <>
        <Badge group="victims.class" value={of} tone={classTone(of)} />
        {disputed === undefined ? null : (
          <>
            {' '}
            <Badge group="victims" value="disputed" tone="wait" />
          </>
        )}
      </>
    ),
  },
  WHOSE,
  {
    get title() {
      return t('victims.operator');
    },
    cell: ({ operator }) => operator,
  },
  {
    get title() {
      return t('victims.threat');
    },
    cell: ({ threat, c2s }) => (
      <>
        {threat ?? '–'}
        <br />
        <span class="mono hint several">{different(c2s)}</span>
      </>
    ),
  },
  {
    get title() {
      return t('victims.last');
    },
    sort: 'last',
    cell: ({ lastMs }) => <Instant ms={lastMs} />,
  },
  {
    get title() {
      return t('victims.flows');
    },
    sort: 'flows',
    numeric: true,
    cell: ({ flows }) => count(flows),
  },
  {
    get title() {
      return t('victims.bytes');
    },
    sort: 'bytes',
    numeric: true,
    cell: ({ toC2, fromC2 }) => (
      <span class="whole">
        {t('victims.to', { size: bytesText(toC2.bytes) })}
        <br />
        {t('victims.from', { size: bytesText(fromC2.bytes) })}
      </span>
    ),
  },
  {
    get title() {
      return t('victims.beacon');
    },
    sort: 'score',
    numeric: true,
    cell: ({ beacon }) => (beacon.score === null ? '–' : share(beacon.score)),
  },
  {
    get title() {
      return t('victims.coverage');
    },
    cell: ({ coverage: { isComplete } }) =>
      t(isComplete ? 'victims.coverage.complete' : 'victims.coverage.some'),
  },
];

/** An address is asked for in a body, and stands in no address of a page. */
function FindAddress({ purpose }: { readonly purpose: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const find = async (form: HTMLFormElement): Promise<void> => {
    const address = String(new FormData(form).get('address')).trim();
    if (address === '') return;
    try {
      const { id } = await ask<{ id: string }>('/api/victims/find', {
        method: 'POST',
        body: { address, purpose },
      });
      go(pathTo('victims', id));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.status === 404 ? t('victims.find.nothing') : error.message);
    }
  };
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        setProblem(null);
        void find(event.currentTarget);
      }}
    >
      <Field label={t('victims.find')}>
        <input name="address" required spellcheck={false} autocomplete="off" maxLength={64} />
      </Field>
      <button type="submit">{t('victims.find.go')}</button>
      <span role="status" class="hint">
        {problem ?? ''}
      </span>
    </form>
  );
}
