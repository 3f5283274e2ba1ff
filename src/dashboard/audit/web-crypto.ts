// Hashes and signatures by the browser itself (WebCrypto), so that a check rests on nothing that the server says of itself.
import type { Hashing } from '../../audit/merkle.ts';
import { type SignedTreeHead, treeHeadBytes } from '../../audit/tree-head.ts';
import { bytesOfBase64, hexOf } from '../../core/bytes.ts';

/** Browsers have it on https and on this machine alone. */
export function hasWebCrypto(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

export async function hashedHere<T>(hashing: Hashing<T>): Promise<T> {
  let step = hashing.next();
  while (!step.done) step = hashing.next(await sha256(joined(step.value)));
  return step.value;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `unsupported`: this browser has no Ed25519. */
export type SignatureCheck = 'valid' | 'invalid' | 'unknownKey' | 'unsupported';

/** The first digits of the SHA-256 of the key: src/core/signing-key.ts. */
const KEY_ID_CHARACTERS = 16;

/** Public keys that heads may be signed with. */
export class HeadKeys {
  private readonly keys = new Map<string, Awaited<ReturnType<typeof crypto.subtle.importKey>>>();
  private isSupported = true;

  /** @param pems SPKI. @throws Error where one is none */
  static async of(pems: readonly string[]): Promise<HeadKeys> {
    const keys = new HeadKeys();
    for (const pem of pems) await keys.add(pem);
    return keys;
  }

  async check(head: SignedTreeHead): Promise<SignatureCheck> {
    if (!this.isSupported) return 'unsupported';
    const key = this.keys.get(head.keyId);
    if (!key) return 'unknownKey';
    const signature = new Uint8Array(head.signature);
    const isValid = await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, treeHeadBytes(head));
    return isValid ? 'valid' : 'invalid';
  }

  private async add(pem: string): Promise<void> {
    const der = bytesOfBase64(pem.replace(/-----[^-]+-----|\s/g, ''));
    const id = hexOf(await sha256(der)).slice(0, KEY_ID_CHARACTERS);
    try {
      this.keys.set(id, await crypto.subtle.importKey('spki', der, { name: 'Ed25519' }, false, ['verify']));
    } catch (error) {
      if ((error as Error).name !== 'NotSupportedError') throw error;
      this.isSupported = false;
    }
  }
}
