// A file is chosen, checked, looked at, and then taken in.
import { useState } from 'preact/hooks';
import type { ImportAnswer } from '../../../http/routes/authorisation-import.ts';
import { ApiProblem, ask } from '../../api.ts';
import { Field } from '../../components/dialog.tsx';
import { Working } from '../../components/states.tsx';
import { t } from '../../language.ts';
import { ImportReport } from './import-report.tsx';

type Stage = 'choose' | 'checking' | 'checked' | 'taking' | 'taken';

export function TakeIn() {
  const [text, setText] = useState<string | null>(null);
  const [stage, setStage] = useState<Stage>('choose');
  const [report, setReport] = useState<ImportAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const begin = (given: string | null): void => {
    setText(given);
    setStage('choose');
    setReport(null);
    setProblem(null);
  };
  const send = async (isCheck: boolean): Promise<void> => {
    setStage(isCheck ? 'checking' : 'taking');
    setProblem(null);
    try {
      const path = `/api/authorisations${isCheck ? '?check=1' : ''}`;
      setReport(await ask(path, { method: 'POST', body: text ?? '', contentType: 'text/yaml' }));
      setStage(isCheck ? 'checked' : 'taken');
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setReport(null);
      setProblem(error.message);
      setStage('choose');
    }
  };
  const isBusy = stage === 'checking' || stage === 'taking';
  return (
    <section aria-labelledby="import">
      <h2 id="import">{t('authorisations.import')}</h2>
      <p>{t('authorisations.importHint')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(true);
        }}
      >
        <Field label={t('authorisations.importFile')} hint={t('authorisations.importForms')}>
          <input
            type="file"
            required
            accept=".yaml,.yml,.json"
            onChange={async (event) => {
              const input = event.currentTarget;
              const file = input.files?.[0];
              begin(null);
              const read = await file?.text();
              // Another one may have been chosen meanwhile.
              if (read !== undefined && input.files?.[0] === file) begin(read);
            }}
          />
        </Field>
        <p class="actions">
          <button
            type="submit"
            class={stage === 'checked' ? undefined : 'main'}
            disabled={isBusy || text === null}
          >
            {t('authorisations.check')}
          </button>
          <button
            type="button"
            class={stage === 'checked' ? 'main' : undefined}
            disabled={stage !== 'checked' || !report?.changed}
            onClick={() => void send(false)}
          >
            {t('authorisations.takeIn')}
          </button>
        </p>
      </form>
      {isBusy ? <Working text={t(`authorisations.${stage}`)} /> : null}
      <p role="status">
        {stage === 'checked'
          ? t(report?.changed ? 'authorisations.checked' : 'authorisations.unchanged')
          : ''}
        {stage === 'taken' ? t('authorisations.taken') : ''}
      </p>
      {problem === null ? null : (
        <pre class="problem" role="alert">
          {problem}
        </pre>
      )}
      {report === null ? null : <ImportReport report={report} />}
    </section>
  );
}
