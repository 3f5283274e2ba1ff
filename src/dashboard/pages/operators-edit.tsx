// Changes what an operator is called, and where and in which language it is reached.
import type { OperatorLine } from '../../http/routes/operators.ts';
import { ask } from '../api.ts';
import { Dialog, Field } from '../components/dialog.tsx';
import { LANGUAGES, t } from '../language.ts';
import { pathTo } from '../router.ts';

export function EditOperator({
  operator: { id, name, contact, language, version },
  onDone,
  onClose,
}: {
  readonly operator: OperatorLine;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const change = async (body: Readonly<Record<string, string>>): Promise<void> => {
    const path = `/api${pathTo('operators', id)}`;
    // Also where somebody else was first: then what it is now is shown.
    await ask(path, { method: 'PUT', body, ifMatch: String(version) }).finally(onDone);
  };
  return (
    <Dialog
      title={t('operators.edit.title', { id })}
      action={t('operators.edit.save')}
      onDone={change}
      onClose={onClose}
    >
      <Field label={t('operators.name')}>
        <input name="name" defaultValue={name ?? ''} maxLength={500} />
      </Field>
      <Field label={t('operators.contact')} hint={t('operators.contact.hint')}>
        <input name="contact" defaultValue={contact ?? ''} maxLength={500} />
      </Field>
      <Field label={t('operators.language')} hint={t('operators.language.hint')}>
        <select name="language">
          {Object.entries(LANGUAGES).map(([tag, own]) => (
            <option key={tag} value={tag} lang={tag} selected={tag === language}>
              {own}
            </option>
          ))}
        </select>
      </Field>
      <p class="hint">
        {t('operators.edit.retention')} <code>flowsieve operator add {id} --retention lce-122=P6M</code>
      </p>
    </Dialog>
  );
}
