// Writes NetFlow and IPFIX messages for tests, and whatever a lying exporter might send instead.

export type FieldValue = number | bigint | string | Uint8Array;
export type Specifier = readonly [id: number, length: number, pen?: number];

export const VARIABLE = 65_535;
/** 2024-06-01T00:00:00Z */
export const EXPORT_SECONDS = 1_717_200_000;
export const EXPORT_MS = EXPORT_SECONDS * 1000;
export const UPTIME_MS = 1_000_000;

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function uint(value: number | bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = BigInt(value);
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

export const u16 = (value: number) => uint(value, 2);
export const u32 = (value: number) => uint(value, 4);

/** '192.0.2.1', '2001:db8::1' */
export function address(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number);
  const [head = '', tail] = text.split('::');
  const words = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const after = tail === undefined ? [] : words(tail);
  const before = words(head);
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return concat(...[...before, ...zeros, ...after].map(u16));
}

function encodeValue(value: FieldValue, length: number): Uint8Array {
  const bytes =
    typeof value === 'string'
      ? address(value)
      : value instanceof Uint8Array
        ? value
        : uint(value, length === VARIABLE ? 4 : length);
  if (length !== VARIABLE) return bytes;
  return concat(bytes.length < 255 ? uint(bytes.length, 1) : concat(uint(255, 1), u16(bytes.length)), bytes);
}

/** A record's octets by its template. */
export function record(fields: readonly Specifier[], values: readonly FieldValue[]): Uint8Array {
  return concat(...fields.map(([, length], n) => encodeValue(values[n]!, length)));
}

export function set(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  return concat(u16(id), u16(body.length + 4), body);
}

const specifiers9 = (fields: readonly Specifier[]) =>
  concat(...fields.map(([id, length]) => concat(u16(id), u16(length))));
const specifiers10 = (fields: readonly Specifier[]) =>
  concat(
    ...fields.map(([id, length, pen]) =>
      pen === undefined ? concat(u16(id), u16(length)) : concat(u16(id | 0x8000), u16(length), u32(pen)),
    ),
  );

export const template9 = (id: number, fields: readonly Specifier[]) =>
  concat(u16(id), u16(fields.length), specifiers9(fields));
export const template10 = (id: number, fields: readonly Specifier[]) =>
  concat(u16(id), u16(fields.length), specifiers10(fields));
export const optionsTemplate9 = (id: number, scopes: readonly Specifier[], fields: readonly Specifier[]) =>
  concat(u16(id), u16(scopes.length * 4), u16(fields.length * 4), specifiers9([...scopes, ...fields]));
export const optionsTemplate10 = (id: number, scopes: readonly Specifier[], fields: readonly Specifier[]) =>
  concat(
    u16(id),
    u16(scopes.length + fields.length),
    u16(scopes.length),
    specifiers10([...scopes, ...fields]),
  );

export interface Header {
  readonly seconds?: number;
  readonly uptimeMs?: number;
  readonly sequence?: number;
  /** Source id, observation domain id, or engine type << 8 | id. */
  readonly domain?: number;
  readonly count?: number;
}

export function netflow9(header: Header, ...sets: readonly Uint8Array[]): Uint8Array {
  const {
    seconds = EXPORT_SECONDS,
    uptimeMs = UPTIME_MS,
    sequence = 0,
    domain = 0,
    count = sets.length,
  } = header;
  return concat(u16(9), u16(count), u32(uptimeMs), u32(seconds), u32(sequence), u32(domain), ...sets);
}

export function ipfix(header: Header, ...sets: readonly Uint8Array[]): Uint8Array {
  const { seconds = EXPORT_SECONDS, sequence = 0, domain = 0 } = header;
  const body = concat(...sets);
  return concat(u16(10), u16(body.length + 16), u32(seconds), u32(sequence), u32(domain), body);
}

export interface Record5 {
  readonly src: string;
  readonly dst: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly protocol?: number;
  readonly packets?: number;
  readonly bytes?: number;
  readonly first?: number;
  readonly last?: number;
  readonly tcpFlags?: number;
}

const record5 = (r: Record5) =>
  concat(
    address(r.src),
    address(r.dst),
    u32(0),
    u32(0),
    u32(r.packets ?? 1),
    u32(r.bytes ?? 64),
    u32(r.first ?? UPTIME_MS),
    u32(r.last ?? UPTIME_MS),
    u16(r.srcPort ?? 0),
    u16(r.dstPort ?? 0),
    uint(0, 1),
    uint(r.tcpFlags ?? 0, 1),
    uint(r.protocol ?? 6, 1),
    uint(0, 1),
    u32(0),
    u32(0),
  );

export interface Header5 extends Header {
  readonly nanoseconds?: number;
  /** Mode << 14 | interval. */
  readonly sampling?: number;
}

export function netflow5(header: Header5, records: readonly Record5[]): Uint8Array {
  const {
    seconds = EXPORT_SECONDS,
    uptimeMs = UPTIME_MS,
    sequence = 0,
    domain = 0,
    count = records.length,
  } = header;
  return concat(
    u16(5),
    u16(count),
    u32(uptimeMs),
    u32(seconds),
    u32(header.nanoseconds ?? 0),
    u32(sequence),
    u16(domain),
    u16(header.sampling ?? 0),
    ...records.map(record5),
  );
}
