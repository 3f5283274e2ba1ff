// What pcap and pcapng files are to the reader: records, some of which hold a packet.

/** `next` has too few bytes: `needed` in all from the record's start. */
export const INCOMPLETE = 0;
/** `next` sees what cannot be a record: `complaint` says why. */
export const DAMAGED = -1;

/** tcpdump's largest snapshot length: no record of a packet holds more. */
export const MAX_PACKET_BYTES = 262_144;

export interface CaptureFormat {
  /** Of the record last read: where its packet lies; -1 = it holds none. Valid until the next call, as the rest. */
  readonly packetAt: number;
  readonly packetEnd: number;
  readonly linkType: number;
  /** Capture time, epoch ms; -1 = not told. */
  readonly atMs: number;
  readonly needed: number;
  /** What is wrong with the record last read; null = nothing. */
  readonly complaint: string | null;
  /** Reads the record at `at`. @returns where the next begins, INCOMPLETE or DAMAGED */
  next(view: DataView, at: number, end: number): number;
  /**
   * Looks for the next plausible record from `at` on, after damage.
   * @returns its place; or, as ~place, how far there is certainly none, and more bytes are needed
   */
  resynchronise(view: DataView, at: number, end: number, isEnded: boolean): number;
}
