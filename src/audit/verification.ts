// Checks a log from its events alone: makes every leaf again, holds the tree against every signed head, and says where
// something was edited, taken out, moved or cut off. Flat memory, whatever the log's length; knows no file and no database.
import { publicKeyId } from '../core/signing-key.ts';
import { formatInstant } from '../core/time.ts';
import { eventLeafHash, type LoggedEvent } from './event-leaf.ts';
import type { Fault, FaultKind, Verification } from './fault.ts';
import { hashed } from './hashed.ts';
import { signatureFault } from './head-signature.ts';
import { type CompleteSubtree, edgeOf, GrowingTree } from './merkle.ts';
import type { SignedTreeHead } from './tree-head.ts';

export interface VerificationOptions {
  /** Public keys, PEM, that heads may be signed with. Without any: those that the log itself records. */
  readonly publicKeys?: readonly string[];
  /** Those that it recorded before its beginning here. */
  readonly recordedKeys?: readonly string[];
  /** Heads that were kept outside. */
  readonly against?: readonly SignedTreeHead[];
  /** What came before: of a log that does not begin with its first event. */
  readonly start?: { readonly size: number; readonly subtree: CompleteSubtree };
  /** Hashes of complete subtrees as they are kept beside the log; null = not kept. */
  readonly keptSubtree?: (level: number, index: number) => Uint8Array | null;
}

const MAX_FAULTS = 100;
/** Edited events that are held against each other's places: a few tens of thousands of hashes. */
const MAX_COMPARED = 200;

interface Edited {
  readonly event: LoggedEvent;
  /** The leaf that was kept at this place. */
  readonly kept: Uint8Array;
}

interface AwaitedHead {
  readonly head: SignedTreeHead;
  readonly isOutside: boolean;
}

export class LogVerification {
  private readonly options: VerificationOptions;
  private readonly tree: GrowingTree;
  private readonly startSize: number;
  /** Sequence of the last event looked at, or found missing. */
  private at: number;
  private readonly keys = new Map<string, string>();
  private readonly awaited = new Map<number, AwaitedHead[]>();
  /** Heads that events tell of, by size and root, and those that are there. */
  private readonly toldHeads = new Map<string, number>();
  private readonly seenHeads = new Set<string>();
  private readonly edited: Edited[] = [];
  private readonly faults: Fault[] = [];
  private faultCount = 0;
  private events = 0;
  private heads = 0;
  private coveredTo = 0;
  private lastSound = 0;
  /** The kept subtrees have named a narrower place since the last sound head. */
  private isNarrowed = false;
  /** From here on the tree is not known: an event is missing, and nothing was kept of it. */
  private unknownFrom: number | null = null;

  constructor(options: VerificationOptions = {}) {
    this.options = options;
    this.startSize = options.start?.size ?? 0;
    this.at = this.startSize;
    this.tree = new GrowingTree((level, index, hash) => this.completed(level, index, hash));
    if (options.start) this.tree.resume(options.start.size, options.start.subtree);
    this.lastSound = this.startSize;
    const keys = options.publicKeys?.length ? options.publicKeys : (options.recordedKeys ?? []);
    for (const pem of keys) this.keys.set(publicKeyId(pem) ?? '', pem);
    for (const head of options.against ?? []) this.await(head, true);
  }

  /** Sequence of the next event. */
  get next(): number {
    return this.at + 1;
  }

  /** Events in the order of their sequence. @param kept the leaf's hash as it was kept beside the event */
  event(event: LoggedEvent, kept: Uint8Array | null = null): void {
    if (event.sequence > this.next) this.lost(event.sequence - 1);
    if (event.sequence < this.next) {
      this.fault('moved', event.sequence, event.sequence, `event ${event.sequence} stands behind later ones`);
      return;
    }
    this.events++;
    this.learn(event);
    const made = hashed(eventLeafHash(event));
    if (kept && Buffer.compare(made, kept) !== 0) this.noteEdited({ event, kept });
    this.grow(kept ?? made);
  }

  /** An event that is not there, though its leaf was kept. */
  keptOnly(sequence: number, kept: Uint8Array): void {
    if (sequence > this.next) this.lost(sequence - 1);
    this.fault(
      'missing',
      sequence,
      sequence,
      `event ${sequence} is missing: it was logged, and is not there any more`,
    );
    this.grow(kept);
  }

  /** A head of the log itself: before the events that it covers, or right behind them. */
  head(head: SignedTreeHead): void {
    this.heads++;
    this.seenHeads.add(nameOf(head));
    this.await(head, false);
  }

  end(): Verification {
    this.classifyEdited();
    for (const [size, heads] of [...this.awaited].sort(([a], [b]) => a - b)) {
      for (const { head, isOutside } of heads) this.endsBefore(size, head, isOutside);
    }
    for (const [name, sequence] of this.toldHeads) {
      if (this.seenHeads.has(name)) continue;
      this.fault('head', sequence, sequence, `event ${sequence} tells of a tree head that is not there`);
    }
    return {
      treeSize: this.at,
      events: this.events,
      heads: this.heads,
      coveredTo: this.coveredTo,
      faults: this.faults,
      faultCount: this.faultCount,
      keys: this.options.publicKeys?.length ? 'given' : 'from the log',
    };
  }

  private learn({ action, object, detail, sequence }: LoggedEvent): void {
    if (action === 'key.create' && !this.options.publicKeys?.length && typeof detail.publicKey === 'string') {
      if (publicKeyId(detail.publicKey) === object) this.keys.set(object, detail.publicKey);
    }
    if (action === 'audit.head') this.toldHeads.set(`${detail.treeSize} ${detail.rootHash}`, sequence);
  }

