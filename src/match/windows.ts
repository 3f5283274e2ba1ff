// The windows of all ranges as columns: what the matcher reads of an indicator once an address has met its range.
import type { Window } from './list.ts';

/** Stands for `null`: any port, any protocol. */
export const ANY = 0xffff_ffff;

const FLOAT64_COLUMNS = 4;
const UINT32_COLUMNS = 5;

/** Bytes of memory that so many windows take; a multiple of 4. */
export function windowBytes(count: number): number {
  return count * (FLOAT64_COLUMNS * 8 + UINT32_COLUMNS * 4);
}

/** Clocks in epoch ms, half open. */
export class WindowColumns {
  readonly trafficFromMs: Float64Array;
  readonly trafficUntilMs: Float64Array;
  readonly collectionFromMs: Float64Array;
  readonly collectionUntilMs: Float64Array;
  readonly indicator: Uint32Array;
  readonly operatorSet: Uint32Array;
  readonly basis: Uint32Array;
  /** Port of the C2 side, or `ANY`. */
  readonly port: Uint32Array;
  readonly protocol: Uint32Array;

  /** Views of `windowBytes(count)` bytes of `memory` from `at`, a multiple of 8. */
  constructor(count: number, memory: SharedArrayBuffer, at: number) {
    const float64 = (column: number): Float64Array =>
      new Float64Array(memory, at + column * count * 8, count);
    const words = at + FLOAT64_COLUMNS * count * 8;
    const uint32 = (column: number): Uint32Array =>
      new Uint32Array(memory, words + column * count * 4, count);
    this.trafficFromMs = float64(0);
    this.trafficUntilMs = float64(1);
    this.collectionFromMs = float64(2);
    this.collectionUntilMs = float64(3);
    this.indicator = uint32(0);
    this.operatorSet = uint32(1);
    this.basis = uint32(2);
    this.port = uint32(3);
    this.protocol = uint32(4);
  }

  set(at: number, window: Window): void {
    this.trafficFromMs[at] = window.trafficFromMs;
    this.trafficUntilMs[at] = window.trafficUntilMs;
    this.collectionFromMs[at] = window.collectionFromMs;
    this.collectionUntilMs[at] = window.collectionUntilMs;
    this.indicator[at] = window.indicator;
    this.operatorSet[at] = window.operatorSet;
    this.basis[at] = window.basis;
    this.port[at] = window.port ?? ANY;
    this.protocol[at] = window.protocol ?? ANY;
  }
}
