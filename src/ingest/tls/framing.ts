// Cuts a stream of bytes into IPFIX messages (RFC 7011 § 3.1, § 10.4): each begins with its version and its whole length,
// 16 to 65,535. It knows no socket; any split of the bytes gives the same messages.

/** Of a message: version and length. */
const FRONT_BYTES = 4;
const MESSAGE_HEADER_BYTES = 16;
const VERSION = 10;
const NO_BYTES = new Uint8Array(0);

export class MessageFrames {
  /** What was pushed last, from `at` on not yet read. */
  private chunk: Uint8Array = NO_BYTES;
  private at = 0;
  /** A message that began in an earlier chunk: as long as its front, then as itself. */
  private partial: Uint8Array = NO_BYTES;
  private have = 0;
  private brokenBy: string | null = null;

  /** Where the stream ceases to be IPFIX: nothing behind it can be read. */
  get problem(): string | null {
    return this.brokenBy;
  }

  /** Octets of a message whose end has not come; 0 = the stream may end here. */
  get unfinishedBytes(): number {
    return this.have;
  }

  /** Only when `message` has given null. @param chunk kept, not copied, until all of it is read */
  push(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.at = 0;
  }

  /** The message that comes next, valid until `consume` and the same until then; null = more bytes are needed, or a problem. */
  message(): Uint8Array | null {
    if (this.brokenBy !== null) return null;
    if (this.have > 0) return this.completed();
    const left = this.chunk.length - this.at;
    const length = left < FRONT_BYTES ? FRONT_BYTES : this.lengthAt(this.chunk, this.at);
    if (length === null) return null;
    if (left >= FRONT_BYTES && left >= length) return this.chunk.subarray(this.at, this.at + length);
    if (left === 0) return null;
    this.partial = new Uint8Array(length);
    this.fill();
    return null;
  }

  /** Goes on behind the message that `message` gave. */
  consume(): void {
    if (this.have > 0) {
      this.have = 0;
      this.partial = NO_BYTES;
    } else {
      this.at += this.lengthAt(this.chunk, this.at) ?? 0;
    }
    if (this.at === this.chunk.length) this.push(NO_BYTES);
  }

  private completed(): Uint8Array | null {
    this.fill();
    if (this.have === FRONT_BYTES && this.partial.length === FRONT_BYTES) {
      const length = this.lengthAt(this.partial, 0);
      if (length === null) return null;
      const front = this.partial;
      this.partial = new Uint8Array(length);
      this.partial.set(front);
      this.fill();
    }
    return this.have === this.partial.length ? this.partial : null;
  }

  private fill(): void {
    const { partial, chunk, have } = this;
    const taken = Math.min(partial.length - have, chunk.length - this.at);
    partial.set(chunk.subarray(this.at, this.at + taken), have);
    this.have += taken;
    this.at += taken;
    if (this.at === chunk.length) this.push(NO_BYTES);
  }

  private lengthAt(bytes: Uint8Array, at: number): number | null {
    const version = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    if (version === VERSION && length >= MESSAGE_HEADER_BYTES) return length;
    this.brokenBy = `no IPFIX message: version ${version}, length ${length}; ${VERSION}, and at least ${MESSAGE_HEADER_BYTES}, must stand there`;
    return null;
  }
}
