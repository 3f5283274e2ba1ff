// One verification of many: of those selected, or of all that are due.
import type { VerifiedAnswer } from '../../../http/routes/indicator-changes.ts';
import { ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { EvidenceField } from '../../components/evidence-field.tsx';
import { count } from '../../format.ts';
import { t, word } from '../../language.ts';
import { OUTCOMES } from './step-dialog.tsx';

export function VerifyDialog({
  of,
  onDone,
  onClose,
}: {
  readonly of:
    | { readonly ids: readonly string[] }
    | { readonly allDue: true; readonly authorisation?: string };
  readonly onDone: (report: VerifiedAnswer) => void;
  readonly onClose: () => void;
}) {
  const title =
    'ids' in of
      ? t('indicators.verifySelected', { count: count(of.ids.length) })
      : of.authorisation === undefined
        ? t('indicators.verifyDue')
        : t('indicators.verifyDueOf', { authorisation: of.authorisation });
  return (
    <Dialog
      title={title}
      action={t('indicators.step.verify')}
      onClose={onClose}
      onDone={async (fields) => {
        const body = { ...of, ...fields };
        onDone(await ask<VerifiedAnswer>('/api/indicators/verify', { method: 'POST', body }));
      }}
    >
      <p>{t('indicators.stepHint.verify')}</p>
      <Field label={t('indicators.outcome')}>
        <select name="outcome" required>
          {OUTCOMES.verify.map((value) => (
            <option key={value} value={value}>
              {word('indicators.outcome', value)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('indicators.method')} hint={t('indicators.methodHint')}>
        <input name="method" required maxLength={4_000} />
      </Field>
      <Field label={t('indicators.reason')}>
        <textarea name="reason" rows={2} maxLength={4_000} />
      </Field>
      <EvidenceField />
    </Dialog>
  );
}
