// What stands where data would: still loading, nothing there, or refused; each says what to do next.
import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api.ts';
import { t } from '../language.ts';

/** What was loaded, or what is there instead of it. What was shown before stays while it is loaded again. */
export function WhenLoaded<T>({
  loaded,
  children,
}: {
  readonly loaded: Loaded<T>;
  readonly children: (data: T) => ComponentChildren;
}) {
  const { data, problem, isLoading, reload } = loaded;
  if (problem) {
    return (
      <div class="problem" role="alert">
        <p>{problem.message}</p>
        <button type="button" onClick={reload}>
          {t('state.again')}
        </button>
      </div>
    );
  }
  if (data === null)
    return isLoading ? (
      <p class="loading" role="status">
        {t('state.loading')}
      </p>
    ) : null;
  return <div aria-busy={isLoading}>{children(data)}</div>;
}

/** What takes a while on the server; not seen where it does not. @param text what is being done */
export function Working({ text }: { readonly text: string }) {
  return (
    <p class="standing working" role="status">
      <progress aria-label={text} />
      <span>{text}</span>
    </p>
  );
}

/** @param next what to do about it */
export function Empty({ text, next }: { readonly text: string; readonly next?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{text}</p>
      {next}
    </div>
  );
}
