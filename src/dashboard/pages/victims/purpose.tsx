// What victims are looked at for: asked once a session, shown all the while, and sent along with every question (L18).
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../../components/dialog.tsx';
import { t } from '../../language.ts';
import { useSession } from '../../session.ts';

const MOST_CHARACTERS = 1_000;

/** Of one person: whoever logs in next says his own. */
function storedAs(person: string): string {
  return `flowsieve-purpose ${person}`;
}

export function WithPurpose({ children }: { readonly children: (purpose: string) => ComponentChildren }) {
  const { person } = useSession();
  const [purpose, setPurpose] = useState(sessionStorage.getItem(storedAs(person)));
  const [isChanging, setChanging] = useState(false);
  const keep = (text: string): void => {
    sessionStorage.setItem(storedAs(person), text);
    setPurpose(text);
    setChanging(false);
  };
  if (purpose === null || isChanging) return <AskPurpose before={purpose ?? ''} onGiven={keep} />;
  return (
    <>
      <p class="purpose">
        <span>
          {t('victims.purpose')}: <strong>{purpose}</strong>
        </span>
        <button type="button" onClick={() => setChanging(true)}>
          {t('victims.purpose.change')}
        </button>
      </p>
      {children(purpose)}
    </>
  );
}

function AskPurpose({
  before,
  onGiven,
}: {
  readonly before: string;
  readonly onGiven: (purpose: string) => void;
}) {
  return (
    <>
      <h1 tabIndex={-1}>{t('victims.title')}</h1>
      <form
        class="card ask"
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('purpose')).trim();
          if (text !== '') onGiven(text);
        }}
      >
        <Field label={t('victims.purpose.ask')} hint={t('victims.purpose.hint')}>
          <input
            name="purpose"
            required
            maxLength={MOST_CHARACTERS}
            defaultValue={before}
            autocomplete="off"
          />
        </Field>
        <p class="actions">
          <button type="submit" class="main">
            {t('victims.purpose.go')}
          </button>
        </p>
      </form>
    </>
  );
}
