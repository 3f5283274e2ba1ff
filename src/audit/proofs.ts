// Proofs of RFC 6962 § 2.1: that a leaf is in a tree (§ 2.1.1), and that a tree grew out of an earlier one (§ 2.1.2).
// They are checked as RFC 9162 § 2.1.3.2 and § 2.1.4.2 write it out for the same trees.
import { equalBytes } from '../core/bytes.ts';
import { type CompleteSubtree, type Hashing, hashNode, rangeHash, splitPoint } from './merkle.ts';

/** PATH(index, D[size]), from the leaf's neighbour up. Leaves are counted from 0. */
export function* inclusionProof(
  index: number,
  size: number,
  subtree: CompleteSubtree,
): Hashing<Uint8Array[]> {
  const path: Uint8Array[] = [];
  let [from, until] = [0, size];
  while (until - from > 1) {
    const middle = from + splitPoint(until - from);
    if (index < middle) {
      path.push(yield* rangeHash(middle, until, subtree));
      until = middle;
    } else {
      path.push(yield* rangeHash(from, middle, subtree));
      from = middle;
    }
  }
  return path.reverse();
}

/** PROOF(earlier, D[size]); 0 < earlier ≤ size. */
export function* consistencyProof(
  earlier: number,
  size: number,
  subtree: CompleteSubtree,
): Hashing<Uint8Array[]> {
  const proof: Uint8Array[] = [];
  let [from, until] = [0, size];
  while (earlier < until) {
    const middle = from + splitPoint(until - from);
    if (earlier <= middle) {
      proof.push(yield* rangeHash(middle, until, subtree));
      until = middle;
    } else {
      proof.push(yield* rangeHash(from, middle, subtree));
      from = middle;
    }
  }
  // The earlier tree as a whole is known to whoever checks.
  if (from > 0) proof.push(yield* rangeHash(from, until, subtree));
  return proof.reverse();
}

export interface Inclusion {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

export function* verifyInclusion({ leafHash, index, size, root, path }: Inclusion): Hashing<boolean> {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  let [fn, sn] = [index, size - 1];
  let hash = leafHash;
  for (const neighbour of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = yield* hashNode(neighbour, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = yield* hashNode(hash, neighbour);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalBytes(hash, root);
}

export interface Consistency {
  readonly earlier: number;
  readonly size: number;
  readonly earlierRoot: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export function* verifyConsistency(given: Consistency): Hashing<boolean> {
  const { earlier, size, earlierRoot, root, proof } = given;
  if (!isCount(earlier) || !isCount(size) || earlier < 1 || earlier > size) return false;
  if (earlier === size) return proof.length === 0 && equalBytes(earlierRoot, root);
  const hashes = isPowerOfTwo(earlier) ? [earlierRoot, ...proof] : [...proof];
  let [fn, sn] = [earlier - 1, size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const first = hashes.shift();
  if (first === undefined) return false;
  let [fr, sr] = [first, first];
  for (const hash of hashes) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = yield* hashNode(hash, fr);
      sr = yield* hashNode(hash, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = yield* hashNode(sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalBytes(fr, earlierRoot) && equalBytes(sr, root);
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || (n % 2 === 0 && isPowerOfTwo(n / 2));
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
