// Evidence is kept elsewhere: its SHA-256 is recorded. A file is digested here, in the browser, and never sent.
import { useState } from 'preact/hooks';
import { t } from '../language.ts';
import { Field } from './dialog.tsx';

/** Gives the form's field `evidence`. */
export function EvidenceField() {
  const [digest, setDigest] = useState('');
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    setDigest([...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  };
  // Browsers digest only where nobody listens in: TLS, or this machine.
  const mayDigest = globalThis.isSecureContext;
  return (
    <>
      {mayDigest ? (
        <Field label={t('evidence.file')} hint={t('evidence.hint')}>
          <input type="file" onChange={(event) => void take(event.currentTarget.files?.[0])} />
        </Field>
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
