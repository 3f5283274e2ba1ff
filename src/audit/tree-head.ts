// Signed tree heads: what the log held at one moment, in 50 octets (RFC 6962 § 3.5) signed with Ed25519. They are worth
// what their copies outside are worth: a log that is cut off is found out by a head that it cannot have forgotten.
import { base64Of, bytesOfBase64, bytesOfHex, hexOf } from '../core/bytes.ts';
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
export function treeHeadBytes({ treeSize, rootHash, timestampMs }: TreeHead): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SIGNED_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, V1_TREE_HASH);
  view.setBigUint64(2, BigInt(timestampMs));
  view.setBigUint64(10, BigInt(treeSize));
  bytes.set(rootHash, 18);
  return bytes;
}

export function signTreeHead(head: TreeHead, signer: Signer): SignedTreeHead {
  return { ...head, keyId: signer.keyId, signature: signer.sign(treeHeadBytes(head)) };
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
    rootHash: hexOf(head.rootHash),
    timestampMs: head.timestampMs,
    keyId: head.keyId,
    signature: base64Of(head.signature),
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
    rootHash: bytesOfHex(rootHash),
    timestampMs,
    keyId,
    signature: bytesOfBase64(signature),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
