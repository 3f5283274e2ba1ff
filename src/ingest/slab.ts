// Slabs: the pieces of shared memory in which input travels from the reader to the match workers.
// A slab belongs to one side at a time; ownership moves with the message that names its number.

/** Words per descriptor of a data set or block in a slab; batch.ts names them. */
export const DESCRIPTOR_WORDS = 12;
const BYTES_PER_DESCRIPTOR = DESCRIPTOR_WORDS * 4;

export class Slab {
  readonly number: number;
  readonly buffer: SharedArrayBuffer;
  /** The input's bytes. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Fixed-width descriptors of what lies in `bytes`. */
  readonly descriptors: Int32Array;

  constructor(number: number, buffer: SharedArrayBuffer, maxDescriptors: number) {
    const payloadBytes = buffer.byteLength - maxDescriptors * BYTES_PER_DESCRIPTOR;
    this.number = number;
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer, 0, payloadBytes);
    this.view = new DataView(buffer, 0, payloadBytes);
    this.descriptors = new Int32Array(buffer, payloadBytes, maxDescriptors * DESCRIPTOR_WORDS);
  }

  /** @param payloadBytes a multiple of 4 */
  static allocate(number: number, payloadBytes: number, maxDescriptors: number): Slab {
    const buffer = new SharedArrayBuffer(payloadBytes + maxDescriptors * BYTES_PER_DESCRIPTOR);
    return new Slab(number, buffer, maxDescriptors);
  }
}

/** Hands out slabs; whoever asks when none is free waits until one comes back. */
export class SlabPool {
  readonly slabs: readonly Slab[];
  private readonly free: Slab[];
  private readonly waiting: ((slab: Slab) => void)[] = [];

  constructor(count: number, payloadBytes: number, maxDescriptors: number) {
    this.slabs = Array.from({ length: count }, (_, n) => Slab.allocate(n, payloadBytes, maxDescriptors));
    this.free = [...this.slabs];
  }

  acquire(): Slab | Promise<Slab> {
    return this.free.pop() ?? new Promise((resolve) => this.waiting.push(resolve));
  }

  release(slab: Slab): void {
    const next = this.waiting.shift();
    if (next) next(slab);
    else this.free.push(slab);
  }
}
