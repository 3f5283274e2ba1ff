// Opens a dispute, and proposes or completes its decision.
import type { DisputeLine } from '../../../http/routes/disputes.ts';
import { ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { EvidenceField } from '../../components/evidence-field.tsx';
import { t } from '../../language.ts';
import { useSession } from '../../session.ts';

interface Doing {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function OpenDialog({ onDone, onClose }: Doing) {
  const { role } = useSession();
  return (
    <Dialog
      title={t('notices.openDispute')}
      action={t('notices.open')}
      onClose={onClose}
      onDone={async ({ suspend, wrongSince, ...fields }) => {
        const body = {
          ...fields,
          suspend: suspend !== undefined,
          ...(wrongSince === undefined ? {} : { wrongSinceMs: Date.parse(wrongSince) }),
        };
        await ask('/api/disputes', { method: 'POST', body });
        onDone();
      }}
    >
      <Field label={t('notices.indicator')} hint={t('notices.indicatorHint')}>
        <input name="indicator" required spellcheck={false} maxLength={200} />
      </Field>
      {role === 'operator' ? null : (
        <Field label={t('notices.operator')}>
          <input name="operator" required spellcheck={false} maxLength={64} />
        </Field>
      )}
      <Field label={t('notices.ground')} hint={t('notices.groundHint')}>
        <textarea name="ground" rows={3} required maxLength={4_000} />
      </Field>
      <Field label={t('notices.wrongSince')} hint={t('notices.wrongSinceHint')}>
        <input name="wrongSince" type="date" />
      </Field>
      <label class="check">
        <input name="suspend" type="checkbox" /> {t('notices.suspend')}
      </label>
      <EvidenceField />
    </Dialog>
  );
}

export function DecideDialog({ dispute, onDone, onClose }: Doing & { readonly dispute: DisputeLine }) {
  const { id, proposed, ground, step } = dispute;
  return (
    <Dialog
      title={t('notices.decideTitle', { id })}
      action={t('notices.decide')}
      onClose={onClose}
      onDone={async (body) => {
        await ask(`/api/disputes/${id}/decisions`, { method: 'POST', body, ifMatch: String(step) });
        onDone();
      }}
    >
      <p>{ground}</p>
      <p class="hint">
        {proposed === null
          ? t('notices.firstPerson')
          : t('notices.proposedBy', { by: proposed.by, outcome: t(`notices.dispute.${proposed.outcome}`) })}
      </p>
      <Field label={t('notices.outcome')}>
        <select name="outcome" required>
          <option value="upheld">{t('notices.upheldMeans')}</option>
          <option value="rejected" selected={proposed?.outcome === 'rejected'}>
            {t('notices.rejectedMeans')}
          </option>
        </select>
      </Field>
      <Field label={t('notices.reason')}>
        <textarea name="reason" rows={3} required maxLength={4_000} />
      </Field>
    </Dialog>
  );
}
