// The certificates of a TLS listener, read from files and tried out together, so that a wrong one is refused before it
// is in use. Read outside the receiver threads.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsCredentials } from '../live/messages.ts';

/** Paths of PEM files. */
export type CredentialFiles = Readonly<Record<keyof TlsCredentials, string>>;

const FIELDS = ['cert', 'key', 'ca'] as const;
/** A bundle of every public authority has some 230,000 octets. */
const MAX_FILE_BYTES = 1_048_576;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** @returns what can be used, or what is wrong, naming field and file */
export function readCredentials(files: CredentialFiles): TlsCredentials | { readonly problem: string } {
  const read: Partial<Record<keyof TlsCredentials, string>> = {};
  for (const field of FIELDS) {
    const at = `${field}: ${files[field]}`;
    try {
      const { size } = statSync(files[field]);
      if (size > MAX_FILE_BYTES)
        return { problem: `${at}: has ${size} octets, at most ${MAX_FILE_BYTES} are read` };
      read[field] = readFileSync(files[field], 'utf8');
    } catch (error) {
      return { problem: `${at}: cannot be read: ${(error as Error).message}` };
    }
  }
  const { cert, key, ca } = read as TlsCredentials;
  const problem =
    problemOf(`ca: ${files.ca}`, () => readCertificates(ca)) ??
    problemOf(`cert: ${files.cert}`, () => readCertificates(cert)) ??
    problemOf(`key: ${files.key}`, () => createPrivateKey(key)) ??
    problemOf(`key: ${files.key}: does not go with cert ${files.cert}`, () =>
      createSecureContext({ cert, key }),
    );
  return problem ?? { cert, key, ca };
}

/** OpenSSL would pass over those of an authority that it cannot read. */
function readCertificates(pem: string): void {
  const certificates = pem.match(CERTIFICATE);
  if (!certificates) throw new Error('holds no certificate in PEM');
  for (const certificate of certificates) new X509Certificate(certificate);
}

function problemOf(where: string, use: () => unknown): { readonly problem: string } | null {
  try {
    use();
    return null;
  } catch (error) {
    return { problem: `${where}: ${(error as Error).message}` };
  }
}
