// STUB of the interface; the sources helper owns this file.
/** A stream of bytes, decompressed, from a file or standard input. */
export interface ByteSource {
  /** Name for messages: the path as given, or `<stdin>`. */
  readonly name: string;
  /** Bytes of the underlying file, compressed; null for a pipe. For progress. */
  readonly totalBytes: number | null;
  /** Bytes of the underlying file consumed so far. */
  readonly consumedBytes: number;
  /** Reads up to `into.length` bytes; 0 = end. Plain files answer at once, without a promise. `into` may be shared memory. */
  read(into: Uint8Array): number | Promise<number>;
  close(): Promise<void>;
}
