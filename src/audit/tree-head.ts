// Signed tree heads: what the log held at one moment, in 50 octets (RFC 6962 § 3.5) signed with Ed25519. They are worth
// what their copies outside are worth: a log that is cut off is found out by a head that it cannot have forgotten.
import { publicKeyId, verifySignature } from '../core/signing-key.ts';
import { HASH_BYTES } from './merkle.ts';

export interface TreeHead {
  /** Events covered: those with sequence 1 to this. */
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  /** Epoch ms. */
  readonly timestampMs: number;
}

export interface SignedTreeHead extends TreeHead {
  /** Of the key that signed it. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** What signs: `SigningKey` does. */
export interface Signer {
  readonly keyId: string;
  sign(bytes: Uint8Array): Uint8Array;
}

/** RFC 6962 § 3.5: version v1, signature type tree_hash. */
const V1_TREE_HASH = 0x0001;
const SIGNED_BYTES = 2 + 8 + 8 + HASH_BYTES;

/** The TreeHeadSignature of RFC 6962. It begins with a zero octet: nothing else that the key signs does. */
function signedBytes({ treeSize, rootHash, timestampMs }: TreeHead): Buffer {
  const bytes = Buffer.alloc(SIGNED_BYTES);
  bytes.writeUInt16BE(V1_TREE_HASH, 0);
  bytes.writeBigUInt64BE(BigInt(timestampMs), 2);
  bytes.writeBigUInt64BE(BigInt(treeSize), 10);
  bytes.set(rootHash, 18);
  return bytes;
}

export function signTreeHead(head: TreeHead, signer: Signer): SignedTreeHead {
  return { ...head, keyId: signer.keyId, signature: signer.sign(signedBytes(head)) };
}

/** @returns what is wrong with the signature; `null` = nothing */
export function signatureFault(head: SignedTreeHead, publicKeyPem: string): string | null {
  const keyId = publicKeyId(publicKeyPem);
  if (keyId !== head.keyId) return `was signed with the key ${head.keyId}, not with ${keyId ?? 'this one'}`;
  return verifySignature(publicKeyPem, signedBytes(head), head.signature)
    ? null
    : 'does not carry a valid signature';
}

/** A head as it stands in files and output. */
export interface TreeHeadJson {
  readonly type: 'tree-head';
  readonly treeSize: number;
  /** Hexadecimal. */
  readonly rootHash: string;
  readonly timestampMs: number;
  readonly keyId: string;
  /** Base64. */
  readonly signature: string;
}

export function treeHeadJson(head: SignedTreeHead): TreeHeadJson {
  return {
    type: 'tree-head',
    treeSize: head.treeSize,
    rootHash: Buffer.from(head.rootHash).toString('hex'),
    timestampMs: head.timestampMs,
    keyId: head.keyId,
    signature: Buffer.from(head.signature).toString('base64'),
  };
}

const ROOT = /^[0-9a-f]{64}$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** `null` = it is no signed head. */
export function parseTreeHead(value: unknown): SignedTreeHead | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, treeSize, rootHash, timestampMs, keyId, signature } = value as Partial<TreeHeadJson>;
  if (type !== 'tree-head' || typeof keyId !== 'string') return null;
  if (!isCount(treeSize) || !isCount(timestampMs)) return null;
  if (typeof rootHash !== 'string' || !ROOT.test(rootHash)) return null;
  if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return null;
  return {
    treeSize,
    rootHash: Buffer.from(rootHash, 'hex'),
    timestampMs,
    keyId,
    signature: Buffer.from(signature, 'base64'),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