  private grow(leafHash: Uint8Array): void {
    this.at++;
    if (this.unknownFrom === null) hashed(this.tree.append(leafHash));
    const heads = this.awaited.get(this.at);
    if (!heads) return;
    this.awaited.delete(this.at);
    for (const { head, isOutside } of heads) this.check(head, isOutside);
  }

  private await(head: SignedTreeHead, isOutside: boolean): void {
    if (head.treeSize === this.at) this.check(head, isOutside);
    else this.awaited.set(head.treeSize, [...(this.awaited.get(head.treeSize) ?? []), { head, isOutside }]);
  }

  /** The tree has exactly the size that the head covers. */
  private check(head: SignedTreeHead, isOutside: boolean): void {
    const name = headText(head, isOutside);
    const isSigned = this.isSigned(head, name);
    if (this.unknownFrom !== null) return;
    if (Buffer.compare(hashed(this.tree.root()), head.rootHash) === 0) {
      this.lastSound = head.treeSize;
      this.isNarrowed = false;
      if (isSigned) this.coveredTo = Math.max(this.coveredTo, head.treeSize);
      return;
    }
    if (this.isNarrowed) return;
    const from = this.lastSound + 1;
    const message = `${name} was made over other events: something among events ${from} to ${head.treeSize} was changed`;
    this.fault('tree', from, head.treeSize, message);
  }

  private isSigned(head: SignedTreeHead, name: string): boolean {
    const pem = this.keys.get(head.keyId);
    const wrong =
      pem === undefined
        ? `was signed with the key ${head.keyId}, which is not known; give its public key`
        : signatureFault(head, pem);
    if (wrong !== null) this.fault('head', null, null, `${name} ${wrong}`);
    return wrong === null;
  }

  /** A head that the events never reached. */
  private endsBefore(size: number, head: SignedTreeHead, isOutside: boolean): void {
    const name = headText(head, isOutside);
    if (size < this.startSize) {
      if (!isOutside) this.fault('head', null, null, `${name} covers less than what came before`);
      return;
    }
    if (size < this.at) {
      if (this.unknownFrom !== null) return;
      this.fault('head', null, null, `${name} stands behind later events`);
      return;
    }
    if (!this.isSigned(head, name)) return;
    const [from, to] = [this.next, size];
    this.fault(
      'truncated',
      from,
      to,
      `${name} covers events ${from} to ${to}, which are missing: the log was cut off`,
    );
  }

  /** Everything from the next event to `to` is not there, and nothing was kept of it. */
  private lost(to: number): void {
    const from = this.next;
    const which = from === to ? `event ${from} is` : `events ${from} to ${to} are`;
    this.fault('missing', from, to, `${which} missing, and the tree behind cannot be made again`);
    this.unknownFrom ??= from;
    this.at = to;
  }

  private completed(level: number, index: number, hash: Uint8Array): void {
    if (level === 0 || this.isNarrowed) return;
    const kept = this.options.keptSubtree?.(level, index);
    if (!kept || Buffer.compare(kept, hash) === 0) return;
    this.isNarrowed = true;
    const [from, to] = [index * 2 ** level + 1, (index + 1) * 2 ** level];
    const message = `events ${from} to ${to} do not give the hash that was kept of them together: something among them was changed`;
    this.fault('tree', from, to, message);
  }

  private noteEdited(edited: Edited): void {
    if (this.edited.length < MAX_COMPARED) this.edited.push(edited);
    else this.editedFault(edited.event);
  }

  private editedFault({ sequence, action, object }: LoggedEvent): void {
    this.fault(
      'edited',
      sequence,
      sequence,
      `event ${sequence} (${action} of ${object}) is not the one that was logged`,
    );
  }

  /** An edited event that was logged at another place was moved. */
  private classifyEdited(): void {
    for (const { event } of this.edited) {
      const { sequence, action, object } = event;
      const origin = this.edited.find(
        ({ event: other, kept }) =>
          other.sequence !== sequence &&
          Buffer.compare(hashed(eventLeafHash({ ...event, sequence: other.sequence })), kept) === 0,
      );
      if (!origin) this.editedFault(event);
      else {
        const message = `event ${sequence} (${action} of ${object}) was logged as event ${origin.event.sequence}: it was moved`;
        this.fault('moved', sequence, sequence, message);
      }
    }
  }

  private fault(kind: FaultKind, from: number | null, to: number | null, message: string): void {
    this.faultCount++;
    if (this.faults.length < MAX_FAULTS) this.faults.push({ kind, from, to, message });
  }
}

/** Of the tree's edge given as hashes, the largest subtree first. */
export function edgeSubtree(size: number, hashes: readonly Uint8Array[]): CompleteSubtree {
  const known = new Map(edgeOf(size).map(([level, index], at) => [`${level} ${index}`, hashes[at]]));
  return (level, index) => {
    const hash = known.get(`${level} ${index}`);
    if (!hash) throw new Error(`the subtree ${level} ${index} is not known`);
    return hash;
  };
}

function nameOf({ treeSize, rootHash }: SignedTreeHead): string {
  return `${treeSize} ${Buffer.from(rootHash).toString('hex')}`;
}

function headText({ treeSize, timestampMs }: SignedTreeHead, isOutside: boolean): string {
  return `the ${isOutside ? 'outside ' : ''}head over ${treeSize} events of ${formatInstant(timestampMs)}`;
}
