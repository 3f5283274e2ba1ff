// Runs `flowsieve notice verify`: as an operator would, with nothing but the files.
import { readFileSync, statSync } from 'node:fs';
import { FlowSieveError } from '../core/errors.ts';
import { publicKeyId, verifySignature } from '../core/signing-key.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import type { VerifyOptions } from './notice.ts';

/** The largest notice has some two million octets. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const SIGNATURE_BYTES = 64;

/** @returns the exit status */
export function verifyNotice(
  file: string,
  { publicKey, signature: signatureFile = `${file}.sig` }: VerifyOptions,
  { json }: GlobalOptions,
): number {
  const pem = read(publicKey).toString('utf8');
  const key = publicKeyId(pem);
  if (key === null)
    throw new FlowSieveError('USAGE', `--public-key ${publicKey}: is no Ed25519 public key in PEM`);
  const body = read(file);
  const isGenuine = verifySignature(pem, body, signatureIn(read(signatureFile)));
  if (json) print(JSON.stringify({ file, key, genuine: isGenuine }));
  else if (isGenuine) print(`${file}: genuine, signed by the key ${key}`);
  else log(`${file}: NOT genuine: the signature does not go with this file and the key ${key}`);
  return isGenuine ? EXIT.done : EXIT.failed;
}

/** As octets, or in base64 as a webhook's header has it. */
function signatureIn(content: Buffer): Buffer {
  return content.length === SIGNATURE_BYTES
    ? content
    : Buffer.from(content.toString('latin1').trim(), 'base64');
}

function read(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size <= MAX_FILE_BYTES) return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: cannot be read (${code})`, { cause });
  }
  throw new FlowSieveError('INPUT_UNREADABLE', `${path}: has more than ${MAX_FILE_BYTES} octets`);
}
