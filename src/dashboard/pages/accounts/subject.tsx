// A data subject's request: what is held about one address, shown and handed out.
import { useState } from 'preact/hooks';
import type { SubjectAnswer } from '../../../http/routes/subject.ts';
import { ApiProblem, ask } from '../../api.ts';
import { Field } from '../../components/dialog.tsx';
import { Empty } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';

export function SubjectView() {
  const [answer, setAnswer] = useState<SubjectAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const { ip, purpose } = Object.fromEntries(new FormData(form));
    setAnswer(null);
    setProblem(null);
    try {
      setAnswer(await ask<SubjectAnswer>('/api/subject', { method: 'POST', body: { ip, purpose } }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <>
      <p class="hint">{t('accounts.subject.hint')}</p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <Field label={t('accounts.subject.address')}>
          <input name="ip" required maxLength={100} spellcheck={false} autocomplete="off" />
        </Field>
        <Field label={t('accounts.subject.purpose')}>
          <input name="purpose" required maxLength={1_000} />
        </Field>
        <button type="submit" class="main">
          {t('accounts.subject.ask')}
        </button>
      </form>
      <div aria-live="polite">
        {problem === null ? null : <p class="problem">{problem}</p>}
        {answer === null ? null : <Answer answer={answer} />}
      </div>
    </>
  );
}

function Answer({ answer }: { readonly answer: SubjectAnswer }) {
  const { address, atMs, matches, contacts, warnings, readings } = answer;
  return (
    <>
      <h2>{t('accounts.subject.about', { address })}</h2>
      <p>{t('accounts.subject.records', { matches: count(matches), at: instant(atMs) })}</p>
      <p class="actions">
        <button type="button" onClick={() => download(answer, 'md')}>
          {t('accounts.subject.markdown')}
        </button>
        <button type="button" onClick={() => download(answer, 'json')}>
          {t('accounts.subject.json')}
        </button>
      </p>
      {contacts.length === 0 ? (
        <Empty text={t('accounts.subject.nothing')} next={<p>{t('accounts.subject.nothing.next')}</p>} />
      ) : (
        <Table
          caption={t('accounts.contacts')}
          rows={contacts}
          keyOf={({ indicator, operator, retentionBasis }) => `${indicator} ${operator} ${retentionBasis}`}
          columns={[
            {
              title: t('accounts.contacts.c2'),
              cell: ({ c2s }) =>
                c2s.map((c2) => (
                  <div key={c2} class="mono when">
                    {c2}
                  </div>
                )),
            },
            { title: t('accounts.authorisation'), cell: ({ authorisation }) => authorisation },
            {
              title: t('accounts.operator'),
              cell: ({ operator, retentionBasis }) => `${operator}, ${retentionBasis}`,
            },
            { title: t('accounts.records'), numeric: true, cell: (row) => count(row.matches) },
            { title: t('accounts.sequestered'), numeric: true, cell: (row) => count(row.sequestered) },
            { title: t('accounts.contacts.first'), cell: ({ firstMs }) => instant(firstMs) },
            { title: t('accounts.contacts.last'), cell: ({ lastMs }) => instant(lastMs) },
            {
              title: t('accounts.contacts.erased'),
              cell: ({ lastDeleteAfterMs }) => instant(lastDeleteAfterMs),
            },
          ]}
        />
      )}
      {warnings.length === 0 ? null : (
        <Table
          caption={t('accounts.subject.warnings')}
          rows={warnings}
          keyOf={({ ticket }) => ticket}
          columns={[
            { title: t('accounts.subject.ticket'), cell: ({ ticket }) => ticket },
            { title: t('accounts.subject.recipient'), cell: ({ recipient }) => recipient },
            { title: t('accounts.subject.state'), cell: ({ state }) => state },
            { title: t('accounts.subject.sent'), cell: ({ sentAtMs }) => instant(sentAtMs) },
          ]}
        />
      )}
      <Table
        caption={t('accounts.subject.readings')}
        rows={readings}
        keyOf={({ atMs: readAtMs, kind }) => `${readAtMs} ${kind}`}
        columns={[
          { title: t('accounts.when'), cell: (reading) => instant(reading.atMs) },
          { title: t('accounts.reader'), cell: ({ role }) => word('role', role) },
          { title: t('accounts.kindOfReading'), cell: ({ kind }) => word('accounts.reading', kind) },
          { title: t('accounts.purpose'), cell: ({ purpose }) => purpose ?? '–' },
        ]}
      />
    </>
  );
}

/** Made here from what was answered: asking again would be another reading. */
function download({ markdown, ...report }: SubjectAnswer, form: 'md' | 'json'): void {
  const text = form === 'md' ? markdown : `${JSON.stringify(report, null, 2)}\n`;
  const type = form === 'md' ? 'text/markdown' : 'application/json';
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: `subject-request.${form}` });
  link.click();
  URL.revokeObjectURL(url);
}
