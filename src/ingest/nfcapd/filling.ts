// What a reader puts into a slab: blocks one after another, each with its descriptor.
import { DESCRIPTOR_WORDS, type Slab } from '../slab.ts';
import { BLOCK, COMPRESSIONS, type Compression } from './plan.ts';

/** Blocks begin at such a boundary in the slab. */
const ALIGNMENT = 8;

export class Filling {
  readonly slab: Slab;
  count = 0;
  used = 0;

  constructor(slab: Slab) {
    this.slab = slab;
  }

  get capacity(): number {
    return this.slab.bytes.length;
  }

  get isFull(): boolean {
    return (this.count + 1) * DESCRIPTOR_WORDS > this.slab.descriptors.length;
  }

  add(
    size: number,
    compression: Compression,
    records: number,
    fileOffset: number,
    flags: { isCut?: boolean; isUnpacked?: boolean } = {},
  ): void {
    const words = this.slab.descriptors;
    const base = this.count * DESCRIPTOR_WORDS;
    words[base + BLOCK.offset] = this.used;
    words[base + BLOCK.size] = size;
    words[base + BLOCK.compression] = COMPRESSIONS.indexOf(compression);
    words[base + BLOCK.records] = records;
    words[base + BLOCK.fileOffsetHigh] = Math.floor(fileOffset / 2 ** 32);
    words[base + BLOCK.fileOffsetLow] = fileOffset | 0;
    words[base + BLOCK.cut] = flags.isCut ? 1 : 0;
    words[base + BLOCK.unpacked] = flags.isUnpacked ? 1 : 0;
    this.count++;
    this.used = Math.min(Math.ceil((this.used + size) / ALIGNMENT) * ALIGNMENT, this.capacity);
  }
}
