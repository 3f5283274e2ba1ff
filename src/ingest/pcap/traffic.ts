// What a capture holds beside the export: counted, and passed over.

export interface CaptureTraffic {
  /** All packets. */
  packets: number;
  /** UDP that is neither NetFlow nor IPFIX by its first octets. */
  otherUdp: number;
  /** Everything that is not UDP over IP; IPFIX over TCP is among it, and is not read. */
  notUdp: number;
  /** Export datagrams cut off by the capture's snapshot length; what was captured of them is decoded. */
  cutOff: number;
  /** Fragmented datagrams that never became whole, and of which it is unknown whether they were an export. */
  unknownFragments: number;
}

export function noTraffic(): CaptureTraffic {
  return { packets: 0, otherUdp: 0, notUdp: 0, cutOff: 0, unknownFragments: 0 };
}
