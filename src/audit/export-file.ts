// Checks an exported log: one JSON object a line, as docs/audit.md describes it. Read line by line, never whole.
import { FlowSieveError } from '../core/errors.ts';
import type { LoggedEvent } from './event-leaf.ts';
import type { Fault, Verification } from './fault.ts';
import { edgeOf } from './merkle.ts';
import { parseTreeHead } from './tree-head.ts';
import { edgeSubtree, LogVerification, type VerificationOptions } from './verification.ts';

const HASH = /^[0-9a-f]{64}$/;

/** @throws FlowSieveError INPUT_UNREADABLE where a line is none of an export's */
export async function verifyExport(
  lines: AsyncIterable<string>,
  name: string,
  options: Pick<VerificationOptions, 'publicKeys' | 'against'>,
): Promise<Verification> {
  let verification: LogVerification | null = null;
  /** What the last line tells; null = it was not met. */
  let lastSequence: unknown = null;
  let number = 0;
  for await (const line of lines) {
    number++;
    const unreadable = (what: string) =>
      new FlowSieveError('INPUT_UNREADABLE', `${name}: line ${number} ${what}`);
    if (lastSequence !== null) throw unreadable('stands behind the end');
    const value = parse(line);
    if (!verification) {
      const beginning = beginningOf(value);
      if (!beginning) throw unreadable('is not the beginning of an exported audit log');
      verification = new LogVerification({ ...options, ...beginning });
    } else if (value?.type === 'event' && isEvent(value)) {
      const { type: _type, leaf, ...event } = value;
      verification.event(event, isHash(leaf) ? Buffer.from(leaf, 'hex') : null);
    } else if (value?.type === 'end') {
      lastSequence = value.lastSequence;
    } else {
      const head = parseTreeHead(value);
      if (!head) throw unreadable('is neither an event nor a tree head');
      verification.head(head);
    }
  }
  if (!verification) throw new FlowSieveError('INPUT_UNREADABLE', `${name}: is empty`);
  const result = verification.end();
  return lastSequence === result.treeSize ? result : withFault(result, lastSequence);
}

function withFault(result: Verification, lastSequence: unknown): Verification {
  const message =
    lastSequence === null
      ? 'the export has no end: the file was cut off'
      : `the export ended with event ${lastSequence}, and now ends with event ${result.treeSize}`;
  const fault: Fault = { kind: 'truncated', from: null, to: null, message };
  return { ...result, faultCount: result.faultCount + 1, faults: [...result.faults, fault] };
}

type Line = Record<string, unknown>;

function parse(line: string): Line | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? (value as Line) : null;
  } catch {
    return null;
  }
}

function beginningOf(value: Line | null): Pick<VerificationOptions, 'start' | 'recordedKeys'> | null {
  const { type, version, startSize, edge, publicKeys } = value ?? {};
  if (type !== 'audit-export' || version !== 1 || !isSize(startSize)) return null;
  if (!Array.isArray(edge) || !edge.every(isHash) || edge.length !== edgeOf(startSize).length) return null;
  const hashes = edge.map((hash) => Buffer.from(hash, 'hex'));
  return {
    start: { size: startSize, subtree: edgeSubtree(startSize, hashes) },
    recordedKeys: Array.isArray(publicKeys) ? publicKeys.filter((key) => typeof key === 'string') : [],
  };
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isEvent(value: Line): value is Line & LoggedEvent {
  return Number.isSafeInteger(value.sequence) && typeof value.detail === 'object' && value.detail !== null;
}
