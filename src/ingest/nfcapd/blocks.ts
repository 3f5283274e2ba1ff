// The blocks of a batch, opened one after another: where their records stand, decompressed if need be.
import { DESCRIPTOR_WORDS, type Slab } from '../slab.ts';
import { decompressBlock, decompressionProblem } from './decompress.ts';
import { BLOCK, COMPRESSIONS, MAX_BLOCK_BYTES } from './plan.ts';

/** Records in view[from, to): valid until the next block is opened. */
export interface OpenBlock {
  readonly view: DataView;
  readonly from: number;
  readonly to: number;
  /** Records announced; ANY_RECORDS = not known. */
  readonly records: number;
  readonly isCut: boolean;
  /** Why there are no records to be had; then `from` is `to`. */
  readonly problem: string | null;
  /** Byte offset in the file of the block, and of the record at `from`; the latter `null` in a compressed block. */
  readonly fileOffset: number;
  readonly isCompressed: boolean;
}

/** Room for a decompressed block, one per thread; the operating system gives only what is touched. */
let scratch: DataView | null = null;

export function openBlock(slab: Slab, number: number): OpenBlock {
  const words = slab.descriptors;
  const word = (name: keyof typeof BLOCK): number => words[number * DESCRIPTOR_WORDS + BLOCK[name]] as number;
  const from = word('offset');
  const to = from + word('size');
  const compression = COMPRESSIONS[word('compression')] ?? 'none';
  const block = {
    view: slab.view,
    from,
    to,
    records: word('records'),
    isCut: word('cut') !== 0,
    problem: null,
    fileOffset: word('fileOffsetHigh') * 2 ** 32 + (word('fileOffsetLow') >>> 0),
    isCompressed: compression !== 'none' || word('unpacked') !== 0,
  };
  if (compression === 'none') return block;
  if (block.isCut) return { ...block, to: from };
  scratch ??= new DataView(new ArrayBuffer(MAX_BLOCK_BYTES));
  const end = decompressBlock(compression, slab.view, from, to, scratch, 0, MAX_BLOCK_BYTES);
  if (end < 0)
    return { ...block, to: from, problem: decompressionProblem(compression, end, MAX_BLOCK_BYTES) };
  return { ...block, view: scratch, from: 0, to: end };
}
