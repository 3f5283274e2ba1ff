// The certificates of a TLS listener, read from files and tried out together, so that a wrong one is refused before it
// is in use. Read outside the receiver threads.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsCredentials } from '../live/messages.ts';

/** Paths of PEM files. */
export type CredentialFiles = Readonly<Record<keyof TlsCredentials, string>>;
type KeyPair = Pick<CredentialFiles, 'cert' | 'key'>;

/** A bundle of every public authority has some 230,000 octets. */
const MAX_FILE_BYTES = 1_048_576;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** @returns what can be used, or what is wrong, naming field and file */
export function readCredentials(files: CredentialFiles): TlsCredentials | { readonly problem: string } {
  const pair = readKeyPair(files);
  if ('problem' in pair) return pair;
  const ca = readPem('ca', files.ca);
  if (typeof ca !== 'string') return ca;
  return problemOf(`ca: ${files.ca}`, () => readCertificates(ca)) ?? { ...pair, ca };
}

/** As readCredentials, where clients show no certificate. */
export function readKeyPair(files: KeyPair): KeyPair | { readonly problem: string } {
  const cert = readPem('cert', files.cert);
  if (typeof cert !== 'string') return cert;
  const key = readPem('key', files.key);
  if (typeof key !== 'string') return key;
  const problem =
    problemOf(`cert: ${files.cert}`, () => readCertificates(cert)) ??
    problemOf(`key: ${files.key}`, () => createPrivateKey(key)) ??
    problemOf(`key: ${files.key}: does not go with cert ${files.cert}`, () =>
      createSecureContext({ cert, key }),
    );
  return problem ?? { cert, key };
}

function readPem(field: string, path: string): string | { readonly problem: string } {
  const at = `${field}: ${path}`;
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES)
      return { problem: `${at}: has ${size} octets, at most ${MAX_FILE_BYTES} are read` };
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { problem: `${at}: cannot be read: ${(error as Error).message}` };
  }
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
