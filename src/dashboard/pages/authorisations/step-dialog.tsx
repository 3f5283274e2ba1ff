// Ends, approves or confirms an authorisation, as it was seen.
import { ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { EvidenceField } from '../../components/evidence-field.tsx';
import { t } from '../../language.ts';

export type StepKind = 'end' | 'approve' | 'confirm';

export function StepDialog({
  reference,
  kind,
  seen,
  onDone,
  onClose,
}: {
  readonly reference: string;
  readonly kind: StepKind;
  readonly seen: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={`${t(`authorisations.step.${kind}`)}: ${reference}`}
      action={t(`authorisations.step.${kind}`)}
      onClose={onClose}
      onDone={async (fields) => {
        const path = `/api/authorisations/${encodeURIComponent(reference)}/steps`;
        await ask(path, { method: 'POST', body: { kind, ...fields }, ifMatch: String(seen) });
        onDone();
      }}
    >
      <p>{t(`authorisations.stepHint.${kind}`)}</p>
      <Field label={t('authorisations.reason')}>
        <textarea name="reason" rows={3} required={kind === 'end'} maxLength={4_000} />
      </Field>
      <EvidenceField />
    </Dialog>
  );
}
