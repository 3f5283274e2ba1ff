import { createHash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hashed } from '../../src/audit/hashed.ts';
import { type CompleteSubtree, GrowingTree, hashLeaf, treeHash } from '../../src/audit/merkle.ts';
import {
  consistencyProof,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../src/audit/proofs.ts';

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** RFC 6962 § 2.1, word by word, over leaves held together. */
function mth(d: readonly Uint8Array[]): Buffer {
  if (d.length === 0) return sha256();
  if (d.length === 1) return sha256(Uint8Array.of(0), d[0] as Uint8Array);
  const k = largestPowerBelow(d.length);
  return sha256(Uint8Array.of(1), mth(d.slice(0, k)), mth(d.slice(k)));
}

function pathOf(m: number, d: readonly Uint8Array[]): Buffer[] {
  if (d.length <= 1) return [];
  const k = largestPowerBelow(d.length);
  return m < k
    ? [...pathOf(m, d.slice(0, k)), mth(d.slice(k))]
    : [...pathOf(m - k, d.slice(k)), mth(d.slice(0, k))];
}

function subproof(m: number, d: readonly Uint8Array[], isWhole: boolean): Buffer[] {
  if (m === d.length) return isWhole ? [] : [mth(d)];
  const k = largestPowerBelow(d.length);
  if (m <= k) return [...subproof(m, d.slice(0, k), isWhole), mth(d.slice(k))];
  return [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

function largestPowerBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function subtreesOf(d: readonly Uint8Array[]): CompleteSubtree {
  return (level, index) => {
    const leaves = d.slice(index * 2 ** level, (index + 1) * 2 ** level);
    if (leaves.length !== 2 ** level) throw new Error(`there is no complete subtree ${level} ${index}`);
    return mth(leaves);
  };
}

/** The test vectors of Certificate Transparency's implementations (google/certificate-transparency, merkletree tests). */
const VECTOR_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((leaf) => Buffer.from(leaf, 'hex'));
const VECTOR_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('RFC 6962 § 2.1: the tree', () => {
  it.each(VECTOR_ROOTS.map((root, size) => [size, root]))(
    'over the first %s leaves of the known vectors',
    (size, root) => {
      const leaves = VECTOR_LEAVES.slice(0, size as number);
      const tree = new GrowingTree();
      for (const leaf of leaves) hashed(tree.append(hashed(hashLeaf(leaf))));
      expect(hex(hashed(tree.root()))).toBe(root);
      expect(hex(hashed(treeHash(leaves.length, subtreesOf(leaves))))).toBe(root);
    },
  );

  it('of the known vectors has the known proofs', () => {
    const subtree = subtreesOf(VECTOR_LEAVES);
    expect(hashed(inclusionProof(0, 8, subtree)).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hashed(inclusionProof(1, 5, subtree)).map(hex)).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
    expect(hashed(consistencyProof(6, 8, subtree)).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });
});

const SIZES = 70;
const leaves = Array.from({ length: SIZES }, (_, n) => Buffer.from(`leaf ${n}`));

describe('the tree and its naive twin', () => {
  it(`agree on every root, inclusion and consistency up to ${SIZES} leaves`, () => {
    const complete = new Map<string, Uint8Array>();
    const tree = new GrowingTree((level, index, hash) => complete.set(`${level} ${index}`, hash));
    const subtree: CompleteSubtree = (level, index) => complete.get(`${level} ${index}`) as Uint8Array;
    const roots = [hashed(tree.root())];
    for (let size = 1; size <= SIZES; size++) {
      hashed(tree.append(hashed(hashLeaf(leaves[size - 1] as Buffer))));
      const d = leaves.slice(0, size);
      const root = hashed(tree.root());
      roots.push(root);
      expect(root).toEqual(mth(d));
      for (let m = 0; m < size; m++) {
        const path = hashed(inclusionProof(m, size, subtree));
        expect(path.map(hex)).toEqual(pathOf(m, d).map(hex));
        const leafHash = hashed(hashLeaf(leaves[m] as Buffer));
        expect(hashed(verifyInclusion({ leafHash, index: m, size, root, path }))).toBe(true);
      }
      for (let m = 1; m <= size; m++) {
        const proof = hashed(consistencyProof(m, size, subtree));
        expect(proof.map(hex)).toEqual(subproof(m, d, true).map(hex));
        const earlierRoot = roots[m] as Uint8Array;
        expect(hashed(verifyConsistency({ earlier: m, size, earlierRoot, root, proof }))).toBe(true);
      }
    }
  });

  it('goes on from complete subtrees alone', () => {
    for (let size = 0; size < SIZES; size++) {
      const tree = new GrowingTree().resume(size, subtreesOf(leaves));
      hashed(tree.append(hashed(hashLeaf(leaves[size] as Buffer))));
      expect(hashed(tree.root())).toEqual(mth(leaves.slice(0, size + 1)));
    }
  });

  it('hashes a tree of ten million leaves from no more than a few subtrees', () => {
    let asked = 0;
    hashed(
      treeHash(10_000_000, () => {
        asked++;
        return Buffer.alloc(32);
      }),
    );
    expect(asked).toBeLessThanOrEqual(24);
  });

  it('divides rightly where a logarithm would be rounded', () => {
    const levels: number[] = [];
    hashed(
      treeHash(2 ** 50 - 1, (level) => {
        levels.push(level);
        return Buffer.alloc(32);
      }),
    );
    expect(levels).toEqual(Array.from({ length: 50 }, (_, n) => 49 - n));
  });
});

describe('a proof', () => {
  const subtree = subtreesOf(leaves);
  const flipped = (bytes: Uint8Array, bit: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return copy;
  };

  test.prop([fc.nat(), fc.nat(), fc.nat(), fc.nat(255)], { seed: 20_260_625, numRuns: 300 })(
    'of inclusion that is changed in any bit, place, size or length does not hold',
    (a, b, c, bit) => {
      const size = 1 + (a % SIZES);
      const index = b % size;
      const path = hashed(inclusionProof(index, size, subtree));
      const sound = {
        leafHash: hashed(hashLeaf(leaves[index] as Buffer)),
        index,
        size,
        root: mth(leaves.slice(0, size)),
        path,
      };
      expect(hashed(verifyInclusion(sound))).toBe(true);
      expect(hashed(verifyInclusion({ ...sound, leafHash: flipped(sound.leafHash, bit) }))).toBe(false);
      expect(hashed(verifyInclusion({ ...sound, root: flipped(sound.root, bit) }))).toBe(false);
      expect(hashed(verifyInclusion({ ...sound, index: size }))).toBe(false);
      expect(hashed(verifyInclusion({ ...sound, path: [...path, sound.root] }))).toBe(false);
      if (path.length === 0) return;
      expect(hashed(verifyInclusion({ ...sound, path: path.slice(1) }))).toBe(false);
      const at = c % path.length;
      expect(
        hashed(verifyInclusion({ ...sound, path: path.with(at, flipped(path[at] as Uint8Array, bit)) })),
      ).toBe(false);
      const other = (index + 1 + (c % (size - 1))) % size;
      if (other !== index) expect(hashed(verifyInclusion({ ...sound, index: other }))).toBe(false);
    },
  );

  test.prop([fc.nat(), fc.nat(), fc.nat(), fc.nat(255)], { seed: 20_260_625, numRuns: 300 })(
    'of consistency that is changed in any bit, size or length does not hold',
    (a, b, c, bit) => {
      const size = 1 + (a % SIZES);
      const earlier = 1 + (b % size);
      const proof = hashed(consistencyProof(earlier, size, subtree));
      const roots = { earlierRoot: mth(leaves.slice(0, earlier)), root: mth(leaves.slice(0, size)) };
      const sound = { earlier, size, ...roots, proof };
      expect(hashed(verifyConsistency(sound))).toBe(true);
      expect(hashed(verifyConsistency({ ...sound, earlierRoot: flipped(roots.earlierRoot, bit) }))).toBe(
        false,
      );
      expect(hashed(verifyConsistency({ ...sound, root: flipped(roots.root, bit) }))).toBe(false);
      expect(hashed(verifyConsistency({ ...sound, earlier: 0 }))).toBe(false);
      expect(hashed(verifyConsistency({ ...sound, earlier: size + 1 }))).toBe(false);
      expect(hashed(verifyConsistency({ ...sound, proof: [...proof, roots.root] }))).toBe(false);
      if (proof.length === 0) return;
      expect(hashed(verifyConsistency({ ...sound, proof: proof.slice(1) }))).toBe(false);
      const at = c % proof.length;
      expect(
        hashed(verifyConsistency({ ...sound, proof: proof.with(at, flipped(proof[at] as Uint8Array, bit)) })),
      ).toBe(false);
    },
  );
});
