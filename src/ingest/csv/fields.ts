// What a flow table can tell, and the header names under which exporters tell it. The one table of names:
// delimited text and Parquet use it alike.

/**
 * Header names per field, best first, as `normalName` writes them. Sources: nfdump's csv, fmt and csv-fast output,
 * SiLK rwcut(1), Argus ra(1) and binetflow, nProbe and IPFIX element names, pmacct, Zeek conn.log.
 */
export const FIELD_NAMES = {
  src: [
    'sa',
    'srcaddr',
    'srcip',
    'sip',
    'srcipaddr',
    'sourceip',
    'sourceaddress',
    'sourceipaddress',
    'srcaddress',
    'saddr',
    'ipsrc',
    'sourceipv4address',
    'ipv4srcaddr',
    'srcipv4',
    'srcaddr4',
    'idorigh',
    'src',
    'source',
  ],
  dst: [
    'da',
    'dstaddr',
    'dstip',
    'dip',
    'dstipaddr',
    'destinationip',
    'destinationaddress',
    'destinationipaddress',
    'dstaddress',
    'daddr',
    'ipdst',
    'destip',
    'destinationipv4address',
    'ipv4dstaddr',
    'dstipv4',
    'dstaddr4',
    'idresph',
    'dst',
    'destination',
  ],
  /** The IPv6 column of tables that keep the families apart; the other one is then empty or all zero. */
  src6: ['sourceipv6address', 'ipv6srcaddr', 'srcipv6', 'srcaddr6', 'sa6'],
  dst6: ['destinationipv6address', 'ipv6dstaddr', 'dstipv6', 'dstaddr6', 'da6'],
  srcPort: [
    'sp',
    'srcport',
    'sport',
    'srcpt',
    'sourceport',
    'sourcetransportport',
    'l4srcport',
    'portsrc',
    'idorigp',
  ],
  dstPort: [
    'dp',
    'dstport',
    'dport',
    'dstpt',
    'destinationport',
    'destport',
    'destinationtransportport',
    'l4dstport',
    'portdst',
    'idrespp',
  ],
  /** Addresses and ports after translation. */
  natSrc: ['xsa', 'nsa', 'srcxip', 'xsrcaddr', 'postnatsourceipv4address', 'postnatsrcipv4addr'],
  natDst: ['xda', 'nda', 'dstxip', 'xdstaddr', 'postnatdestinationipv4address', 'postnatdstipv4addr'],
  natSrcPort: ['xsp', 'nsp', 'srcxport', 'postnaptsourcetransportport', 'postnaptsrctransportport'],
  natDstPort: ['xdp', 'ndp', 'dstxport', 'postnaptdestinationtransportport', 'postnaptdsttransportport'],
  protocol: ['pr', 'proto', 'protocol', 'pro', 'ipprotocol', 'ipproto', 'protocolidentifier', 'prot'],
  start: [
    'stime+msec',
    'ts',
    'firstseen',
    'datefirstseen',
    'stime',
    'starttime',
    'start',
    'startms',
    'flowstart',
    'timestart',
    'timeflowstart',
    'timeflowstartns',
    'flowstartmilliseconds',
    'flowstartseconds',
    'flowstartmicroseconds',
    'flowstartnanoseconds',
    'timestampstart',
    'first',
    'firstswitched',
    'begin',
    'tstart',
  ],
  end: [
    'etime+msec',
    'te',
    'lastseen',
    'datelastseen',
    'etime',
    'endtime',
    'lasttime',
    'end',
    'endms',
    'flowend',
    'timeend',
    'timeflowend',
    'timeflowendns',
    'flowendmilliseconds',
    'flowendseconds',
    'flowendmicroseconds',
    'flowendnanoseconds',
    'timestampend',
    'last',
    'lastswitched',
    'tend',
  ],
  /** Seconds with fraction, or hh:mm:ss.fff. */
  duration: ['duration+msec', 'td', 'duration', 'dur', 'durationsec', 'durationseconds'],
  durationMs: ['durationms', 'flowdurationmilliseconds', 'durationmilliseconds'],
  /** When the collector took the record in. */
  received: ['tr', 'received', 'timereceived', 'timereceivedns', 'exporttime', 'timestamp'],
  bytes: [
    'ibyt',
    'byt',
    'bytes',
    'inbytes',
    'totbytes',
    'octets',
    'octetdeltacount',
    'octettotalcount',
    'byte',
    'bytecount',
    'origipbytes',
  ],
  packets: [
    'ipkt',
    'pkt',
    'packets',
    'inpackets',
    'inpkts',
    'totpkts',
    'pkts',
    'packetdeltacount',
    'packettotalcount',
    'packet',
    'packetcount',
    'origpkts',
  ],
  flags: ['flg', 'flags', 'tcpflags', 'tcpcontrolbits', 'flag'],
  /** Argus: for TCP the flags of both sides, `SPA_FSPA`. */
  state: ['state'],
  sampling: ['samplingrate', 'samplinginterval', 'sampling', 'samplerate'],
  exporter: [
    'ra',
    'routerip',
    'exporteripaddr',
    'exporter',
    'exporteraddress',
    'exporterip',
    'exporteripv4address',
    'sampleraddress',
    'peeripsrc',
    'agent',
  ],
} as const satisfies Record<string, readonly string[]>;

export type CsvField = keyof typeof FIELD_NAMES;
export const CSV_FIELDS = Object.keys(FIELD_NAMES) as CsvField[];

/** Lower case, without spaces, underscores, dashes, dots and quotes: `Src IP Addr`, `src_ip_addr` and `srcIPAddr` are one. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[\s_\-."'\ufeff]/g, '');
}

/** Column of each field by header name; the first of a field's names that occurs wins, then the first column so named. */
export function columnsByName(header: readonly string[]): Partial<Record<CsvField, number>> {
  const columnOf = new Map<string, number>();
  header.forEach((name, column) => {
    const normal = normalName(name);
    if (!columnOf.has(normal)) columnOf.set(normal, column);
  });
  const columns: Partial<Record<CsvField, number>> = {};
  for (const field of CSV_FIELDS) {
    const name = FIELD_NAMES[field].find((candidate) => columnOf.has(candidate));
    if (name !== undefined) columns[field] = columnOf.get(name) as number;
  }
  return settleFamilies(columns);
}

/** A table with an IPv6 column alone has it as its only address column. */
function settleFamilies(columns: Partial<Record<CsvField, number>>): Partial<Record<CsvField, number>> {
  for (const [own, six] of [
    ['src', 'src6'],
    ['dst', 'dst6'],
  ] as const) {
    if (columns[own] === undefined && columns[six] !== undefined) {
      columns[own] = columns[six];
      delete columns[six];
    }
  }
  return columns;
}

/** What a table must at least tell: both ends, and a time that the traffic window can be held against (L3). */
export function missingFields(columns: Partial<Record<CsvField, number>>): string[] {
  const missing: string[] = [];
  if (columns.src === undefined)
    missing.push(`a source address (${FIELD_NAMES.src.slice(0, 6).join(', ')} …)`);
  if (columns.dst === undefined)
    missing.push(`a destination address (${FIELD_NAMES.dst.slice(0, 6).join(', ')} …)`);
  if (columns.start === undefined && columns.end === undefined && columns.received === undefined)
    missing.push(
      `a time (${FIELD_NAMES.start.slice(0, 5).join(', ')} …, ${FIELD_NAMES.end.slice(0, 5).join(', ')} …)`,
    );
  return missing;
}
