// The certificates of a TLS listener, read from files and tried out together, so that a wrong one is refused before it
// is in use. Read outside the receiver threads.
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsCredentials } from '../live/messages.ts';

/** Paths of PEM files. */
export type CredentialFiles = Readonly<Record<keyof TlsCredentials, string>>;

const FIELDS = ['cert', 'key', 'ca'] as const;
/** A bundle of every public authority has some 230,000 octets. */
const MAX_FILE_BYTES = 1_048_576;

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
  return (
    problemOf({ ca }, `ca: ${files.ca}`, ca) ??
    problemOf({ cert }, `cert: ${files.cert}`, cert) ??
    problemOf({ key }, `key: ${files.key}`, key) ??
    problemOf({ cert, key }, `key: ${files.key}: is not the key of cert ${files.cert}`) ?? { cert, key, ca }
  );
}

/** @param pem of a file by itself: something must stand in it */
function problemOf(
  options: Partial<TlsCredentials>,
  where: string,
  pem?: string,
): { readonly problem: string } | null {
  if (pem !== undefined && !pem.includes('-----BEGIN ')) return { problem: `${where}: is no PEM file` };
  try {
    createSecureContext(options);
    return null;
  } catch (error) {
    return { problem: `${where}: ${(error as Error).message}` };
  }
}
