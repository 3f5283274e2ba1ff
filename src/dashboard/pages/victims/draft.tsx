// Draws warnings up, and says what was held back and why.
import { useState } from 'preact/hooks';
import type { DraftAnswer } from '../../../http/routes/warnings.ts';
import { ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { count } from '../../format.ts';
import { type MessageKey, t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';

/** A button, the question behind it, and what came of it. */
export function Drafting({
  purpose,
  victim,
  onDrafted,
}: {
  readonly purpose: string;
  /** Of this one alone. */
  readonly victim?: string;
  readonly onDrafted: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [report, setReport] = useState<DraftAnswer | null>(null);
  const draft = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    const body = { ...fields, purpose, ...(victim === undefined ? {} : { victim }) };
    setReport(await ask<DraftAnswer>('/api/warnings/draft', { method: 'POST', body }));
    onDrafted();
  };
  return (
    <>
      <button type="button" class="main" onClick={() => setOpen(true)}>
        {t('victims.draft')}
      </button>
      <div role="status" class="drafted">
        {report ? <Drafted report={report} /> : null}
      </div>
      {isOpen ? (
        <Dialog
          title={t('victims.draft')}
          action={t('victims.draft.go')}
          onDone={draft}
          onClose={() => setOpen(false)}
        >
          <p>{t(victim === undefined ? 'victims.draft.all' : 'victims.draft.one')}</p>
          <Field label={t('victims.draft.class')} hint={t('victims.draft.classHint')}>
            <select name="class">
              <option value="">{t('victims.draft.default')}</option>
              {['E0', 'E1', 'E2', 'E3', 'E4'].map((of) => (
                <option key={of} value={of}>
                  {word('victims.class', of)}
                </option>
              ))}
            </select>
          </Field>
        </Dialog>
      ) : null}
    </>
  );
}

function Drafted({ report: { tickets, items, heldBack } }: { readonly report: DraftAnswer }) {
  const held = Object.entries(heldBack).filter(([, many]) => many > 0);
  return (
    <>
      <p>
        {items === 0 ? t('victims.draft.nothing') : t('victims.draft.done', { count: count(items) })}{' '}
        {tickets.map((ticket) => (
          <a key={ticket} href={pathTo('victims', 'warnings', ticket)}>
            {ticket}{' '}
          </a>
        ))}
      </p>
      {held.length === 0 ? null : (
        <>
          <p>{t('victims.heldBack')}</p>
          <ul>
            {held.map(([why, many]) => (
              <li key={why}>
                {count(many)} – {t(`victims.heldBack.${why}` as MessageKey)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
