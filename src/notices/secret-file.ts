// Passwords, secrets and certificates that the configuration names by path: read when they are used, so that a replaced
// one counts from the next use on.
import { readFileSync, statSync } from 'node:fs';
import { FlowSieveError } from '../core/errors.ts';

const MAX_FILE_BYTES = 1_048_576;

/** @param key the option that names it @throws FlowSieveError CONFIGURATION */
export function readNamedFile(key: string, path: string): string {
  try {
    const { size } = statSync(path);
    if (size <= MAX_FILE_BYTES) return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('CONFIGURATION', `${key}: ${path}: cannot be read (${code})`, { cause });
  }
  throw new FlowSieveError('CONFIGURATION', `${key}: ${path}: has more than ${MAX_FILE_BYTES} octets`);
}

/** Without the line end that editors leave. @throws FlowSieveError CONFIGURATION */
export function readSecretFile(key: string, path: string): string {
  const secret = readNamedFile(key, path).replace(/\r?\n$/, '');
  if (secret === '') throw new FlowSieveError('CONFIGURATION', `${key}: ${path}: is empty`);
  return secret;
}
