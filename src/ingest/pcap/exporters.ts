// Source addresses of a capture and what is known of each: found by number, so that no text is made per packet.
import { formatIpv4, formatIpv6 } from '../../core/address.ts';
import type { Decoder } from '../../wire/decoder.ts';
import { type KnownExporter, knowExporter } from '../wire/known-exporter.ts';

/** Beyond this all are forgotten and looked up anew: a capture may hold any number of forged addresses. */
const MAX_KNOWN = 16_384;

export class Exporters {
  private readonly decoder: Decoder;
  private readonly byIpv4 = new Map<number, KnownExporter>();
  private readonly byIpv6 = new Map<string, KnownExporter>();
  private readonly lastIpv6 = new Int32Array(4);
  private lastIpv6Exporter: KnownExporter | null = null;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  /** @param at of the address in `view` */
  find(view: DataView, at: number, family: 4 | 6): KnownExporter {
    return family === 4 ? this.findIpv4(view.getInt32(at)) : this.findIpv6(view, at);
  }

  private findIpv4(address: number): KnownExporter {
    let known = this.byIpv4.get(address);
    if (!known) {
      if (this.byIpv4.size >= MAX_KNOWN) this.byIpv4.clear();
      known = this.know(formatIpv4(address));
      this.byIpv4.set(address, known);
    }
    return known;
  }

  private findIpv6(view: DataView, at: number): KnownExporter {
    const w0 = view.getInt32(at);
    const w1 = view.getInt32(at + 4);
    const w2 = view.getInt32(at + 8);
    const w3 = view.getInt32(at + 12);
    const last = this.lastIpv6;
    if (this.lastIpv6Exporter && w3 === last[3] && w2 === last[2] && w1 === last[1] && w0 === last[0]) {
      return this.lastIpv6Exporter;
    }
    const address = formatIpv6(w0, w1, w2, w3);
    let known = this.byIpv6.get(address);
    if (!known) {
      if (this.byIpv6.size >= MAX_KNOWN) this.byIpv6.clear();
      known = this.know(address);
      this.byIpv6.set(address, known);
    }
    last.set([w0, w1, w2, w3]);
    this.lastIpv6Exporter = known;
    return known;
  }

  private know(address: string): KnownExporter {
    return knowExporter(address, this.decoder.exporter(address));
  }
}
