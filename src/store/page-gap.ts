// The unused middle of a page of SQLite's b-trees (https://sqlite.org/fileformat2.html § 1.6), where copies of moved rows
// stay behind. Pure: knows no file.

/** Bytes before the page header on the first page. */
const FILE_HEADER_BYTES = 100;
/** Interior and leaf pages, of indexes and tables. */
const LEAF_TYPES: readonly number[] = [10, 13];
const INTERIOR_TYPES: readonly number[] = [2, 5];
const LEAF_HEADER_BYTES = 8;
const INTERIOR_HEADER_BYTES = 12;
const MAX_PAGE_BYTES = 65_536;

/**
 * From there on, the number of a following page, with which other pages begin, could be taken for a b-tree's type.
 * With pages of 4 KiB that is 128 GiB.
 */
export const MAX_PAGES = INTERIOR_TYPES[0]! * 2 ** 24;

export interface Gap {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Between the list of cells and the first cell; `null` = it is no page of a b-tree. @param usable bytes of the page */
export function gapOf(page: Buffer, isFirst: boolean, usable: number): Gap | null {
  const at = isFirst ? FILE_HEADER_BYTES : 0;
  const type = page[at] as number;
  const isLeaf = LEAF_TYPES.includes(type);
  if (!isLeaf && !INTERIOR_TYPES.includes(type)) return null;
  const cells = page.readUInt16BE(at + 3);
  const list = at + (isLeaf ? LEAF_HEADER_BYTES : INTERIOR_HEADER_BYTES);
  const from = list + 2 * cells;
  const to = page.readUInt16BE(at + 5) || MAX_PAGE_BYTES;
  if (from > to || to > usable) return null;
  for (let cell = list; cell < from; cell += 2) {
    const place = page.readUInt16BE(cell);
    if (place < to || place >= usable) return null;
  }
  return { from, to };
}

const ZEROS = Buffer.alloc(MAX_PAGE_BYTES);

export function isClean(page: Buffer, { from, to }: Gap): boolean {
  return page.compare(ZEROS, 0, to - from, from, to) === 0;
}
