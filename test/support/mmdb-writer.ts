// A minimal writer of MaxMind DB files (maxmind.github.io/MaxMind-DB, version 2.0): a binary tree over the bits of
// addresses, whose leaves point at maps. IPv4 lies below ::/96.
import { type Prefix, parsePrefix } from '../../src/core/prefix.ts';

export type MmdbValue = string | number | { readonly [key: string]: MmdbValue };

/** A branch: a node, a leaf's place in the data section, or nothing. */
type Branch = Node | number | null;
interface Node {
  readonly branches: [Branch, Branch];
}

const MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const SEPARATOR = Buffer.alloc(16);

/** @param entries by prefix; of those within each other the longer counts */
export function writeMmdb(entries: Readonly<Record<string, MmdbValue>>, databaseType = 'Test'): Buffer {
  const root: Node = { branches: [null, null] };
  const data: Buffer[] = [];
  let offset = 0;
  const prefixes = Object.entries(entries).map(([text, value]) => ({ bits: bitsOf(text), value }));
  for (const { bits, value } of prefixes.toSorted((a, b) => a.bits.length - b.bits.length)) {
    insert(root, bits, offset);
    const encoded = encode(value);
    data.push(encoded);
    offset += encoded.length;
  }
  const nodes = inOrder(root);
  const metadata = {
    node_count: nodes.length,
    record_size: 32,
    ip_version: 6,
    database_type: databaseType,
    languages: {},
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_780_000_000,
    description: {},
  };
  return Buffer.concat([treeOf(nodes), SEPARATOR, ...data, MARKER, encode(metadata)]);
}

function bitsOf(text: string): readonly (0 | 1)[] {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new Error(`${text}: ${parsed.problem}`);
  const { family, first, length }: Prefix = parsed.value;
  const bits = first.flatMap((word) =>
    Array.from({ length: 32 }, (_, at) => ((word >>> (31 - at)) & 1) as 0 | 1),
  );
  return [...Array.from({ length: family === 4 ? 96 : 0 }, () => 0 as const), ...bits.slice(0, length)];
}

/** Shorter prefixes come first: a leaf on the way is pushed down. */
function insert(root: Node, bits: readonly (0 | 1)[], leaf: number): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const branch = node.branches[bit];
    const next: Node =
      typeof branch === 'object' && branch !== null ? branch : { branches: [branch, branch] };
    node.branches[bit] = next;
    node = next;
  }
  node.branches[bits.at(-1) as 0 | 1] = leaf;
}

function inOrder(root: Node): readonly Node[] {
  const nodes: Node[] = [root];
  for (const { branches } of nodes) {
    for (const branch of branches) if (typeof branch === 'object' && branch !== null) nodes.push(branch);
  }
  return nodes;
}

function treeOf(nodes: readonly Node[]): Buffer {
  const places = new Map(nodes.map((node, at) => [node, at]));
  const tree = Buffer.alloc(nodes.length * 8);
  nodes.forEach(({ branches }, at) => {
    branches.forEach((branch, side) => {
      const record =
        branch === null
          ? nodes.length
          : typeof branch === 'number'
            ? nodes.length + SEPARATOR.length + branch
            : (places.get(branch) as number);
      tree.writeUInt32BE(record, at * 8 + side * 4);
    });
  });
  return tree;
}

const TYPE = { text: 2, uint32: 6, map: 7 } as const;

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    return Buffer.concat([control(TYPE.text, text.length), text]);
  }
  if (typeof value === 'number') {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(value);
    return Buffer.concat([control(TYPE.uint32, 4), number]);
  }
  const fields = Object.entries(value);
  const encoded = fields.flatMap(([key, inner]) => [encode(key), encode(inner)]);
  return Buffer.concat([control(TYPE.map, fields.length), ...encoded]);
}

/** Sizes up to 28 stand in the control byte, up to 284 in one more. */
function control(type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
}
