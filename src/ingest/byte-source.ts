// The bytes of an input, already decompressed, in order. Readers see nothing else of a file.

/** A stream of bytes, decompressed, from a file or standard input. */
export interface ByteSource {
  /** Name for messages: the path as given, or `<stdin>`. */
  readonly name: string;
  /** Bytes of the underlying file, compressed; null for a pipe. For progress. */
  readonly totalBytes: number | null;
  /** Bytes of the underlying file consumed so far. */
  readonly consumedBytes: number;
  /**
   * Reads up to `into.length` bytes; 0 = end. Plain files answer at once, without a promise. `into` may be shared memory.
   * Compressed input that is damaged gives all that can be had before it throws `DamagedInput`.
   */
  read(into: Uint8Array): number | Promise<number>;
  close(): Promise<void>;
}

/** A compressed stream is cut or corrupt: nothing after this point can be had. What was read before stands. */
export class DamagedInput extends Error {
  override readonly name = 'DamagedInput';
}

/** Reads until `into` is full or the input ends. */
export async function readFully(source: ByteSource, into: Uint8Array): Promise<number> {
  let length = 0;
  while (length < into.length) {
    const pending = source.read(length === 0 ? into : into.subarray(length));
    const read = typeof pending === 'number' ? pending : await pending;
    if (read === 0) break;
    length += read;
  }
  return length;
}

/** Gives `head` (bytes already read from `source`) once more, then the damage met behind them, if any, or the rest. */
export class RewoundSource implements ByteSource {
  private head: Uint8Array;
  private readonly source: ByteSource;
  private readonly damage: DamagedInput | null;

  constructor(head: Uint8Array, source: ByteSource, damage: DamagedInput | null = null) {
    this.head = head;
    this.source = source;
    this.damage = damage;
  }

  /** The source's first bytes, up to `length`, the damage met behind them, and the source as if nothing had been read. */
  static async peek(
    source: ByteSource,
    length: number,
  ): Promise<{ head: Uint8Array; damage: DamagedInput | null; source: RewoundSource }> {
    const head = new Uint8Array(length);
    let known = 0;
    let damage: DamagedInput | null = null;
    try {
      while (known < length) {
        const read = await source.read(head.subarray(known));
        if (read === 0) break;
        known += read;
      }
    } catch (error) {
      if (!(error instanceof DamagedInput)) throw error;
      damage = error;
    }
    return {
      head: head.slice(0, known),
      damage,
      source: new RewoundSource(head.subarray(0, known), source, damage),
    };
  }

  get name(): string {
    return this.source.name;
  }

  get totalBytes(): number | null {
    return this.source.totalBytes;
  }

  get consumedBytes(): number {
    return this.source.consumedBytes;
  }

  read(into: Uint8Array): number | Promise<number> {
    if (this.head.length === 0) {
      if (this.damage) throw this.damage;
      return this.source.read(into);
    }
    const length = Math.min(this.head.length, into.length);
    into.set(this.head.subarray(0, length));
    this.head = this.head.subarray(length);
    return length;
  }

  close(): Promise<void> {
    return this.source.close();
  }
}
