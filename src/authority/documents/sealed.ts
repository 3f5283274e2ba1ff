// A document ends with the SHA-256 of the lines before the last one: `head -n -1 FILE | sha256sum` gives it again.
import { createHash, type Hash } from 'node:crypto';
import type { TextSink } from './document.ts';

export class SealedSink implements TextSink {
  private readonly out: TextSink;
  private readonly hash: Hash = createHash('sha256');

  constructor(out: TextSink) {
    this.out = out;
  }

  text(piece: string): void {
    this.hash.update(piece, 'utf8');
    this.out.text(piece);
  }

  /** Writes the last line. @returns the digest, hexadecimal */
  seal(lastLine: (digest: string) => string): string {
    const digest = this.hash.digest('hex');
    this.out.text(`${lastLine(digest)}\n`);
    return digest;
  }
}
