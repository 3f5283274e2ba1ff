// Warnings: to whom, about how many, what became of them; those of which nobody knows whether they went out are marked.
import { useState } from 'preact/hooks';
import type { WarningItem } from '../../../http/routes/warnings.ts';
import { Badge } from '../../components/badge.tsx';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { ApiTable } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import { Drafting } from './draft.tsx';
import { isUnclear, mailText, STATES, stateTone } from './warning-state.ts';

export function WarningList({ purpose }: { readonly purpose: string }) {
  const { role } = useSession();
  const [version, setVersion] = useState(0);
  return (
    <>
      {role === 'analyst' || role === 'admin' ? (
        <div class="actions">
          <Drafting purpose={purpose} onDrafted={() => setVersion((before) => before + 1)} />
        </div>
      ) : null}
      <Filters>
        <Choice
          name="state"
          label={t('victims.state')}
          options={STATES.map((value) => ({ value, text: word('victims.state', value) }))}
        />
        <Choice
          name="unclear"
          label={t('victims.mail')}
          options={[{ value: 'true', text: t('victims.mail.onlyUnclear') }]}
        />
        <Search name="recipient" label={t('victims.recipient')} hint={t('victims.recipient.hint')} />
      </Filters>
      <ApiTable<WarningItem>
        path="/api/warnings"
        filters={['state', 'unclear', 'recipient']}
        caption={t('victims.warnings.caption')}
        keyOf={({ ticket }) => ticket}
        version={version}
        empty={<p>{t('victims.warnings.next')}</p>}
        columns={[
          {
            title: t('victims.ticket'),
            cell: ({ ticket }) => <a href={pathTo('victims', 'warnings', ticket)}>{ticket}</a>,
          },
          {
            title: t('victims.state'),
            cell: ({ state, mails }) => (
              <>
                <Badge group="victims.state" value={state} tone={stateTone(state)} />{' '}
                {mails.some(isUnclear) ? <Badge group="victims.mail" value="isUnclear" tone="bad" /> : null}
              </>
            ),
          },
          {
            title: t('victims.recipient'),
            cell: ({ recipient: { kind, id } }) => `${word('victims.recipient', kind)} ${id}`,
          },
          { title: t('victims.lines'), numeric: true, cell: ({ items }) => count(items) },
          { title: t('victims.servers'), numeric: true, cell: ({ indicators }) => count(indicators.length) },
          {
            title: t('victims.drafted'),
            cell: ({ createdAtMs }) => <span class="whole">{instant(createdAtMs)}</span>,
          },
          { title: t('victims.mail'), cell: ({ mails }) => mails.map(mailText).join('; ') || '–' },
        ]}
      />
    </>
  );
}
