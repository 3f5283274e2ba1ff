// The entity register: who is known by which networks. Files of it are taken in here.
import { useState } from 'preact/hooks';
import type { EntityItem, RegisterReportAnswer } from '../../../http/routes/entities.ts';
import { ask, withQuery } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog, Field } from '../../components/dialog.tsx';
import { Choice, Filters, Search } from '../../components/filters.tsx';
import { ApiTable, Table } from '../../components/table.tsx';
import { count } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';

const KINDS = ['essential', 'important', 'other'] as const;

export function Entities() {
  const { role } = useSession();
  const [isOpen, setOpen] = useState(false);
  const [report, setReport] = useState<RegisterReportAnswer | null>(null);
  const [version, setVersion] = useState(0);
  const take = async ({ register }: Readonly<Record<string, string>>): Promise<void> => {
    const input = document.querySelector<HTMLInputElement>('dialog input[type="file"]');
    const file = input?.files?.[0];
    if (!file) return;
    const body = await file.text();
    const contentType = /^\s*[{[]/.test(body) ? 'application/json' : 'text/csv';
    const path = withQuery('/api/entities/import', { register });
    setReport(await ask<RegisterReportAnswer>(path, { method: 'POST', body, contentType }));
    setVersion((before) => before + 1);
  };
  return (
    <>
      {role === 'analyst' || role === 'admin' ? (
        <div class="actions">
          <button type="button" class="main" onClick={() => setOpen(true)}>
            {t('victims.import')}
          </button>
        </div>
      ) : null}
      <div role="status">{report ? <Report report={report} /> : null}</div>
      {isOpen ? (
        <Dialog
          title={t('victims.import')}
          action={t('victims.import.go')}
          onDone={take}
          onClose={() => setOpen(false)}
        >
          <p>{t('victims.import.what')}</p>
          <Field label={t('victims.import.file')} hint={t('victims.import.fileHint')}>
            <input type="file" accept=".csv,.json,text/csv,application/json" required />
          </Field>
          <Field label={t('victims.register')} hint={t('victims.register.hint')}>
            <input name="register" defaultValue="entities" maxLength={64} spellcheck={false} required />
          </Field>
        </Dialog>
      ) : null}
      <Filters>
        <Search name="q" label={t('victims.entity.search')} />
        <Choice
          name="kind"
          label={t('victims.kind')}
          options={KINDS.map((value) => ({ value, text: word('victims.kind', value) }))}
        />
        <Choice
          name="protected"
          label={t('victims.protected')}
          options={[
            { value: 'true', text: t('victims.protected.yes') },
            { value: 'false', text: t('victims.protected.no') },
          ]}
        />
      </Filters>
      <ApiTable<EntityItem>
        path="/api/entities"
        filters={['q', 'kind', 'protected']}
        caption={t('victims.entities.caption')}
        keyOf={({ id }) => id}
        version={version}
        empty={<p>{t('victims.entities.next')}</p>}
        columns={[
          {
            title: t('victims.entity'),
            cell: ({ id, name }) => <a href={pathTo('victims', 'entities', id)}>{name}</a>,
          },
          { title: t('victims.kind'), cell: ({ kind }) => word('victims.kind', kind) },
          { title: t('victims.sector'), cell: ({ sector }) => sector ?? '–' },
          {
            title: t('victims.networks'),
            numeric: true,
            cell: ({ prefixes, natPrefixes }) => count(prefixes.length + natPrefixes.length),
          },
          { title: t('victims.contacts'), numeric: true, cell: ({ contacts }) => count(contacts.length) },
          {
            title: t('victims.protected'),
            cell: ({ protected: profession }) =>
              profession === null ? '–' : <Badge group="victims.profession" value={profession} tone="wait" />,
          },
          { title: t('victims.register'), cell: ({ register }) => register },
        ]}
      />
    </>
  );
}

function Report({ report }: { readonly report: RegisterReportAnswer }) {
  const { entities, refused, refusals, changed } = report;
  const { added, changed: adapted, ended } = entities;
  const lines = refusals.flatMap((refusal, at) =>
    refusal.faults.map((fault, which) => ({ ...fault, ...refusal, key: `${at} ${which}` })),
  );
  return (
    <>
      <p>
        {changed
          ? t('victims.import.done', { added: count(added), adapted: count(adapted), ended: count(ended) })
          : t('victims.import.same')}{' '}
        {refused === 0 ? '' : t('victims.import.refused', { count: count(refused) })}
      </p>
      {lines.length === 0 ? null : (
        <Table
          caption={t('victims.import.refusals')}
          rows={lines}
          keyOf={({ key }) => key}
          columns={[
            { title: t('victims.entity'), cell: ({ id, entry }) => id ?? String(entry + 1) },
            { title: t('victims.line'), numeric: true, cell: ({ line }) => line ?? '–' },
            { title: t('victims.field'), cell: ({ field }) => field },
            { title: t('victims.value'), cell: ({ value }) => value },
            { title: t('victims.rule'), cell: ({ rule, message }) => `${message} (${rule})` },
          ]}
        />
      )}
    </>
  );
}
