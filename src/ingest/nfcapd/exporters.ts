// Who exported what: nfcapd numbers exporters within a file and writes records that name them and their samplers. Workers
// note those records; the main thread learns them in the file's order and keeps them with the checkpoint.
import { addressText } from './record.ts';
import { UNKNOWN_SELECTOR } from './sampling.ts';

export const EXPORTER_RECORD = 7;
export const SAMPLER_RECORD = 15;
/** Of nfdump 1.6. */
export const SAMPLER_RECORD_OLD = 9;
const EXPORTER_BYTES = 32;
const SAMPLER_BYTES = 24;
const SAMPLER_BYTES_OLD = 16;
const AF_INET = 2;

/** Sampler ids with a meaning of their own (nfdump's exporter.h): given by force, as default, without an id. */
const OVERWRITE = -3;
const DEFAULT = -2;
const GENERIC = -1;

/** Samplers kept of one file; nfcapd has one or two per exporter. */
const MAX_SAMPLERS = 65_536;

/** What records said of exporters, in their order. Plain: travels in ScanResult.notes. */
export interface ExporterNotes {
  readonly exporters: (readonly [number: number, address: string])[];
  readonly samplers: (readonly [exporter: number, selector: number, rate: number])[];
}

/** Takes down an exporter or sampler record; anything else, or a malformed one, is passed over. */
export function noteRecord(
  notes: ExporterNotes,
  view: DataView,
  at: number,
  type: number,
  size: number,
  littleEndian: boolean,
): void {
  if (type === EXPORTER_RECORD && size >= EXPORTER_BYTES) {
    const ipv4 = view.getUint16(at + 24, littleEndian) === AF_INET;
    // IPv4 stands in the upper half of the second of two 64-bit numbers' places, as one of 32 bits.
    const address = ipv4
      ? addressText(view, at + (littleEndian ? 16 : 20), 4, littleEndian)
      : addressText(view, at + 8, 6, littleEndian);
    notes.exporters.push([view.getUint16(at + 26, littleEndian), address]);
  } else if (type === SAMPLER_RECORD && size >= SAMPLER_BYTES) {
    const packets = view.getUint32(at + 16, littleEndian);
    const skipped = view.getUint32(at + 20, littleEndian);
    if (packets === 0) return;
    const selector = Number(view.getBigInt64(at + 8, littleEndian));
    notes.samplers.push([view.getUint16(at + 4, littleEndian), selector, (packets + skipped) / packets]);
  } else if (type === SAMPLER_RECORD_OLD && size >= SAMPLER_BYTES_OLD) {
    const rate = view.getUint32(at + 8, littleEndian);
    if (rate === 0) return;
    notes.samplers.push([view.getUint16(at + 14, littleEndian), view.getInt32(at + 4, littleEndian), rate]);
  }
}

/** The exporters and samplers of one file, as known up to some place in it. */
export class Exporters {
  private readonly addresses = new Map<number, string>();
  /** By exporter, then by selector. */
  private readonly rates = new Map<number, Map<number, number>>();
  private samplers = 0;

  learn(notes: ExporterNotes): void {
    for (const [number, address] of notes.exporters) this.addresses.set(number, address);
    for (const [number, selector, rate] of notes.samplers) {
      let rates = this.rates.get(number);
      if (!rates) {
        rates = new Map();
        this.rates.set(number, rates);
      }
      if (rates.has(selector) || this.samplers++ < MAX_SAMPLERS) rates.set(selector, rate);
    }
  }

  address(number: number): string | null {
    return this.addresses.get(number) ?? null;
  }

  /** The rate that nfcapd multiplied by, in its order of preference; `null` = the file does not tell. */
  rate(number: number, selector: number): number | null {
    const rates = this.rates.get(number);
    if (!rates) return null;
    const own = selector === UNKNOWN_SELECTOR ? undefined : rates.get(selector);
    const known = rates.get(OVERWRITE) ?? own ?? rates.get(GENERIC) ?? rates.get(DEFAULT);
    if (known !== undefined) return known;
    const [only, another] = rates.values();
    return another === undefined ? (only ?? null) : null;
  }

  /** Everything, as notes: plain data for the checkpoint. */
  toNotes(): ExporterNotes {
    return {
      exporters: [...this.addresses],
      samplers: [...this.rates].flatMap(([number, rates]) =>
        [...rates].map(([selector, rate]) => [number, selector, rate] as const),
      ),
    };
  }
}
