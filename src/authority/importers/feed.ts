// A feed's file as it is being read: which addresses it names, what it says of them, and what was refused and why.
// Everything that a file can make grow is bounded here.
import { FlowSieveError } from '../../core/errors.ts';
import type { Prefix } from '../../core/prefix.ts';
import type { Observation } from '../observation.ts';
import { describeFault, type Fault } from '../refusal.ts';

export const FEED_LIMITS = {
  /** Bytes of one file. */
  fileBytes: 256 * 1024 * 1024,
  /** Lines, objects or attributes of one file. */
  entries: 1_000_000,
  /** Levels of JSON. */
  nesting: 100,
  /** Characters of one record of CSV, its quoted line ends included. */
  recordCharacters: 64 * 1024,
  columns: 200,
  /** Characters of a name or a tag, and of a remark; longer ones are cut. */
  nameCharacters: 200,
  remarkCharacters: 1000,
  patternCharacters: 100_000,
  patternNesting: 16,
  patternAddresses: 1000,
  /** Refusals that are kept in words; all are counted. */
  refusalsKept: 10_000,
} as const;

/** Where in a file something stands. */
export interface Place {
  /** From 1. */
  readonly line?: number;
  /** `objects[3]`, `response[0].Event.Attribute[7]`. */
  readonly element?: string;
}

export interface Candidate extends Place {
  readonly prefix: Prefix;
  readonly port: number | null;
  readonly protocol: number | null;
  readonly observation: Observation;
}

/** What a source has taken back. */
export interface Retraction {
  readonly source: string;
  readonly item: string;
  readonly modifiedMs?: number;
  readonly reason: string;
  /** Nothing that the source says of the item later counts. */
  readonly isFinal: boolean;
}

/** An entry that was not taken, by its first fault. Never holds an address but where it is the fault. */
export interface FeedRefusal extends Place, Fault {
  readonly file: string;
  /** The source's own name for the entry. */
  readonly item?: string;
}

export interface ReadFeed {
  readonly name: string;
  /** What could have been an indicator, taken or not. */
  readonly entries: number;
  readonly candidates: readonly Candidate[];
  readonly retractions: readonly Retraction[];
  /** Entries refused, and the first of them in words. */
  readonly refused: number;
  readonly refusals: readonly FeedRefusal[];
  /** Versions of items that the same file has newer. */
  readonly outdated: number;
}

/** What a reader is told besides the text. */
export interface FeedOptions {
  /** How the file is called in messages. */
  readonly name: string;
  /** Who says it, whatever the file says. */
  readonly source?: string;
}

export class FeedReading {
  readonly name: string;
  readonly candidates: Candidate[] = [];
  readonly retractions: Retraction[] = [];
  readonly refusals: FeedRefusal[] = [];
  entries = 0;
  refused = 0;
  outdated = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Counts an entry. */
  enter(): void {
    this.entries += 1;
    if (this.entries > FEED_LIMITS.entries) {
      throw unreadable(this.name, `has more than ${FEED_LIMITS.entries} entries: split it`);
    }
  }

  take(candidate: Candidate): void {
    this.candidates.push(candidate);
  }

  retract(retraction: Retraction): void {
    this.retractions.push(retraction);
  }

  refuse(place: Place & { readonly item?: string }, fault: Fault): void {
    this.refused += 1;
    if (this.refusals.length < FEED_LIMITS.refusalsKept) {
      this.refusals.push({ file: this.name, ...place, ...fault });
    }
  }
}

export function describeFeedRefusal(refusal: FeedRefusal): string {
  const { file, line, element, item } = refusal;
  const place = [line === undefined ? [] : `line ${line}`, element ?? [], item ?? []].flat().join(', ');
  return `${file}: ${place}: ${describeFault(refusal)}`;
}

/** Who says it, where nothing else is said: the file. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, FEED_LIMITS.nameCharacters);
}

/** For what is wrong with a file as a whole. */
export function unreadable(name: string, what: string, cause?: unknown): FlowSieveError {
  return new FlowSieveError('INPUT_UNREADABLE', `${name}: ${what}`, { cause });
}
