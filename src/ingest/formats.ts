// Which format an input has, told by its first bytes, and the reader for it, loaded when it is needed.
import { FlowSieveError } from '../core/errors.ts';
import type { BatchReader, ReaderOptions } from './batch.ts';
import { type ByteSource, RewoundSource } from './byte-source.ts';
import type { ColumnMap } from './csv/columns.ts';
import { unreadable } from './file-source.ts';
import { openSource } from './source.ts';

const FORMATS = ['pcap', 'nfcapd', 'ipfix', 'csv', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

/** A reader of known format, with the source whose progress it makes. */
export type InputReader = BatchReader & { readonly format: Format; readonly source: ByteSource };

/** Enough to tell formats apart, and for the first lines of a table. */
const HEAD_BYTES = 16_384;

/** @returns null where the bytes begin no format that is read here */
export function detectFormat(head: Uint8Array): Format | null {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length >= 4) {
    switch (view.getUint32(0)) {
      case 0xa1b2c3d4:
      case 0xd4c3b2a1:
      case 0xa1b23c4d:
      case 0x4d3cb2a1:
      case 0x0a0d0d0a: // pcapng
        return 'pcap';
      case 0x50415231: // PAR1
        return 'parquet';
    }
    const magic = view.getUint16(0);
    if ((magic === 0xa50c || magic === 0x0ca5) && isNfcapdVersion(view, magic === 0x0ca5)) return 'nfcapd';
  }
  if (beginsIpfix(view)) return 'ipfix';
  return isDelimitedText(head) ? 'csv' : null;
}

/** @throws FlowSieveError INPUT_UNREADABLE where the format is none that is read here */
export async function openReader(
  format: Format | 'auto',
  source: ByteSource,
  options: ReaderOptions & { readonly columns?: ColumnMap },
): Promise<InputReader> {
  const { head, rest, damage } = await readHead(source);
  const found = format === 'auto' ? detectFormat(head) : format;
  if (found === null) {
    if (damage) throw unreadable(source.name, damage);
    const reason =
      head.length === 0 ? 'it is empty' : 'it begins like none of pcap, pcapng, nfcapd, IPFIX, CSV, Parquet';
    throw new FlowSieveError('INPUT_UNREADABLE', `cannot read ${source.name}: ${reason}`);
  }
  const reader = await openFormat(found, rest, head, options);
  return {
    format: found,
    source,
    fill: (slab) => reader.fill(slab),
    close: () => reader.close(),
  };
}

export interface InputOptions extends Omit<ReaderOptions, 'nowMs'> {
  /** `auto` or one of FORMATS. */
  readonly format: string;
  /** Column mapping for CSV and Parquet, in text or as the name of a file that holds it. */
  readonly columns?: string;
  /** Default: now. */
  readonly nowMs?: number;
}

/**
 * Opens a file, or `-`, with its reader.
 * @throws FlowSieveError INPUT_UNREADABLE, USAGE (unknown format or mapping)
 */
export async function openInput(path: string, options: InputOptions): Promise<InputReader> {
  const { format, columns, nowMs = Date.now(), ...rest } = options;
  if (!isFormat(format)) {
    throw new FlowSieveError('USAGE', `--format: "${format}" is not one of auto, ${FORMATS.join(', ')}`);
  }
  const map =
    columns === undefined ? {} : { columns: (await import('./csv/columns.ts')).loadColumnMap(columns) };
  const source = await openSource(path);
  try {
    return await openReader(format, source, { ...rest, ...map, nowMs });
  } catch (error) {
    await source.close();
    throw error;
  }
}

function isFormat(format: string): format is Format | 'auto' {
  return format === 'auto' || (FORMATS as readonly string[]).includes(format);
}

async function openFormat(
  format: Format,
  source: ByteSource,
  head: Uint8Array,
  options: ReaderOptions & { readonly columns?: ColumnMap },
): Promise<BatchReader> {
  switch (format) {
    case 'pcap':
      return (await import('./pcap/reader.ts')).openPcap(source, head, options);
    case 'ipfix':
      return (await import('./ipfix-file/reader.ts')).openIpfixFile(source, head, options);
    case 'nfcapd':
      return (await import('./nfcapd/reader.ts')).openNfcapd(source, head, options);
    case 'csv':
      return (await import('./csv/reader.ts')).openCsv(source, head, options);
    case 'parquet':
      return (await import('./parquet/reader.ts')).openParquet(source, head, options);
  }
}

/** The first bytes, and the source from there on. */
async function readHead(source: ByteSource) {
  const { head, damage } = await RewoundSource.peek(source, HEAD_BYTES);
  const rest = damage ? new RewoundSource(new Uint8Array(0), source, damage) : source;
  return { head, rest, damage };
}

/** Layouts 1 to 3, in the byte order of the magic. */
function isNfcapdVersion(view: DataView, littleEndian: boolean): boolean {
  const version = view.getUint16(2, littleEndian);
  return version >= 1 && version <= 3;
}

/** RFC 7011 § 3.1: version 10, and a set or the next message where one must be. */
function beginsIpfix(view: DataView): boolean {
  if (view.byteLength < 16 || view.getUint16(0) !== 10) return false;
  const length = view.getUint16(2);
  if (length < 16) return false;
  if (length + 2 <= view.byteLength) return view.getUint16(length) === 10;
  if (length < 20 || view.byteLength < 20) return length === 16;
  const setId = view.getUint16(16);
  return (setId === 2 || setId === 3 || setId >= 256) && view.getUint16(18) <= length - 16;
}

/** A first line of printable characters with a delimiter in it. */
function isDelimitedText(head: Uint8Array): boolean {
  let delimiters = 0;
  for (const byte of head) {
    if (byte === 0x0a) {
      if (delimiters > 0) return true;
    } else if (byte < 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
    else if (byte === 0x2c || byte === 0x7c || byte === 0x3b || byte === 0x09) delimiters++;
  }
  return delimiters > 0;
}
