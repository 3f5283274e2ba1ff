// Proofs as they are handed out: JSON with everything that is needed to check them, but the public key.
import { publicKeyId } from '../core/signing-key.ts';
import { eventLeafHash, type LoggedEvent } from './event-leaf.ts';
import { hashed } from './hashed.ts';
import { signatureFault } from './head-signature.ts';
import { verifyConsistency, verifyInclusion } from './proofs.ts';
import { parseTreeHead, type TreeHeadJson } from './tree-head.ts';

export interface InclusionProof {
  readonly type: 'inclusion-proof';
  readonly event: LoggedEvent;
  /** Hexadecimal, from the leaf's neighbour up. */
  readonly path: readonly string[];
  readonly head: TreeHeadJson;
}

interface Side {
  readonly treeSize: number;
  readonly rootHash: string;
  /** Where one was signed over exactly so many events. */
  readonly head: TreeHeadJson | null;
}

export interface ConsistencyProof {
  readonly type: 'consistency-proof';
  readonly from: Side;
  readonly to: Side;
  readonly proof: readonly string[];
}

export function isProof(value: { readonly type?: unknown }): value is InclusionProof | ConsistencyProof {
  return value.type === 'inclusion-proof' || value.type === 'consistency-proof';
}

/** @param publicKeys PEM @returns what is wrong; empty = it proves what it says */
export function proofFaults(
  proof: InclusionProof | ConsistencyProof,
  publicKeys: readonly string[],
): string[] {
  return proof.type === 'inclusion-proof'
    ? inclusionFaults(proof, publicKeys)
    : consistencyFaults(proof, publicKeys);
}

function inclusionFaults({ event, path, head }: InclusionProof, publicKeys: readonly string[]): string[] {
  const inclusion = verifyInclusion({
    leafHash: hashed(eventLeafHash(event)),
    index: event.sequence - 1,
    size: head.treeSize,
    root: bytes(head.rootHash),
    path: path.map(bytes),
  });
  return [
    ...headFaults(head, publicKeys),
    ...(hashed(inclusion)
      ? []
      : [`event ${event.sequence} as it stands here is not in the tree of the head`]),
  ];
}

function consistencyFaults({ from, to, proof }: ConsistencyProof, publicKeys: readonly string[]): string[] {
  const consistency = verifyConsistency({
    earlier: from.treeSize,
    size: to.treeSize,
    earlierRoot: bytes(from.rootHash),
    root: bytes(to.rootHash),
    proof: proof.map(bytes),
  });
  return [
    ...[from, to].flatMap((side) => sideFaults(side, publicKeys)),
    ...(hashed(consistency)
      ? []
      : [`the tree over ${to.treeSize} events did not grow out of the one over ${from.treeSize}`]),
  ];
}

function sideFaults({ treeSize, rootHash, head }: Side, publicKeys: readonly string[]): string[] {
  if (!head) return [`no head was signed over exactly ${treeSize} events`];
  const isOther = head.treeSize !== treeSize || head.rootHash !== rootHash;
  return [
    ...headFaults(head, publicKeys),
    ...(isOther ? [`the head over ${treeSize} events is of another tree`] : []),
  ];
}

function headFaults(json: TreeHeadJson, publicKeys: readonly string[]): string[] {
  const head = parseTreeHead(json);
  if (!head) return ['its tree head cannot be read'];
  const name = `the head over ${head.treeSize} events`;
  const pem = publicKeys.find((candidate) => publicKeyId(candidate) === head.keyId);
  if (pem === undefined) return [`${name} was signed with the key ${head.keyId}: give its public key`];
  const fault = signatureFault(head, pem);
  return fault === null ? [] : [`${name} ${fault}`];
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}
