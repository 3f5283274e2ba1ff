// How many victims there are by what they have in common; each group leads to its victims.
import type { VictimGroupsAnswer } from '../../../http/routes/victims.ts';
import { useApi, withQuery } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Field } from '../../components/dialog.tsx';
import { Empty, WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { setQuery, useLocation } from '../../router.ts';
import { useSession } from '../../session.ts';
import { classTone } from './wording.ts';

type Group = VictimGroupsAnswer['items'][number];
const GROUPINGS = ['entity', 'operator', 'indicator', 'class'] as const;
type Grouping = (typeof GROUPINGS)[number];

export function VictimGroups({ purpose }: { readonly purpose: string }) {
  const { query } = useLocation();
  const isStaff = useSession().operator === null;
  const possible = GROUPINGS.filter((one) => isStaff || one !== 'entity');
  const by = possible.find((one) => one === query.get('by')) ?? (possible[0] as Grouping);
  return (
    <>
      <div class="filters">
        <Field label={t('victims.by')}>
          <select value={by} onChange={(event) => setQuery({ by: event.currentTarget.value })}>
            {possible.map((one) => (
              <option key={one} value={one}>
                {t(`victims.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <GroupsBy key={by} by={by} purpose={purpose} />
    </>
  );
}

function GroupsBy({ by, purpose }: { readonly by: Grouping; readonly purpose: string }) {
  const groups = useApi<VictimGroupsAnswer>(withQuery('/api/victims/groups', { purpose, by }));
  return (
    <WhenLoaded loaded={groups}>
      {({ items, more }) =>
        items.length === 0 ? (
          <Empty text={t('state.none')} next={<p>{t('victims.none.next')}</p>} />
        ) : (
          <>
            <Groups by={by} items={items} />
            {more === 0 ? null : <p class="hint">{t('victims.moreGroups', { count: count(more) })}</p>}
          </>
        )
      }
    </WhenLoaded>
  );
}

function Groups({ by, items }: { readonly by: Grouping; readonly items: readonly Group[] }) {
  const most = Math.max(...items.map(({ victims }) => victims));
  const nameOf = ({ key, name }: Group): string =>
    key === null ? t('victims.notRegistered') : by === 'class' ? word('victims.class', key) : (name ?? key);
  return (
    <Table
      caption={t('victims.groups.caption')}
      rows={items}
      keyOf={({ key }) => key ?? ''}
      columns={[
        {
          title: t(`victims.${by}`),
          cell: (group) =>
            group.key === null ? (
              nameOf(group)
            ) : (
              <a href={withQuery('/victims', { [by]: group.key })}>{nameOf(group)}</a>
            ),
        },
        { title: t('victims.title'), numeric: true, cell: ({ victims }) => count(victims) },
        {
          title: t('victims.share'),
          cell: (group) => (
            <meter class="bar" min={0} max={most} value={group.victims} aria-label={nameOf(group)} />
          ),
        },
        {
          title: t('victims.strongest'),
          cell: ({ class: of }) => <Badge group="victims.class" value={of} tone={classTone(of)} />,
        },
        { title: t('victims.last'), cell: ({ lastMs }) => <span class="whole">{instant(lastMs)}</span> },
      ]}
    />
  );
}
