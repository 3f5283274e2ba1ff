// An operator's objective grounds to doubt an indicator, recorded for it (L11).
import { ask } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { EvidenceField } from '../../components/evidence-field.tsx';
import { t } from '../../language.ts';
import { type Server, serverText } from './words.ts';

export function DisputeDialog({
  id,
  server,
  operators,
  onChanged,
  onClose,
}: {
  readonly id: string;
  readonly server: Server;
  readonly operators: readonly string[];
  readonly onChanged: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={`${t('indicators.dispute')}: ${serverText(server)}`}
      action={t('indicators.dispute')}
      onClose={onClose}
      onDone={async ({ suspend, ...fields }) => {
        const body = { indicator: id, ...fields, suspend: suspend !== undefined };
        await ask('/api/disputes', { method: 'POST', body });
        onChanged();
      }}
    >
      <p>{t('indicators.disputeHint')}</p>
      <Field label={t('indicators.operator')}>
        <select name="operator">
          {operators.map((operator) => (
            <option key={operator} value={operator}>
              {operator}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('indicators.ground')}>
        <textarea name="ground" rows={3} required maxLength={4_000} />
      </Field>
      <EvidenceField />
      <label class="check">
        <input type="checkbox" name="suspend" value="yes" /> {t('indicators.disputeSuspends')}
      </label>
    </Dialog>
  );
}
