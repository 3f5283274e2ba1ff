// Records that an operator has taken note.
import type { NoticeLine } from '../../../http/routes/notices.ts';
import { ask, type Session } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { useSession } from '../../session.ts';

const ANSWERERS: readonly Session['role'][] = ['analyst', 'operator', 'admin'];

export function mayAcknowledge({ role }: Session, { recipient, acknowledgedAtMs }: NoticeLine): boolean {
  return ANSWERERS.includes(role) && recipient === 'operator' && acknowledgedAtMs === null;
}

export function Acknowledge({
  notice: { id, kind, operator, issuedAtMs },
  onDone,
  onClose,
}: {
  readonly notice: NoticeLine;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { role } = useSession();
  return (
    <Dialog
      title={t('notices.acknowledgeTitle', { kind: word('notices.kind', kind) })}
      action={t('notices.acknowledge')}
      onClose={onClose}
      onDone={async (body) => {
        await ask(`/api/notices/${id}/acknowledgement`, { method: 'POST', body });
        onDone();
      }}
    >
      <p>
        {operator}, {instant(issuedAtMs)}
      </p>
      <p>{t(role === 'operator' ? 'notices.acknowledgeOwn' : 'notices.acknowledgeFor', { operator })}</p>
      <Field label={t('notices.how')} hint={t('notices.howHint')}>
        <input name="reason" maxLength={1_000} />
      </Field>
    </Dialog>
  );
}
