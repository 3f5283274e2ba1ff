// A flow as every source gives it, once its record has met the list: what the matcher judges and `inspect` prints.
// It knows no format: NetFlow, nfcapd, CSV and Parquet records all become this.

/**
 * Where a flow's times come from: `absolute` = the record holds calendar time; `uptime` = the record counts from the
 * exporter's start (NetFlow v5/v9, IPFIX 21/22 with 160); `event` = observation time of an event (IPFIX 323, ASA);
 * `export` = the record holds none that can be resolved, and the export time of its message stands in.
 */
export type TimeSource = 'absolute' | 'uptime' | 'event' | 'export';

/** One source and destination as a record names them; `null` where the record lacks that side. */
export interface AddressPair {
  /** Canonical text: dotted IPv4, RFC 5952 IPv6; IPv4-mapped IPv6 is given as IPv4. */
  readonly src: string | null;
  readonly dst: string | null;
  readonly srcPort: number | null;
  readonly dstPort: number | null;
}

export interface Flow extends AddressPair {
  /** IANA protocol number. */
  readonly protocol: number | null;
  /** Raw counters, not multiplied by the sampling rate. */
  readonly bytes: number | null;
  readonly packets: number | null;
  /** Epoch milliseconds; `null` where the record's times cannot be resolved (then `timeSource` is `export`). */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Epoch milliseconds of the message or row that carried the record. */
  readonly exportMs: number;
  readonly timeSource: TimeSource;
  /** The record had its end before its start, and they were exchanged. */
  readonly swappedTimes: boolean;
  readonly tcpFlags: number | null;
  /** Packets per sampled packet: 1 = unsampled, 1000 = one in a thousand; `null` = not announced. */
  readonly sampling: number | null;
  /** Further pairs in the same record: outer tunnel header, addresses after translation. All are matched. */
  readonly alternates: readonly AddressPair[];
}
