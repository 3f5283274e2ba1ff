// Which information elements the decoder reads, and as what. Everything else in a record is stepped over.
// Elements with the same role stand in for each other: the lowest rank present wins, then the last in the
// record (the inner header).

export const ROLES = [
  'srcPort',
  'dstPort',
  'udpSrcPort',
  'udpDstPort',
  'tcpSrcPort',
  'tcpDstPort',
  'natSrcPort',
  'natDstPort',
  'innerSrcPort',
  'innerDstPort',
  'tunnelSrcPort',
  'tunnelDstPort',
  'protocol',
  'innerProtocol',
  'tcpFlags',
  'initialTcpFlags',
  'icmpTypeCode',
  'icmpType',
  'icmpCode',
  'bytes',
  'packets',
  'responderBytes',
  'responderPackets',
  'startSeconds',
  'endSeconds',
  'startMs',
  'endMs',
  'startUs',
  'endUs',
  'startNs',
  'endNs',
  'startDeltaUs',
  'endDeltaUs',
  'startUptime',
  'endUptime',
  'systemInitMs',
  'durationMs',
  'durationUs',
  'eventSeconds',
  'eventMs',
  'eventUs',
  'eventNs',
  'samplingInterval',
  'samplerInterval',
  'samplerId',
  'samplingPacketInterval',
  'samplingPacketSpace',
  'samplingSize',
  'samplingPopulation',
  'interface',
] as const;
export type RoleName = (typeof ROLES)[number];

/** Position of each role in a layout's tables. */
export const ROLE = Object.fromEntries(ROLES.map((name, at) => [name, at])) as Readonly<
  Record<RoleName, number>
>;

/** Private enterprise numbers; 0 = the IANA registry and NetFlow v9's own types. */
export const PEN = { cisco: 9, cert: 6871, vmware: 6876, reverse: 29305, ntop: 35632 } as const;

type RoleRow = readonly [pen: number, id: number, role: RoleName, rank: number];

const ROLE_ROWS: readonly RoleRow[] = [
  [0, 7, 'srcPort', 0],
  [0, 11, 'dstPort', 0],
  [0, 180, 'udpSrcPort', 0],
  [0, 181, 'udpDstPort', 0],
  [0, 182, 'tcpSrcPort', 0],
  [0, 183, 'tcpDstPort', 0],
  [PEN.cisco, 12240, 'srcPort', 1], // client, server: Cisco AVC
  [PEN.cisco, 12241, 'dstPort', 1],
  [0, 45008, 'srcPort', 1], // the same in NetFlow v9, whose types have no enterprise bit
  [0, 45009, 'dstPort', 1],
  [0, 227, 'natSrcPort', 0],
  [0, 228, 'natDstPort', 0],
  [0, 40003, 'natSrcPort', 1], // ASA before 8.4 (NSEL)
  [0, 40004, 'natDstPort', 1],
  [PEN.vmware, 886, 'innerSrcPort', 0],
  [PEN.vmware, 887, 'innerDstPort', 0],
  [PEN.vmware, 880, 'innerProtocol', 0],
  [PEN.ntop, 115, 'tunnelSrcPort', 0],
  [PEN.ntop, 117, 'tunnelDstPort', 0],
  [0, 57587, 'tunnelSrcPort', 0], // the same in NetFlow v9: 57472 + id
  [0, 57589, 'tunnelDstPort', 0],
  [0, 4, 'protocol', 0],
  [0, 6, 'tcpFlags', 0],
  [PEN.cert, 15, 'tcpFlags', 1], // flags of all packets but the first; 14 holds the first's
  [PEN.cert, 14, 'initialTcpFlags', 0],
  [0, 32, 'icmpTypeCode', 0],
  [0, 139, 'icmpTypeCode', 0],
  [0, 176, 'icmpType', 0],
  [0, 177, 'icmpCode', 0],
  [0, 178, 'icmpType', 0],
  [0, 179, 'icmpCode', 0],
  [0, 1, 'bytes', 0],
  [0, 85, 'bytes', 1],
  [0, 231, 'bytes', 2],
  [0, 23, 'bytes', 3],
  [0, 171, 'bytes', 4],
  [0, 352, 'bytes', 5], // layer 2: with the frame header
  [0, 2, 'packets', 0],
  [0, 86, 'packets', 1],
  [0, 298, 'packets', 2],
  [0, 24, 'packets', 3],
  [0, 172, 'packets', 4],
  [0, 232, 'responderBytes', 0],
  [0, 299, 'responderPackets', 0],
  [0, 150, 'startSeconds', 0],
  [0, 151, 'endSeconds', 0],
  [0, 152, 'startMs', 0],
  [0, 153, 'endMs', 0],
  [0, 154, 'startUs', 0],
  [0, 155, 'endUs', 0],
  [0, 156, 'startNs', 0],
  [0, 157, 'endNs', 0],
  [0, 158, 'startDeltaUs', 0],
  [0, 159, 'endDeltaUs', 0],
  [0, 22, 'startUptime', 0],
  [0, 21, 'endUptime', 0],
  [0, 160, 'systemInitMs', 0],
  [0, 161, 'durationMs', 0],
  [0, 162, 'durationUs', 0],
  [0, 322, 'eventSeconds', 0],
  [0, 323, 'eventMs', 0],
  [0, 324, 'eventUs', 0],
  [0, 325, 'eventNs', 0],
  [0, 34, 'samplingInterval', 0],
  [0, 50, 'samplerInterval', 0],
  [0, 48, 'samplerId', 1],
  [0, 302, 'samplerId', 0],
  [0, 305, 'samplingPacketInterval', 0],
  [0, 306, 'samplingPacketSpace', 0],
  [0, 309, 'samplingSize', 0],
  [0, 310, 'samplingPopulation', 0],
  [0, 10, 'interface', 0],
];

