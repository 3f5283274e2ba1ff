// Evidence is kept elsewhere: its SHA-256 is recorded. A file is digested here, in the browser, and never sent.
import { useRef, useState } from 'preact/hooks';
import { hexOf } from '../../core/bytes.ts';
import { count } from '../format.ts';
import { t } from '../language.ts';
import { Field } from './dialog.tsx';

/** Browsers digest what is in memory as a whole. */
const MOST_MIB = 512;
const MIB = 2 ** 20;

/** Gives the form's field `evidence`; a form is not sent while a file that was chosen has no digest. */
export function EvidenceField() {
  const [digest, setDigest] = useState('');
  const [isUnread, setUnread] = useState(false);
  const chosen = useRef<File | undefined>(undefined);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    chosen.current = file;
    setDigest('');
    setUnread(false);
    input.setCustomValidity(file ? t('evidence.working') : '');
    if (!file) return;
    const made = file.size > MOST_MIB * MIB ? null : await sha256(file).catch(() => null);
    if (chosen.current !== file) return;
    input.setCustomValidity('');
    setDigest(made ?? '');
    setUnread(made === null);
    if (made === null) input.value = '';
  };
  // Browsers digest only where nobody listens in: TLS, or this machine.
  const mayDigest = globalThis.isSecureContext;
  return (
    <>
      {mayDigest ? (
        <Field label={t('evidence.file')} hint={t('evidence.hint')}>
          <input type="file" onChange={(event) => void take(event.currentTarget)} />
        </Field>
      ) : null}
      {isUnread ? (
        <p class="problem" role="alert">
          {t('evidence.unread', { most: count(MOST_MIB) })}
        </p>
      ) : null}
      <Field label={t('evidence.digest')}>
        <input
          name="evidence"
          value={digest}
          spellcheck={false}
          pattern="[0-9a-fA-F]{64}"
          onInput={(event) => setDigest(event.currentTarget.value)}
        />
      </Field>
    </>
  );
}

/** @throws DOMException where the file can't be read */
async function sha256(file: File): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
}
