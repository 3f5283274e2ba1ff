// A record's shape: where its fields stand. Records of one exporter have one or two shapes, so a shape is learnt once, and a
// record that has it is known by comparing the words that made it: then every field is at a known offset.

/** A source and a destination address in a record. Offsets from the record's beginning; -1 = absent. */
export interface PairSlot {
  readonly family: 4 | 6;
  /** `flow`: the packets' own addresses; `other`: after translation, or of a tunnel. */
  readonly role: 'flow' | 'other';
  readonly src: number;
  readonly dst: number;
  readonly srcPort: number;
  readonly dstPort: number;
}

export interface Shape {
  /** The record's first two words, whose second is compared under a mask, and further words at their offsets. */
  readonly word0: number;
  readonly word4: number;
  readonly mask4: number;
  readonly wordsAt: Int32Array;
  readonly words: Int32Array;
  /** Bytes of a record. */
  readonly size: number;
  readonly pairs: readonly PairSlot[];
  readonly exporter: Field;
  readonly times: TimesSlot | null;
  /** Instant of reception, epoch ms; 0 in it = not recorded. */
  readonly received: Field | null;
  /** Observation time of an event, epoch ms: stands in where there is no other. */
  readonly event: Field | null;
  readonly packets: Field | null;
  readonly bytes: Field | null;
  readonly protocol: Field | null;
  readonly tcpFlags: Field | null;
  /** Set where the counters have been multiplied by the sampling rate already. */
  readonly scaledFlag: Field;
  readonly scaledMask: number;
  /** Which sampler chose the packets. */
  readonly selector: Field | null;
}

export interface Field {
  readonly at: number;
  readonly width: 1 | 2 | 4 | 8;
}

/** First and last packet: u64 epoch ms, or u32 seconds with u16 milliseconds beside. */
export type TimesSlot =
  | { readonly unit: 'ms'; readonly first: number; readonly last: number }
  | {
      readonly unit: 's';
      readonly first: number;
      readonly last: number;
      readonly firstMs: number;
      readonly lastMs: number;
    };

/** Whether the record at `at`, which has `limit - at` bytes, has the shape. */
export function hasShape(
  view: DataView,
  at: number,
  limit: number,
  shape: Shape,
  littleEndian: boolean,
): boolean {
  if (shape.size > limit - at || view.getInt32(at, littleEndian) !== shape.word0) return false;
  if ((view.getInt32(at + 4, littleEndian) & shape.mask4) !== shape.word4) return false;
  const { wordsAt, words } = shape;
  for (let n = 0; n < words.length; n++) {
    if (view.getInt32(at + (wordsAt[n] as number), littleEndian) !== words[n]) return false;
  }
  return true;
}

/** How many shapes are kept: beyond that the oldest gives way. */
const MAX_SHAPES = 16;

export type LearnShape = (view: DataView, at: number, size: number) => Shape | null;

/** The shapes met lately. */
export class Shapes {
  private readonly shapes: Shape[] = [];
  private next = 0;
  private readonly learn: LearnShape;
  private readonly littleEndian: boolean;

  constructor(learn: LearnShape, littleEndian: boolean) {
    this.learn = learn;
    this.littleEndian = littleEndian;
  }

  /** The shape of a flow record of `size` bytes that lies whole below `limit`; `null` = it is malformed. */
  of(view: DataView, at: number, limit: number, size: number): Shape | null {
    for (const shape of this.shapes) {
      if (hasShape(view, at, limit, shape, this.littleEndian)) return shape;
    }
    const shape = this.learn(view, at, size);
    if (shape) {
      this.shapes[this.next] = shape;
      this.next = (this.next + 1) % MAX_SHAPES;
    }
    return shape;
  }

  /** What was learnt no longer holds: the maps have changed. */
  forget(): void {
    this.shapes.length = 0;
    this.next = 0;
  }
}
