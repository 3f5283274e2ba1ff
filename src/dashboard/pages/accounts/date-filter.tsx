// A day (UTC) that a list begins or ends with, in the page's address as an instant.
import { DAY_MS } from '../../../core/time.ts';
import { Field } from '../../components/dialog.tsx';
import { setQuery, useLocation } from '../../router.ts';

/** @param isLast the day is the last that is shown: the instant is its end */
export function DateFilter({
  name,
  label,
  isLast = false,
}: {
  readonly name: string;
  readonly label: string;
  readonly isLast?: boolean;
}) {
  const { query } = useLocation();
  const given = query.get(name);
  const shift = isLast ? DAY_MS : 0;
  const value = given === null ? '' : new Date(Number(given) - shift).toISOString().slice(0, 10);
  return (
    <Field label={label}>
      <input
        type="date"
        value={value}
        onChange={({ currentTarget }) => {
          const ms = Date.parse(currentTarget.value);
          setQuery({ [name]: Number.isNaN(ms) ? null : String(ms + shift) });
        }}
      />
    </Field>
  );
}
