// Text that is written piece by piece, to be sent as a stream.
import type { TextSink } from '../authority/documents/document.ts';

const CHUNK_CHARACTERS = 65_536;

/** As octets outside the heap until it is sent: a document can be long. */
export class TextChunks implements TextSink {
  private readonly chunks: Buffer[] = [];
  private pending: string[] = [];
  private length = 0;

  text(piece: string): void {
    this.pending.push(piece);
    this.length += piece.length;
    if (this.length >= CHUNK_CHARACTERS) this.flush();
  }

  /** All that was written. */
  end(): readonly Buffer[] {
    this.flush();
    return this.chunks;
  }

  private flush(): void {
    if (this.length > 0) this.chunks.push(Buffer.from(this.pending.join(''), 'utf8'));
    this.pending = [];
    this.length = 0;
  }
}
