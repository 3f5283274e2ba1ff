// A compressed source seen as what it holds: hands out what its decoder yields, chunk by chunk.
import type { ByteSource } from '../byte-source.ts';

/** Yields decompressed pieces, each valid until the next is asked for; throws DamagedInput after the last good one. */
export type Chunks = AsyncGenerator<Uint8Array, void, void>;

export class DecompressedSource implements ByteSource {
  private readonly compressed: ByteSource;
  private readonly chunks: Chunks;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(compressed: ByteSource, chunks: Chunks) {
    this.compressed = compressed;
    this.chunks = chunks;
  }

  get name(): string {
    return this.compressed.name;
  }

  get totalBytes(): number | null {
    return this.compressed.totalBytes;
  }

  get consumedBytes(): number {
    return this.compressed.consumedBytes;
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.rest.length > 0 ? this.take(into) : this.pull(into);
  }

  async close(): Promise<void> {
    await this.chunks.return();
    await this.compressed.close();
  }

  private async pull(into: Uint8Array): Promise<number> {
    while (this.rest.length === 0) {
      const next = await this.chunks.next();
      if (next.done) return 0;
      this.rest = next.value;
    }
    return this.take(into);
  }

  private take(into: Uint8Array): number {
    const length = Math.min(this.rest.length, into.length);
    into.set(this.rest.subarray(0, length));
    this.rest = this.rest.subarray(length);
    return length;
  }
}
