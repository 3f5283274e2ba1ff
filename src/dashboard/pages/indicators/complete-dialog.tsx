// Completes or corrects a proposal: a field for each thing that is missing, and one for anything else.
import type { IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { t } from '../../language.ts';
import { asSeen, type Changing } from './step-dialog.tsx';
import { serverText } from './words.ts';

export function CompleteDialog({
  shown,
  onChanged,
  onClose,
}: Pick<Changing, 'onChanged' | 'onClose'> & { readonly shown: IndicatorAnswer }) {
  const { id, step, missing, proposal } = shown;
  return (
    <Dialog
      title={`${t('indicators.complete')}: ${serverText(shown)}`}
      action={t('indicators.complete')}
      onClose={onClose}
      onDone={async ({ otherField, otherValue, reason, ...set }) => {
        const all = otherField === undefined ? set : { ...set, [otherField]: otherValue ?? '' };
        const body = { set: all, reason, version: proposal?.version };
        const path = `/api/indicators/${encodeURIComponent(id)}/complete`;
        await asSeen(ask(path, { method: 'POST', body, ifMatch: String(step) }), onChanged);
        onChanged();
      }}
    >
      <p>{t('indicators.completeHint')}</p>
      {missing.map(({ field, rule, message }) => (
        <Field key={field} label={`${field} (${rule})`} hint={message}>
          <input name={field} maxLength={4_000} spellcheck={false} />
        </Field>
      ))}
      <fieldset>
        <legend>{t('indicators.otherField')}</legend>
        <Field label={t('indicators.field')} hint={t('indicators.fieldHint')}>
          <input name="otherField" maxLength={300} spellcheck={false} />
        </Field>
        <Field label={t('indicators.value')} hint={t('indicators.valueHint')}>
          <input name="otherValue" maxLength={4_000} />
        </Field>
      </fieldset>
      <Field label={t('indicators.reason')}>
        <textarea name="reason" rows={2} maxLength={4_000} />
      </Field>
    </Dialog>
  );
}
