// The exporters of a listener by the address that the socket gives as text. Addresses can be forged: only so many get
// ledger rows of their own, and who has one keeps it while it is in use.
import type { Decoder } from '../../wire/decoder.ts';
import { type KnownExporter, knowExporter } from '../wire/known-exporter.ts';

const MAX_NAMED = 4_096;
/** An exporter unheard for so long gives up its name where another needs one. */
const IDLE_MS = 10 * 60_000;
/** Named exporters looked at, at most, to find an idle one. */
const MAX_LOOKS = 16;

interface Named extends KnownExporter {
  lastSeenMs: number;
}

export class LiveExporters {
  private readonly decoder: Decoder;
  private readonly maxNamed: number;
  /** Longest unlooked-at first. */
  private readonly named = new Map<string, Named>();

  constructor(decoder: Decoder, maxNamed = MAX_NAMED) {
    this.decoder = decoder;
    this.maxNamed = maxNamed;
  }

  /** An exporter that was let in before. */
  find(address: string, receivedMs: number): KnownExporter | undefined {
    const known = this.named.get(address);
    if (known && known.lastSeenMs !== receivedMs) known.lastSeenMs = receivedMs;
    return known;
  }

  /**
   * @param address as the socket gives it: what it is found by
   * @param name as the ledger shows it
   */
  admit(address: string, name: string, receivedMs: number): KnownExporter {
    const handle = this.decoder.exporter(name);
    if (this.named.size >= this.maxNamed && !this.forgetIdle(receivedMs)) return knowExporter(null, handle);
    const known = { ...knowExporter(name, handle), lastSeenMs: receivedMs };
    this.named.set(address, known);
    return known;
  }

  /** After the allow-list has changed: each is asked for again. */
  forgetAll(): void {
    this.named.clear();
  }

  private forgetIdle(nowMs: number): boolean {
    let looks = MAX_LOOKS;
    for (const [address, exporter] of this.named) {
      this.named.delete(address);
      if (exporter.lastSeenMs < nowMs - IDLE_MS) return true;
      this.named.set(address, exporter);
      if (--looks === 0) return false;
    }
    return false;
  }
}
