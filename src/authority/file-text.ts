// The text of an authorisation file as plain values, within bounds: JSON, YAML in its usual form, or any YAML. It knows
// nothing of what the values mean.
import { FlowSieveError } from '../core/errors.ts';
import { readPlainYaml } from './plain-yaml.ts';

export const FILE_LIMITS = {
  /** Bytes of one file. */
  bytes: 256 * 1024 * 1024,
  /** Entries of `indicators`. */
  entries: 1_000_000,
  /** Nodes that YAML's aliases may stand for, nested ones multiplied. */
  aliases: 100_000,
} as const;

const NESTED = 'nested too deeply';

export interface FileText {
  readonly value: unknown;
  /** The line on which an entry of `indicators` begins, where the format gives it. */
  lineOf(entry: number): number | null;
}

export async function readFileText(bytes: Uint8Array, name: string): Promise<FileText> {
  if (bytes.byteLength > FILE_LIMITS.bytes) {
    throw unreadable(
      name,
      `${bytes.byteLength} bytes, more than the ${FILE_LIMITS.bytes} that one file may have`,
    );
  }
  const text = decode(bytes, name);
  if (/^\s*\{/.test(text)) {
    const value = parseJson(text);
    if (value !== undefined) return { value, lineOf: () => null };
  }
  const plain = readPlainYaml(text);
  if (plain) return { value: plain.value, lineOf: (entry) => plain.entryLines[entry] ?? null };
  return readAnyYaml(text, name);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(name, 'not UTF-8 text', cause);
  }
}

/** `undefined` where it is no JSON: a YAML flow mapping begins alike, and YAML's errors name the line. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readAnyYaml(text: string, name: string): Promise<FileText> {
  const { isMap, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: true, merge: false });
    const first = document.errors[0];
    if (first?.code === 'RESOURCE_EXHAUSTION') throw unreadable(name, NESTED, first);
    if (first) throw unreadable(name, first.message.trim(), first);
    const value = document.toJS({ maxAliasCount: FILE_LIMITS.aliases }) as unknown;
    const entries = isMap(document.contents) ? document.contents.get('indicators', true) : null;
    const lineOf = (entry: number): number | null => {
      const item = isSeq(entries)
        ? (entries.items[entry] as { range?: readonly number[] | null })
        : undefined;
      return item?.range ? lines.linePos(item.range[0] as number).line : null;
    };
    return { value, lineOf };
  } catch (error) {
    if (error instanceof FlowSieveError) throw error;
    if (error instanceof RangeError) throw unreadable(name, NESTED, error);
    if (error instanceof ReferenceError) {
      throw unreadable(name, `its aliases stand for more than ${FILE_LIMITS.aliases} nodes`, error);
    }
    throw unreadable(name, (error as Error).message, error);
  }
}

function unreadable(name: string, what: string, cause?: unknown): FlowSieveError {
  return new FlowSieveError('AUTHORISATION_UNREADABLE', `${name}: ${what}`, { cause });
}
