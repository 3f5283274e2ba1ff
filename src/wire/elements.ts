// Information elements by name: what a template's fields are called, for people to read. The decoder itself
// goes by roles.ts.
import { IANA } from './elements/iana.ts';
import { CERT, CISCO, CISCO_NSEL, JUNIPER, NETSCALER, NTOP, VMWARE } from './elements/vendors.ts';
import { PEN } from './roles.ts';

/** The abstract data types of RFC 7011 § 6.1 and RFC 6313, by the abbreviations of the tables. */
const TYPES = {
  u8: 'unsigned8',
  u16: 'unsigned16',
  u32: 'unsigned32',
  u64: 'unsigned64',
  i8: 'signed8',
  i16: 'signed16',
  i32: 'signed32',
  i64: 'signed64',
  f32: 'float32',
  f64: 'float64',
  bool: 'boolean',
  mac: 'macAddress',
  octets: 'octetArray',
  string: 'string',
  s: 'dateTimeSeconds',
  ms: 'dateTimeMilliseconds',
  us: 'dateTimeMicroseconds',
  ns: 'dateTimeNanoseconds',
  ip4: 'ipv4Address',
  ip6: 'ipv6Address',
  list: 'basicList',
  stl: 'subTemplateList',
  stml: 'subTemplateMultiList',
} as const;
type ElementType = (typeof TYPES)[keyof typeof TYPES];

export interface Element {
  /** Private enterprise number; 0 = IANA, and the types of NetFlow v9. */
  readonly pen: number;
  readonly id: number;
  readonly name: string;
  readonly type: ElementType;
  /** As the registry has it: octets, packets, milliseconds …; null = none. */
  readonly unit: string | null;
  /** Who defines it. */
  readonly source: string;
}

interface Registry {
  readonly source: string;
  readonly pen: number;
  readonly table: string;
  /** Added to the ids. */
  readonly base?: number;
}

const REGISTRIES: readonly Registry[] = [
  { source: 'IANA', pen: 0, table: IANA },
  { source: 'Cisco NSEL', pen: 0, table: CISCO_NSEL },
  { source: 'Cisco AVC', pen: PEN.cisco, table: CISCO },
  { source: 'Cisco AVC', pen: 0, base: 0x8000, table: CISCO },
  { source: 'VMware', pen: PEN.vmware, table: VMWARE },
  { source: 'Citrix NetScaler', pen: 5951, table: NETSCALER },
  { source: 'CERT YAF', pen: PEN.cert, table: CERT },
  { source: 'ntop', pen: PEN.ntop, table: NTOP },
  { source: 'ntop', pen: 0, base: 57_472, table: NTOP },
  { source: 'Juniper', pen: 2636, table: JUNIPER },
];

let byKey: Map<string, Element> | null = null;

/** Built at the first question: the decoder asks none. */
function elements(): Map<string, Element> {
  if (byKey !== null) return byKey;
  byKey = new Map();
  for (const { source, pen, table, base = 0 } of REGISTRIES) {
    for (const line of table.trim().split('\n')) {
      const [number, name, type, unit = null] = line.split(' ');
      const id = Number(number) + base;
      byKey.set(`${pen}/${id}`, {
        pen,
        id,
        name: name!,
        type: TYPES[type as keyof typeof TYPES],
        unit,
        source,
      });
    }
  }
  return byKey;
}

/** Undefined where no table knows it. An element of PEN 29305 is the reverse of IANA's (RFC 5103 § 6.1). */
export function findElement(pen: number, id: number): Element | undefined {
  if (pen !== PEN.reverse) return elements().get(`${pen}/${id}`);
  const forward = elements().get(`0/${id}`);
  if (forward === undefined) return undefined;
  const name = `reverse${forward.name.charAt(0).toUpperCase()}${forward.name.slice(1)}`;
  return { ...forward, pen, name, source: 'RFC 5103' };
}

/** All elements of the tables, by registry and id; those of RFC 5103 not repeated. */
export function allElements(): readonly Element[] {
  return [...elements().values()];
}
