// The bounds of a prefix as the database holds them.

/** IPv4 as a number, IPv6 as sixteen bytes. */
export function storedWords(words: readonly number[]): number | Buffer {
  if (words.length === 1) return words[0] as number;
  const bytes = Buffer.alloc(16);
  for (const [at, word] of words.entries()) bytes.writeUInt32BE(word, at * 4);
  return bytes;
}

export function wordsOf(stored: number | Uint8Array): readonly number[] {
  if (typeof stored === 'number') return [stored];
  const view = new DataView(stored.buffer, stored.byteOffset, 16);
  return [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
}
