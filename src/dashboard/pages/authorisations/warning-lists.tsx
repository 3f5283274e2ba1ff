// Warning lists: those in use, and which of them an address meets.
import { useState } from 'preact/hooks';
import type { WarningListCheck, WarningListLine } from '../../../http/routes/warninglists.ts';
import { ApiProblem, ask, useApi, withQuery } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Field } from '../../components/dialog.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t } from '../../language.ts';

export function WarningLists() {
  const loaded = useApi<{ readonly items: readonly WarningListLine[] }>('/api/warninglists');
  return (
    <>
      <p>{t('authorisations.warningListsHint')}</p>
      <Check />
      <WhenLoaded loaded={loaded}>
        {({ items }) => (
          <Table
            caption={t('authorisations.warningLists')}
            rows={items}
            keyOf={({ name }) => name}
            columns={[
              { title: t('authorisations.warningList'), cell: ({ name }) => name },
              {
                title: t('authorisations.severity'),
                cell: ({ severity }) => <Severity severity={severity} />,
              },
              { title: t('authorisations.entries'), cell: ({ entries }) => count(entries), numeric: true },
              { title: t('authorisations.version'), cell: ({ version }) => String(version), numeric: true },
              {
                title: t('authorisations.takenIn'),
                cell: ({ recordedAtMs, recordedBy }) =>
                  recordedAtMs === null
                    ? t('authorisations.bundled')
                    : `${instant(recordedAtMs)}, ${recordedBy}`,
              },
              { title: t('authorisations.description'), cell: ({ description }) => description },
            ]}
          />
        )}
      </WhenLoaded>
      <p class="hint">
        {t('authorisations.updateHint')} <code>flowsieve warninglist update</code>
      </p>
    </>
  );
}

function Severity({ severity }: Pick<WarningListLine, 'severity'>) {
  return (
    <Badge group="authorisations.severity" value={severity} tone={severity === 'hard' ? 'bad' : 'wait'} />
  );
}

function Check() {
  const [found, setFound] = useState<WarningListCheck | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const check = async (address: string): Promise<void> => {
    setProblem(null);
    try {
      setFound(await ask(withQuery('/api/warninglists/check', { address })));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setFound(null);
      setProblem(error.message);
    }
  };
  return (
    <>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void check(String(new FormData(event.currentTarget).get('address')).trim());
        }}
      >
        <Field label={t('authorisations.addressOrPrefix')}>
          <input name="address" required spellcheck={false} maxLength={64} />
        </Field>
        <button type="submit" class="main">
          {t('authorisations.checkAddress')}
        </button>
      </form>
      <div role="status">
        {found === null ? null : found.hits.length === 0 ? (
          <p>{t('authorisations.onNoList', { address: found.address })}</p>
        ) : (
          <>
            <p>{t('authorisations.onLists', { address: found.address })}</p>
            <ul>
              {found.hits.map(({ list, severity, version }) => (
                <li key={list}>
                  <Severity severity={severity} /> {list}, {t('authorisations.versionIs', { version })}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