/**
 * What a pair of addresses is in its record. `flow` and `inner` can be the flow itself, `nat` and `tunnel`
 * stand beside it, `endpoint` (client, server) counts only where no `flow` address stands.
 */
export type AddressKind = 'flow' | 'inner' | 'nat' | 'tunnel' | 'endpoint';
export type Side = 'src' | 'dst';
export type Family = 4 | 6;

type AddressRow = readonly [pen: number, id: number, kind: AddressKind, side: Side, family: Family];

const ADDRESS_ROWS: readonly AddressRow[] = [
  [0, 8, 'flow', 'src', 4],
  [0, 12, 'flow', 'dst', 4],
  [0, 27, 'flow', 'src', 6],
  [0, 28, 'flow', 'dst', 6],
  [0, 225, 'nat', 'src', 4],
  [0, 226, 'nat', 'dst', 4],
  [0, 281, 'nat', 'src', 6],
  [0, 282, 'nat', 'dst', 6],
  [0, 40001, 'nat', 'src', 4], // ASA before 8.4 (NSEL)
  [0, 40002, 'nat', 'dst', 4],
  [PEN.vmware, 881, 'inner', 'src', 4],
  [PEN.vmware, 882, 'inner', 'dst', 4],
  [PEN.vmware, 883, 'inner', 'src', 6],
  [PEN.vmware, 884, 'inner', 'dst', 6],
  [PEN.ntop, 114, 'tunnel', 'src', 4],
  [PEN.ntop, 116, 'tunnel', 'dst', 4],
  [0, 57586, 'tunnel', 'src', 4],
  [0, 57588, 'tunnel', 'dst', 4],
  [PEN.cisco, 12236, 'endpoint', 'src', 4],
  [PEN.cisco, 12237, 'endpoint', 'dst', 4],
  [PEN.cisco, 12238, 'endpoint', 'src', 6],
  [PEN.cisco, 12239, 'endpoint', 'dst', 6],
  [0, 45004, 'endpoint', 'src', 4],
  [0, 45005, 'endpoint', 'dst', 4],
  [0, 45006, 'endpoint', 'src', 6],
  [0, 45007, 'endpoint', 'dst', 6],
];

const elementKey = (pen: number, id: number) => pen * 65_536 + id;

export interface RoleOfElement {
  readonly role: number;
  readonly rank: number;
}
export interface AddressOfElement {
  readonly kind: AddressKind;
  readonly side: Side;
  readonly family: Family;
}

const roles = new Map<number, RoleOfElement>(
  ROLE_ROWS.map(([pen, id, role, rank]) => [elementKey(pen, id), { role: ROLE[role], rank }]),
);
const addresses = new Map<number, AddressOfElement>(
  ADDRESS_ROWS.map(([pen, id, kind, side, family]) => [elementKey(pen, id), { kind, side, family }]),
);

export const roleOf = (pen: number, id: number): RoleOfElement | undefined => roles.get(elementKey(pen, id));
export const addressOf = (pen: number, id: number): AddressOfElement | undefined =>
  addresses.get(elementKey(pen, id));
