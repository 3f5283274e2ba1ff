// Which UDP payloads of a mixed capture are NetFlow or IPFIX: by their version, and for v1 by its length too.

const V1_HEADER_BYTES = 16;
const V1_RECORD_BYTES = 48;
const V1_MAX_RECORDS = 24;

/**
 * Whether a payload is to be decoded. A version alone decides, so that damaged exports are counted as such; but much that
 * is no NetFlow begins with 1 (STUN, TFTP): a v1 datagram must be of exactly the length that its count says.
 * @param length of the payload as sent
 */
export function isExport(view: DataView, at: number, captured: number, length: number): boolean {
  if (captured < 4) return false;
  const version = view.getUint16(at);
  switch (version) {
    case 5:
    case 7:
    case 9:
    case 10:
      return true;
    case 1: {
      const count = view.getUint16(at + 2);
      return count >= 1 && count <= V1_MAX_RECORDS && length === V1_HEADER_BYTES + count * V1_RECORD_BYTES;
    }
    default:
      return false;
  }
}
