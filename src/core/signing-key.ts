// The key that notices and the audit log's heads are signed with: Ed25519 (RFC 8032), PKCS#8 PEM in a file of its own.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { FlowSieveError } from './errors.ts';

/** An Ed25519 key in PEM has some 120 octets. */
const MAX_FILE_BYTES = 4_096;
const KEY_ID_CHARACTERS = 16;

export class SigningKey {
  /** SPKI PEM, ending in a line feed. */
  readonly publicKeyPem: string;
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  private readonly key: KeyObject;

  private constructor(key: KeyObject) {
    this.key = key;
    const publicKey = createPublicKey(key);
    this.publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.keyId = keyIdOf(publicKey);
  }

  /**
   * Makes the file, readable to its owner alone, where there is none. Of two processes that do so at once, both go on with
   * the key of the first.
   * @throws FlowSieveError KEY
   */
  static open(path: string): SigningKey {
    try {
      return new SigningKey(readKey(path) ?? makeKey(path));
    } catch (cause) {
      if (cause instanceof FlowSieveError) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new FlowSieveError('KEY', `${path}: the signing key cannot be used (${code ?? message})`, {
        cause,
      });
    }
  }

  /** 64 octets. */
  sign(bytes: Uint8Array): Buffer {
    return sign(null, bytes, this.key);
  }
}

/** False also where the key is none. */
export function verifySignature(publicKeyPem: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = publicKeyOf(publicKeyPem);
  return key !== null && verify(null, bytes, key, signature);
}

/** `null` = it is no Ed25519 public key in PEM. */
export function publicKeyId(publicKeyPem: string): string | null {
  const key = publicKeyOf(publicKeyPem);
  return key === null ? null : keyIdOf(key);
}

/** RFC 8037. @throws Error where it is no Ed25519 public key */
export function publicKeyJwk(publicKeyPem: string): { kty: 'OKP'; crv: 'Ed25519'; x: string } {
  const jwk = publicKeyOf(publicKeyPem)?.export({ format: 'jwk' });
  if (!jwk?.x) throw new Error('not an Ed25519 public key');
  return { kty: 'OKP', crv: 'Ed25519', x: jwk.x };
}

function publicKeyOf(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

function keyIdOf(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' })).slice(0, KEY_ID_CHARACTERS);
}

/** @returns null where there is no such file */
function readKey(path: string): KeyObject | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { mode, size } = fstatSync(file);
    if ((mode & 0o077) !== 0) throw refused(path, 'others than its owner may use it: chmod 600 it');
    if (size > MAX_FILE_BYTES) throw refused(path, `has ${size} octets: a key has at most ${MAX_FILE_BYTES}`);
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw refused(path, `is ${key.asymmetricKeyType}, not Ed25519`);
    return key;
  } finally {
    closeSync(file);
  }
}

/** Written aside, then given its name in one step that fails where the name is taken. */
function makeKey(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeDurably(aside, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    linkSync(aside, path);
    syncFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  const key = readKey(path);
  if (!key) throw refused(path, 'was removed while it was made');
  return key;
}

function writeDurably(path: string, content: string | Buffer): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function refused(path: string, why: string): FlowSieveError {
  return new FlowSieveError('KEY', `${path}: the signing key ${why}`);
}
