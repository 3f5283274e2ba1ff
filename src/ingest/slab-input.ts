// An input's bytes, read straight into one slab after another; what one slab's end cuts in two goes to the next one's front.
import { type ByteSource, DamagedInput } from './byte-source.ts';

export class SlabInput {
  /** Offset in the input of the slab's first byte. */
  position = 0;
  /** Whether the input's last byte is at hand. */
  isEnded = false;
  private readonly source: ByteSource;
  /** Bytes in front of what the source gives next: [start, end) of `carry`. */
  private carry: Uint8Array;
  private start = 0;
  private end: number;
  private readonly onDamage: (damage: DamagedInput) => void;

  /**
   * @param head already read from the source
   * @param onDamage told where the source is damaged; the input ends there
   */
  constructor(source: ByteSource, head: Uint8Array, onDamage: (damage: DamagedInput) => void) {
    this.source = source;
    this.onDamage = onDamage;
    this.carry = head.slice();
    this.end = head.length;
  }

  /** Fills bytes[0, limit) with what comes next. @returns how many are at hand; a number at once for plain files */
  fill(bytes: Uint8Array, limit: number): number | Promise<number> {
    const carried = Math.min(this.end - this.start, limit);
    bytes.set(this.carry.subarray(this.start, this.start + carried));
    this.start += carried;
    return this.readOn(bytes, carried, limit);
  }

  private readOn(bytes: Uint8Array, from: number, limit: number): number | Promise<number> {
    let at = from;
    while (at < limit && !this.isEnded) {
      let read: number | Promise<number>;
      try {
        read = this.source.read(bytes.subarray(at, limit));
      } catch (error) {
        read = this.endAtDamage(error);
      }
      if (typeof read !== 'number') return this.readOnLater(read, bytes, at, limit);
      if (read === 0) this.isEnded = true;
      at += read;
    }
    return at;
  }

  private async readOnLater(
    pending: Promise<number>,
    bytes: Uint8Array,
    from: number,
    limit: number,
  ): Promise<number> {
    const read = await pending.catch((error: unknown) => this.endAtDamage(error));
    if (read === 0) this.isEnded = true;
    return this.readOn(bytes, from + read, limit);
  }

  private endAtDamage(error: unknown): 0 {
    if (!(error instanceof DamagedInput)) throw error;
    this.onDamage(error);
    return 0;
  }

  /** Lets go of bytes[0, consumed) and keeps bytes[consumed, end) for the next slab. `end` is what `fill` returned. */
  keep(bytes: Uint8Array, consumed: number, end: number): void {
    this.position += consumed;
    const left = end - consumed;
    if (this.start < this.end) {
      // The carried bytes did not all fit: then nothing was read behind them, and what is left lies in front of the rest.
      this.start -= left;
      return;
    }
    if (this.carry.length < left) this.carry = new Uint8Array(left);
    this.carry.set(bytes.subarray(consumed, end));
    this.start = 0;
    this.end = left;
  }

  /** Whether nothing is left to fill a slab with. */
  get isExhausted(): boolean {
    return this.isEnded && this.start === this.end;
  }
}
