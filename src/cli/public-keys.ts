// Public keys given as files.
import { readFileSync } from 'node:fs';
import { FlowSieveError } from '../core/errors.ts';
import { publicKeyId } from '../core/signing-key.ts';

const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** One or several in one file, as `audit key` prints them. @throws FlowSieveError INPUT_UNREADABLE, USAGE */
export function readPublicKeys(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
  const pems = text.match(PEM) ?? [];
  if (pems.length > 0 && pems.every((pem) => publicKeyId(pem) !== null)) return pems;
  throw new FlowSieveError('USAGE', `--public-key ${path}: holds no Ed25519 public key in PEM`);
}
