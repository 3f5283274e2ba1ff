// A document in one of its formats, piece by piece, and its seal.
import { FLOWSPEC } from './block-formats/flowspec.ts';
import { writeBlockList } from './block-formats/format.ts';
import { NFTABLES } from './block-formats/nftables.ts';
import { PLAIN } from './block-formats/plain.ts';
import { RPZ } from './block-formats/rpz.ts';
import type { BlockFormat, BlockList } from './block-list.ts';
import type { Document, TextSink } from './document.ts';
import { writeJson } from './json.ts';
import type { BLOCK_FORMATS, DocumentFormat } from './kinds.ts';
import { writeMarkdown } from './markdown.ts';
import { SealedSink } from './sealed.ts';

const BLOCK: Readonly<Record<(typeof BLOCK_FORMATS)[number], BlockFormat>> = {
  plain: PLAIN,
  nftables: NFTABLES,
  rpz: RPZ,
  flowspec: FLOWSPEC,
};

/**
 * @param format only a block list is written otherwise than as Markdown or JSON
 * @returns the SHA-256 of all but the last line, hexadecimal, which the last line holds
 */
export function writeDocument(made: Document | BlockList, format: DocumentFormat, out: TextSink): string {
  const sealed = new SealedSink(out);
  const document = 'document' in made ? made.document : made;
  if (format === 'json') {
    writeJson(document, sealed);
    return sealed.seal((digest) => `"sha256":"${digest}"}`);
  }
  if (format === 'markdown') {
    writeMarkdown(document, sealed);
    sealed.text('\n');
    return sealed.seal((digest) => `SHA-256 of the lines above: ${digest}`);
  }
  if (!('entries' in made)) throw new Error(`a ${document.head.kind} is not written as ${format}`);
  writeBlockList(made, BLOCK[format], sealed);
  return sealed.seal((digest) => `${BLOCK[format].comment} SHA-256 of the lines above: ${digest}`);
}
