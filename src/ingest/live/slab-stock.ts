// The free slabs of a receiver thread. Nobody waits for one in here; who can make its peer wait (a stream) asks to be told.
import type { Slab } from '../slab.ts';

/** Of all slabs: so many are left to those who cannot wait. */
const RESERVED_SHARE = 1 / 4;

export class SlabStock {
  private readonly free: Slab[];
  private readonly reserved: number;
  private waiting: (() => void)[] = [];

  constructor(slabs: readonly Slab[]) {
    this.free = [...slabs];
    this.reserved = Math.floor(slabs.length * RESERVED_SHARE);
  }

  /** Who can wait should. */
  get isScarce(): boolean {
    return this.free.length <= this.reserved;
  }

  take(): Slab | null {
    return this.free.pop() ?? null;
  }

  put(slab: Slab): void {
    this.free.push(slab);
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    for (const tell of waiting) tell();
  }

  /** Resolves when a slab has come back; another may have taken it by then. */
  whenPut(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
