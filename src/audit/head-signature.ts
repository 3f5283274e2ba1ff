// Whether a tree head is signed, by Node's crypto.
import { publicKeyId, verifySignature } from '../core/signing-key.ts';
import { type SignedTreeHead, treeHeadBytes } from './tree-head.ts';

/** @returns what is wrong with the signature; `null` = nothing */
export function signatureFault(head: SignedTreeHead, publicKeyPem: string): string | null {
  const keyId = publicKeyId(publicKeyPem);
  if (keyId !== head.keyId) return `was signed with the key ${head.keyId}, not with ${keyId ?? 'this one'}`;
  return verifySignature(publicKeyPem, treeHeadBytes(head), head.signature)
    ? null
    : 'does not carry a valid signature';
}
