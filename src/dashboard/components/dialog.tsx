// A question before something is done: fields, a reason, and what the server refuses said in place.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem } from '../api.ts';
import { t } from '../language.ts';
import { announce } from './announced.tsx';
import { Working } from './states.tsx';

export function Dialog({
  title,
  action,
  children,
  onDone,
  onClose,
}: {
  readonly title: string;
  /** The word on the button. */
  readonly action: string;
  readonly children: ComponentChildren;
  /** The fields by name. @throws ApiProblem, which is shown */
  readonly onDone: (fields: Readonly<Record<string, string>>) => Promise<void>;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
    // Closed before it goes away: the browser gives the focus back to what opened it.
    return () => dialog.current?.close();
  }, []);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const);
    try {
      await onDone(Object.fromEntries(fields.filter(([, value]) => value !== '')));
      announce(t('dialog.done', { title }));
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} onClose={onClose} aria-label={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <h2>{title}</h2>
        {children}
        <div role="alert" class="problem" hidden={problem === null}>
          <p>{problem?.message}</p>
          <ul>
            {problem?.errors.map(({ field, message }) => (
              <li key={field}>
                {field}: {message}
              </li>
            ))}
          </ul>
        </div>
        {isBusy ? <Working text={t('dialog.working')} /> : null}
        <p class="actions">
          <button type="submit" class="main" disabled={isBusy}>
            {action}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {t('dialog.cancel')}
          </button>
        </p>
      </form>
    </dialog>
  );
}

export function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span>{label}</span>
      {children}
      {hint === undefined ? null : <small>{hint}</small>}
    </label>
  );
}
