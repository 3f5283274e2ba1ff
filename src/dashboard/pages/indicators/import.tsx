// A feed taken in as proposals: checked first, if one likes, and then with a report.
import { useRef, useState } from 'preact/hooks';
import type { AuthorisationLine } from '../../../http/routes/authorisations.ts';
import type { ImportAnswer } from '../../../http/routes/indicator-import.ts';
import { ApiProblem, ask, type Page, useApi, withQuery } from '../../api.ts';
import { Field } from '../../components/dialog.tsx';
import { WhenLoaded, Working } from '../../components/states.tsx';
import { t, word } from '../../language.ts';
import { ImportReport } from './import-report.tsx';
import { NoAuthorisation } from './no-authorisation.tsx';

const FORMATS = ['stix', 'misp', 'feodo', 'threatfox', 'csv', 'text'] as const;
const RELIABILITIES = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const CREDIBILITIES = ['1', '2', '3', '4', '5', '6'] as const;

export function TakeIn() {
  const authorisations = useApi<Page<AuthorisationLine>>('/api/authorisations?limit=500');
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [report, setReport] = useState<ImportAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (dryRun: boolean): Promise<void> => {
    const element = form.current;
    if (!element?.reportValidity()) return;
    const fields = new FormData(element);
    const file = fields.get('file') as File;
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const path = withQuery('/api/indicators/import', {
      ...{ from: text('from'), authorisation: text('authorisation'), name: file.name.slice(0, 200) },
      ...{ source: text('source'), reliability: text('reliability'), credibility: text('credibility') },
      ...{ columns: text('columns'), reason: text('reason'), dryRun: dryRun ? '1' : null },
    });
    const settings = text('set')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `&set=${encodeURIComponent(line.trim())}`);
    setBusy(true);
    setReport(null);
    setProblem(null);
    try {
      const asked = { method: 'POST', body: file, contentType: 'application/octet-stream' } as const;
      setReport(await ask<ImportAnswer>(`${path}${settings.join('')}`, asked));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(
        [error.message, ...error.errors.map(({ field, message }) => `${field}: ${message}`)].join('; '),
      );
    }
    setBusy(false);
  };
  return (
    <>
      <p>{t('indicators.importHint')}</p>
      <WhenLoaded loaded={authorisations}>
        {({ items }) =>
          items.length === 0 ? (
            <NoAuthorisation />
          ) : (
            <form
              ref={form}
              class="narrow"
              onSubmit={(event) => {
                event.preventDefault();
                void take(false);
              }}
            >
              <Field label={t('indicators.file')}>
                <input type="file" name="file" required />
              </Field>
              <Field label={t('indicators.format')}>
                <select name="from">
                  {FORMATS.map((format) => (
                    <option key={format} value={format}>
                      {word('indicators.format', format)}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label={t('indicators.authorisation')} hint={t('indicators.importUnder')}>
                <select name="authorisation" required>
                  {items.map(({ reference }) => (
                    <option key={reference} value={reference}>
                      {reference}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label={t('indicators.source')} hint={t('indicators.sourceHint')}>
                <input name="source" maxLength={200} />
              </Field>
              <Field label={t('indicators.reliability')}>
                <Rated name="reliability" values={RELIABILITIES} />
              </Field>
              <Field label={t('indicators.credibility')}>
                <Rated name="credibility" values={CREDIBILITIES} />
              </Field>
              <details>
                <summary>{t('indicators.more')}</summary>
                <Field label={t('indicators.set')} hint={t('indicators.setHint')}>
                  <textarea name="set" rows={3} spellcheck={false} placeholder="country=NL" />
                </Field>
                <Field label={t('indicators.columns')} hint={t('indicators.columnsHint')}>
                  <input name="columns" maxLength={2_000} spellcheck={false} />
                </Field>
                <Field label={t('indicators.reason')}>
                  <textarea name="reason" rows={2} maxLength={4_000} />
                </Field>
              </details>
              <p class="actions">
                <button type="button" disabled={isBusy} onClick={() => void take(true)}>
                  {t('indicators.check')}
                </button>
                <button type="submit" class="main" disabled={isBusy}>
                  {t('indicators.takeIn')}
                </button>
              </p>
            </form>
          )
        }
      </WhenLoaded>
      {isBusy ? <Working text={t('indicators.taking')} /> : null}
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div role="status">{report === null ? null : <ImportReport report={report} />}</div>
    </>
  );
}

function Rated({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  return (
    <select name={name}>
      <option value="">{t('indicators.unrated')}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {`${value}: ${word(`indicators.${name}`, value)}`}
        </option>
      ))}
    </select>
  );
}
