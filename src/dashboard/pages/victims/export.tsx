// Victims as a file: for whom, in which form. It is recorded, with the purpose.
import { useState } from 'preact/hooks';
import { ApiProblem, download, withQuery } from '../../api.ts';
import { Field } from '../../components/dialog.tsx';
import { bytes } from '../../format.ts';
import { type MessageKey, t, word } from '../../language.ts';
import { useLocation } from '../../router.ts';
import { useSession } from '../../session.ts';
import { CLASSES } from './wording.ts';

const FORMATS = ['csv', 'json', 'intelmq', 'shadowserver', 'stix', 'xarf', 'report-18-8'] as const;
const RECIPIENTS = ['operator', 'entity', 'analyst'] as const;
type Recipient = (typeof RECIPIENTS)[number];

export function ExportForm({ purpose }: { readonly purpose: string }) {
  const { query } = useLocation();
  const { operator } = useSession();
  const possible = operator === null ? RECIPIENTS : (['operator'] as const);
  const [recipient, setRecipient] = useState<Recipient>(
    possible.find((one) => one === query.get('for')) ?? possible[0],
  );
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('csv');
  const [state, setState] = useState<{ readonly text: string; readonly isProblem?: boolean } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const make = async (form: HTMLFormElement): Promise<void> => {
    const { id, class: of } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    setBusy(true);
    setState({ text: t('victims.export.making') });
    try {
      const path = withQuery(`/api/exports/${recipient}/${format}`, { purpose, id: id?.trim(), class: of });
      const name = await download(path, (octets) =>
        setState({ text: t('victims.export.progress', { size: bytes(octets) }) }),
      );
      setState({ text: t('victims.export.done', { name }) });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setState({ text: error.message, isProblem: true });
    }
    setBusy(false);
  };
  return (
    <form
      class="card ask"
      onSubmit={(event) => {
        event.preventDefault();
        void make(event.currentTarget);
      }}
    >
      <p>{t('victims.export.what')}</p>
      {operator === null ? (
        <Field label={t('victims.export.for')}>
          <select
            name="for"
            value={recipient}
            onChange={(event) => setRecipient(event.currentTarget.value as Recipient)}
          >
            {possible.map((one) => (
              <option key={one} value={one}>
                {t(`victims.export.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      ) : null}
      {recipient === 'analyst' || operator !== null ? null : (
        <Field label={t('victims.export.id')} hint={t(`victims.export.id.${recipient}`)}>
          <input
            key={recipient}
            name="id"
            required
            maxLength={64}
            spellcheck={false}
            defaultValue={query.get('for') === recipient ? (query.get('id') ?? '') : ''}
          />
        </Field>
      )}
      <Field label={t('victims.export.format')} hint={t(`victims.format.${format}` as MessageKey)}>
        <select
          name="format"
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value as (typeof FORMATS)[number])}
        >
          {FORMATS.map((one) => (
            <option key={one} value={one}>
              {word('victims.formatName', one)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('victims.class')} hint={t('victims.export.classHint')}>
        <select name="class">
          <option value="">{t('victims.export.default')}</option>
          {CLASSES.map((of) => (
            <option key={of} value={of}>
              {word('victims.class', of)}
            </option>
          ))}
        </select>
      </Field>
      <p class="actions">
        <button type="submit" class="main" disabled={isBusy}>
          {t('victims.export.go')}
        </button>
      </p>
      <p role={state?.isProblem ? 'alert' : 'status'} class={state?.isProblem ? 'problem' : 'hint'}>
        {state?.text ?? ''}
      </p>
    </form>
  );
}
