// Chance with a seed: the same numbers on every machine.

/** xorshift32 (Marsaglia 2003). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0 || 1;
  }

  /** Any 32 bits but all zero, signed. */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x;
  }

  /** Far from the numbers that other sequences give (MurmurHash3's finaliser): lists must not repeat the flows' addresses. */
  scattered(): number {
    let hash = this.next();
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}
