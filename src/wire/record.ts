// A record, decoded in full: only what met a listed address comes here, and everything in `inspect
// --records`. The one place where address text is made.
import type { AddressPair, Flow } from '../core/flow.ts';
import type { Layout, SlotPair } from './layout.ts';
import {
  isZero,
  openRecord,
  type RecordReader,
  readAddress,
  readUint,
  type SetFacts,
} from './record-reader.ts';
import { resolveTimes, type Times } from './record-times.ts';
import { ROLE } from './roles.ts';
import { recordSampling } from './sampling.ts';

export type { SetFacts } from './record-reader.ts';

const PROTOCOL_ICMP = 1;
const PROTOCOL_ICMPV6 = 58;

/**
 * The flows of the record at `offset`: none where it names no address (or is cut), two for a biflow whose
 * way back counted something (RFC 5103: the second has the sides exchanged), else one. The flow is the
 * innermost pair that is not all zero; further pairs stand in `alternates`.
 */
export function decodeRecord(
  layout: Layout,
  view: DataView,
  offset: number,
  end: number,
  facts: SetFacts,
): Flow[] {
  if (layout.flowPairs === 0) return [];
  const record = openRecord(layout, view, offset, end);
  if (record === null) return [];
  const main = flowPair(record);
  const pair = layout.pairs[main]!;
  const protocol = readUint(record, pair.protocol);
  const addresses = addressPair(record, pair);
  withIcmp(record, addresses, protocol);
  const { forward, reverse } = layout;
  const times = resolveTimes(record, facts);
  const sampling = recordSampling(record, facts);
  // Written out, not spread: V8 builds an object from a spread thirty times slower.
  const flow: Flow = {
    src: addresses.src,
    dst: addresses.dst,
    srcPort: addresses.srcPort,
    dstPort: addresses.dstPort,
    protocol,
    bytes: readUint(record, forward[ROLE.bytes]!),
    packets: readUint(record, forward[ROLE.packets]!),
    startMs: times.startMs,
    endMs: times.endMs,
    exportMs: facts.exportMs,
    timeSource: times.source,
    swappedTimes: times.swapped,
    tcpFlags: tcpFlags(record, forward),
    sampling,
    alternates: alternatePairs(record, main, addresses),
  };
  if (!layout.biflow) return [flow];
  const bytes = readUint(record, reverse[ROLE.bytes]!);
  const packets = readUint(record, reverse[ROLE.packets]!);
  if (!bytes && !packets) return [flow];
  return [flow, wayBack(record, flow, bytes, packets, facts, times)];
}

/** RFC 5103 § 3: the same endpoints seen from the other side, with what was counted on the way back. */
function wayBack(
  record: RecordReader,
  flow: Flow,
  bytes: number | null,
  packets: number | null,
  facts: SetFacts,
  forwardTimes: Times,
): Flow {
  const own = resolveTimes(record, facts, record.layout.reverse);
  const times = own.source === 'export' ? forwardTimes : own;
  return {
    src: flow.dst,
    dst: flow.src,
    srcPort: flow.dstPort,
    dstPort: flow.srcPort,
    protocol: flow.protocol,
    bytes,
    packets,
    startMs: times.startMs,
    endMs: times.endMs,
    exportMs: flow.exportMs,
    timeSource: times.source,
    swappedTimes: times.swapped,
    tcpFlags: tcpFlags(record, record.layout.reverse),
    sampling: flow.sampling,
    alternates: flow.alternates.map(exchanged),
  };
}

function exchanged(pair: AddressPair): AddressPair {
  return { src: pair.dst, dst: pair.src, srcPort: pair.dstPort, dstPort: pair.srcPort };
}

/**
 * The last pair with an address that is not all zero: exporters with both families in one template leave
 * one zero.
 */
function flowPair(record: RecordReader): number {
  const { pairs, flowPairs, slots } = record.layout;
  for (let at = flowPairs - 1; at >= 0; at--) {
    const { src, dst } = pairs[at]!;
    if (!isZero(record, slots[src]) || !isZero(record, slots[dst])) return at;
  }
  return 0;
}

type MutablePair = { -readonly [K in keyof AddressPair]: AddressPair[K] };

function addressPair(record: RecordReader, pair: SlotPair): MutablePair {
  const { slots, forward } = record.layout;
  return {
    src: readAddress(record, slots[pair.src]),
    dst: readAddress(record, slots[pair.dst]),
    srcPort:
      readUint(record, pair.srcPort) ??
      otherPort(record, forward[ROLE.tcpSrcPort]!, forward[ROLE.udpSrcPort]!),
    dstPort:
      readUint(record, pair.dstPort) ??
      otherPort(record, forward[ROLE.tcpDstPort]!, forward[ROLE.udpDstPort]!),
  };
}

/** udpSourcePort … tcpDestinationPort (180–183): a template may hold both, one zero. */
function otherPort(record: RecordReader, tcp: number, udp: number): number | null {
  return readUint(record, tcp) || readUint(record, udp);
}

/**
 * ICMP has no ports: type × 256 + code stands as the destination's, as NetFlow v5 has it, unless the
 * exporter filled it.
 */
function withIcmp(record: RecordReader, pair: MutablePair, protocol: number | null): void {
  if ((protocol !== PROTOCOL_ICMP && protocol !== PROTOCOL_ICMPV6) || pair.dstPort || pair.srcPort) return;
  const { forward } = record.layout;
  const typeCode = readUint(record, forward[ROLE.icmpTypeCode]!);
  const type = readUint(record, forward[ROLE.icmpType]!);
  if (typeCode !== null) pair.dstPort = typeCode & 0xffff;
  else if (type !== null)
    pair.dstPort = ((type & 255) << 8) | ((readUint(record, forward[ROLE.icmpCode]!) ?? 0) & 255);
}

function tcpFlags(record: RecordReader, roles: Int16Array): number | null {
  const flags = readUint(record, roles[ROLE.tcpFlags]!);
  const initial = readUint(record, roles[ROLE.initialTcpFlags]!);
  return flags === null ? initial : flags | (initial ?? 0);
}

const NO_PAIRS: readonly AddressPair[] = [];

function alternatePairs(record: RecordReader, main: number, flow: AddressPair): readonly AddressPair[] {
  const { pairs, slots } = record.layout;
  if (pairs.length === 1) return NO_PAIRS;
  const found: AddressPair[] = [];
  for (let at = 0; at < pairs.length; at++) {
    const pair = pairs[at]!;
    if (at === main || (isZero(record, slots[pair.src]) && isZero(record, slots[pair.dst]))) continue;
    const alternate = pair.kind === 'nat' ? translated(record, pair, flow) : addressPair(record, pair);
    if (!samePair(alternate, flow) && !found.some((other) => samePair(alternate, other)))
      found.push(alternate);
  }
  return found.length === 0 ? NO_PAIRS : found;
}

/** After translation (225–228, 281, 282): a side that is absent or zero was not translated. */
function translated(record: RecordReader, pair: SlotPair, flow: AddressPair): AddressPair {
  const src = record.layout.slots[pair.src];
  const dst = record.layout.slots[pair.dst];
  return {
    src: isZero(record, src) ? flow.src : readAddress(record, src),
    dst: isZero(record, dst) ? flow.dst : readAddress(record, dst),
    srcPort: readUint(record, pair.srcPort) || flow.srcPort,
    dstPort: readUint(record, pair.dstPort) || flow.dstPort,
  };
}

function samePair(a: AddressPair, b: AddressPair): boolean {
  return a.src === b.src && a.dst === b.dst && a.srcPort === b.srcPort && a.dstPort === b.dstPort;
}
