// What narrows a list: kept in the page's address, so that it can be linked to and gone back to.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../language.ts';
import { setQuery, useLocation } from '../router.ts';
import { Field } from './dialog.tsx';

export function Filters({ children }: { readonly children: ComponentChildren }) {
  return <search class="filters">{children}</search>;
}

export interface Option {
  readonly value: string;
  readonly text: string;
}

/** One of some values, or all. */
export function Choice({
  name,
  label,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly options: readonly Option[];
}) {
  const { query } = useLocation();
  return (
    <Field label={label}>
      <select
        value={query.get(name) ?? ''}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
      >
        <option value="">{t('filter.all')}</option>
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Asked for a moment after the last key. */
const TYPING_MS = 300;

export function Search({
  name,
  label,
  hint,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
}) {
  const { query } = useLocation();
  const given = query.get(name) ?? '';
  const [text, setText] = useState(given);
  const asked = useRef(given);
  // Set from elsewhere; what was asked for here comes back while one may be typing on.
  useEffect(() => {
    if (given !== asked.current) setText(given);
    asked.current = given;
  }, [given]);
  useEffect(() => {
    if (text === given) return;
    const timer = setTimeout(() => {
      asked.current = text;
      setQuery({ [name]: text });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <input
        type="search"
        value={text}
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </Field>
  );
}
