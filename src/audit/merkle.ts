// The Merkle tree of RFC 6962 § 2.1, over leaves that are never held together: what is asked for are hashes of complete
// subtrees, of which any tree has few that matter. Knows no event and no database, and no hash function: whoever runs it has
// one, Node's that answers at once or the browser's that does so later.

/** Gives the parts of each message that is to be hashed, and is given its SHA-256. */
export type Hashing<T> = Generator<readonly Uint8Array[], T, Uint8Array>;

export const HASH_BYTES = 32;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function* hashLeaf(leaf: Uint8Array): Hashing<Uint8Array> {
  return yield [LEAF, leaf];
}

export function* hashNode(left: Uint8Array, right: Uint8Array): Hashing<Uint8Array> {
  return yield [NODE, left, right];
}

/** The hash of the leaves `[index · 2^level, (index + 1) · 2^level)`, all of which there are; level 0 is a leaf's. */
export type CompleteSubtree = (level: number, index: number) => Uint8Array;

/** The level of the largest complete subtree that `size` leaves (1 or more) hold. No logarithm: it would be rounded. */
function levelWithin(size: number): number {
  let level = 0;
  while (2 ** (level + 1) <= size) level++;
  return level;
}

/** The largest power of two below `size` (2 or more): where a tree is divided. */
export function splitPoint(size: number): number {
  return 2 ** levelWithin(size - 1);
}

/** MTH(D[from:until]) of a range that divisions of a whole tree lead to: `from` is aligned. */
export function* rangeHash(from: number, until: number, subtree: CompleteSubtree): Hashing<Uint8Array> {
  const size = until - from;
  if (size === 0) return yield [];
  const level = levelWithin(size);
  if (2 ** level === size) return subtree(level, from / size);
  const middle = from + 2 ** level;
  const left = subtree(level, from / 2 ** level);
  return yield* hashNode(left, yield* rangeHash(middle, until, subtree));
}

/** MTH(D[n]): of O(log n) subtrees. */
export function treeHash(size: number, subtree: CompleteSubtree): Hashing<Uint8Array> {
  return rangeHash(0, size, subtree);
}

/** The right edge of a growing tree: its complete subtrees, one for each bit of its size. */
export class GrowingTree {
  private count = 0;
  /** By level; where the size has no such bit, the entry means nothing. */
  private readonly edge: Uint8Array[] = [];
  private readonly onComplete: (level: number, index: number, hash: Uint8Array) => void;

  /** @param onComplete each complete subtree, leaves first, as soon as it is one */
  constructor(onComplete: (level: number, index: number, hash: Uint8Array) => void = () => {}) {
    this.onComplete = onComplete;
  }

  get size(): number {
    return this.count;
  }

  /** Goes on from a tree of which only the complete subtrees are known. */
  resume(size: number, subtree: CompleteSubtree): this {
    this.count = size;
    for (const [level, index] of edgeOf(size)) this.edge[level] = subtree(level, index);
    return this;
  }

  *append(leafHash: Uint8Array): Hashing<void> {
    let hash = leafHash;
    let index = this.count++;
    for (let level = 0; ; level++, index = (index - 1) / 2) {
      this.onComplete(level, index, hash);
      if (index % 2 === 0) {
        this.edge[level] = hash;
        return;
      }
      hash = yield* hashNode(this.edge[level] as Uint8Array, hash);
    }
  }

  root(): Hashing<Uint8Array> {
    return treeHash(this.count, (level) => this.edge[level] as Uint8Array);
  }
}

/** The complete subtrees that a tree of this size consists of, the largest first. */
export function edgeOf(size: number): (readonly [level: number, index: number])[] {
  const edge: (readonly [number, number])[] = [];
  for (let from = 0; from < size; ) {
    const level = levelWithin(size - from);
    edge.push([level, from / 2 ** level]);
    from += 2 ** level;
  }
  return edge;
}
