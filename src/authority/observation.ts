// What a source says of an address, kept as it was said: never a window by itself (L2). Observations of one thing join in any
// order to the same, so that it does not matter how a feed was cut into files. Instants are epoch milliseconds.
import { TLP } from './indicator.ts';

export type Tlp = (typeof TLP)[number];

/** Keys that are not known are absent; lists are sorted, without duplicates. */
export interface Observation {
  readonly source: string;
  /** How the source itself names it: a STIX id, a MISP attribute's UUID, a ThreatFox IOC's number. */
  readonly item?: string;
  /** When the source last changed it: of one item the newest counts. */
  readonly modifiedMs?: number;
  /** Why the source has taken it back. */
  readonly retracted?: string;
  readonly firstSeenMs?: number;
  readonly lastSeenMs?: number;
  readonly validFromMs?: number;
  readonly validUntilMs?: number;
  /** The malware or tool. */
  readonly threats?: readonly string[];
  /** `online`, `offline` … as last seen. */
  readonly status?: string;
  /** 0 to 100, as the source scales it. */
  readonly confidence?: number;
  readonly tlp?: Tlp;
  readonly tags?: readonly string[];
  readonly references?: readonly string[];
  readonly remarks?: readonly string[];
}

/** Entries that a list keeps: the first in order, whatever the order in which they came. */
const LIST_LIMITS = { threats: 20, tags: 50, references: 50, remarks: 20 } as const;

/** What may be known of an observation: `null`, `undefined` and empty lists are left out. */
export type Known = {
  readonly [Key in keyof Observation]?: Observation[Key] | null | undefined;
} & { readonly source: string };

const KEYS = [
  'source',
  'item',
  'modifiedMs',
  'retracted',
  'firstSeenMs',
  'lastSeenMs',
  'validFromMs',
  'validUntilMs',
  'threats',
  'status',
  'confidence',
  'tlp',
  'tags',
  'references',
  'remarks',
] as const satisfies readonly (keyof Observation)[];

/** An observation with its keys in order and nothing that is not known. */
export function observation(known: Known): Observation {
  const kept: Record<string, unknown> = {};
  for (const key of KEYS) {
    const value = known[key];
    if (value === null || value === undefined) continue;
    if (!isList(key)) kept[key] = value;
    else if ((value as readonly string[]).length > 0) {
      kept[key] = [...new Set(value as readonly string[])].sort().slice(0, LIST_LIMITS[key]);
    }
  }
  return kept as unknown as Observation;
}

function isList(key: string): key is keyof typeof LIST_LIMITS {
  return key in LIST_LIMITS;
}

/** Observations of one key are about one thing, by one source. */
export function observationKey({ source, item }: Observation): string {
  return `${source}\n${item ?? ''}`;
}

/**
 * Of two that the source dates, the newer; of two that it does not, what both say: earliest first, latest last, and status
 * and confidence as they were when it was last seen. Any order and grouping of joins gives the same.
 */
export function join(a: Observation, b: Observation): Observation {
  const newer = compare(a.modifiedMs, b.modifiedMs) || compare(a.retracted, b.retracted);
  if (newer !== 0) return newer > 0 ? a : b;
  const { status, confidence } = isLater(a, b) ? a : b;
  return observation({
    ...a,
    firstSeenMs: least(a.firstSeenMs, b.firstSeenMs),
    lastSeenMs: most(a.lastSeenMs, b.lastSeenMs),
    validFromMs: least(a.validFromMs, b.validFromMs),
    validUntilMs: most(a.validUntilMs, b.validUntilMs),
    threats: both(a.threats, b.threats),
    status,
    confidence,
    tlp: strictest(a.tlp, b.tlp),
    tags: both(a.tags, b.tags),
    references: both(a.references, b.references),
    remarks: both(a.remarks, b.remarks),
  });
}

/** Of two seen at once, the more cautious: the lower confidence. */
function isLater(a: Observation, b: Observation): boolean {
  const caution = (confidence: number | undefined): number | undefined => confidence && -confidence;
  const later =
    compare(a.lastSeenMs, b.lastSeenMs) ||
    compare(caution(a.confidence), caution(b.confidence)) ||
    compare(a.status, b.status);
  return later >= 0;
}

/** What is not known comes before everything. */
function compare<T extends number | string>(a: T | undefined, b: T | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  return a < b ? -1 : 1;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function both(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] {
  return [...(a ?? []), ...(b ?? [])];
}

/** TLP lists the strictest first. */
export function strictest(a: Tlp | undefined, b: Tlp | undefined): Tlp | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return TLP.indexOf(a) <= TLP.indexOf(b) ? a : b;
}
