// The audit log: whether it is whole, checked here, and what it says.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditEvent } from '../../../http/routes/audit.ts';
import { Filters, Search } from '../../components/filters.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { AuditCheck } from './audit-check.tsx';
import { DateFilter } from './date-filter.tsx';

const FILTERS = ['action', 'object', 'actor', 'since', 'until'];

export function AuditView() {
  const [version, setVersion] = useState(0);
  return (
    <>
      <AuditCheck onSigned={() => setVersion((before) => before + 1)} />
      <h2>{t('accounts.events')}</h2>
      <Filters>
        <Search name="action" label={t('accounts.action')} hint={t('accounts.action.hint')} />
        <Search name="object" label={t('accounts.object')} />
        <Search name="actor" label={t('accounts.actor')} />
        <DateFilter name="since" label={t('accounts.since')} />
        <DateFilter name="until" label={t('accounts.until')} isLast />
      </Filters>
      <ApiTable<AuditEvent>
        path="/api/audit/events"
        filters={FILTERS}
        caption={t('accounts.events')}
        columns={COLUMNS()}
        keyOf={({ sequence }) => String(sequence)}
        empty={<p>{t('accounts.events.none')}</p>}
        version={version}
      />
    </>
  );
}

const COLUMNS = (): readonly Column<AuditEvent>[] => [
  { title: t('accounts.sequence'), numeric: true, cell: ({ sequence }) => sequence },
  { title: t('accounts.when'), cell: ({ atMs }) => <span class="whole">{instant(atMs)}</span> },
  {
    title: t('accounts.actor'),
    cell: ({ actor, role }) => <Under first={actor} second={word('role', role)} />,
  },
  { title: t('accounts.action'), cell: ({ action }) => <span class="mono">{action}</span> },
  {
    title: t('accounts.object'),
    cell: ({ object, version }) => (
      <Under first={<span class="mono">{object}</span>} second={t('accounts.version', { version })} />
    ),
  },
  { title: t('accounts.detail'), cell: ({ detail }) => <Detail detail={detail} /> },
];

function Under({ first, second }: { readonly first: ComponentChildren; readonly second: string }) {
  return (
    <>
      {first}
      <div class="hint">{second}</div>
    </>
  );
}

function inText(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('Ms')) return instant(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As long as they are short, in full. */
const MAX_CHARACTERS = 160;

function Detail({ detail }: { readonly detail: AuditEvent['detail'] }) {
  const text = Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key} = ${inText(key, value)}`)
    .join(' · ');
  if (text === '') return null;
  if (text.length <= MAX_CHARACTERS) return <span class="detail">{text}</span>;
  return (
    <details>
      <summary>{t('accounts.detail.show')}</summary>
      <span class="detail">{text}</span>
    </details>
  );
}
