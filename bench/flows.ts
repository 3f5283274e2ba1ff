// Invented flows for the export and CSV files: addresses over the whole IPv4 space, listed ones planted.
import { Random } from './random.ts';

export interface FlowFileOptions {
  readonly flows: number;
  readonly seed: number;
  /** Listed IPv4 addresses, some of which are planted as source or destination. */
  readonly addresses: Uint32Array;
}

/** Share of flows with a planted address; what random addresses hit comes on top. */
const HIT_SHARE = 1e-5;
const HIT_BELOW = Math.round(HIT_SHARE * 2 ** 32);
/** All flows take place within five minutes from here. Epoch ms. */
export const FLOWS_FROM_MS = Date.UTC(2026, 5, 1);
export const FLOWS_SPAN_MS = 300_000;

export interface Flow {
  src: number;
  dst: number;
  srcPort: number;
  dstPort: number;
  tcp: boolean;
  packets: number;
  bytes: number;
  /** From the moment that the flows' file or stream begins. */
  startMs: number;
  endMs: number;
}

/** The current flow; `next` moves on. One object for all flows. */
export class FlowGenerator implements Flow {
  src = 0;
  dst = 0;
  srcPort = 0;
  dstPort = 0;
  tcp = true;
  packets = 0;
  bytes = 0;
  /** From `FLOWS_FROM_MS`. */
  startMs = 0;
  endMs = 0;
  private readonly addresses: Uint32Array;
  private readonly random: Random;

  constructor({ seed, addresses }: FlowFileOptions) {
    this.addresses = addresses;
    this.random = new Random(seed);
  }

  next(): void {
    const { random, addresses } = this;
    this.src = random.next();
    this.dst = random.next();
    const ports = random.next();
    const times = random.next();
    if ((times ^ ports) >>> 0 < HIT_BELOW && addresses.length > 0) {
      const listed = addresses[(this.src >>> 0) % addresses.length] as number;
      if (this.dst & 1) this.src = listed;
      else this.dst = listed;
    }
    this.srcPort = 1024 + ((ports >>> 16) % 64_512);
    this.dstPort = ports & 0xffff;
    this.tcp = (ports & 2) !== 0;
    this.packets = 1 + (times & 0xff);
    this.bytes = this.packets * (40 + (this.dst & 0x3ff));
    this.startMs = (times >>> 0) % FLOWS_SPAN_MS;
    this.endMs = this.startMs + (ports & 0xfff);
  }
}
