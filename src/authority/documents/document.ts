// What a document is, whatever it is written as: a head that says which rule it answers and as of when, then sections with
// facts and tables. Rows are made while they are written. Instants are epoch milliseconds.
import { TLP } from '../indicator.ts';
import type { AuthorisationRecord } from '../records.ts';
import { findRegime, type Rule } from '../regime.ts';
import { DOCUMENT_RULES, type DocumentKind } from './kinds.ts';
import type { KnownState } from './known-state.ts';

export type Tlp = (typeof TLP)[number];

export interface Head {
  readonly kind: DocumentKind;
  readonly title: string;
  readonly rule: Rule;
  /** Where in the law; `null` where the regime does not say. */
  readonly source: string | null;
  readonly regime: string;
  /** `null`: it is of a regime, not of one authorisation. */
  readonly authorisation: {
    readonly reference: string;
    readonly file: string;
    readonly version: number;
  } | null;
  readonly asKnownAtMs: number;
  readonly generation: number;
  /** The highest of what it holds. */
  readonly tlp: Tlp;
}

export type Value = string | number | boolean | null | readonly string[];

export interface Column {
  readonly key: string;
  readonly title: string;
  /** `instant`: epoch milliseconds, written as a date and time for people. */
  readonly kind?: 'instant';
}

export interface Fact extends Column {
  readonly value: Value;
}

export type Row = Readonly<Record<string, Value>>;

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: Iterable<Row>;
}

export interface Section {
  /** Stable, for programs. */
  readonly id: string;
  readonly title: string;
  /** What is said before facts and table. */
  readonly text?: string;
  readonly facts?: readonly Fact[];
  readonly table?: Table;
  readonly sections?: Iterable<Section>;
}

export interface Document {
  readonly head: Head;
  readonly facts: readonly Fact[];
  readonly sections: Iterable<Section>;
}

/** Where text goes: standard output, a file. */
export interface TextSink {
  text(piece: string): void;
}

/** Made anew each time it is gone through, and never whole. */
export function eachTime<T>(make: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: make };
}

export function fact(key: string, title: string, value: Value): Fact {
  return { key, title, value };
}

export function instantFact(key: string, title: string, value: number | null): Fact {
  return { key, title, value: value === null || !Number.isFinite(value) ? null : value, kind: 'instant' };
}

export function column(key: string, title: string): Column {
  return { key, title };
}

export function instantColumn(key: string, title: string): Column {
  return { key, title, kind: 'instant' };
}

/** What nobody marked is handled as entries without a mark are. */
export const UNMARKED: Tlp = 'AMBER+STRICT';

/** Gathers the highest marking of what is shown to it. */
export class Markings {
  private highestAt: number = TLP.length;

  add(tlp: Tlp): void {
    this.highestAt = Math.min(this.highestAt, TLP.indexOf(tlp));
  }

  get highest(): Tlp {
    return (TLP as readonly Tlp[])[this.highestAt] ?? UNMARKED;
  }
}

export function headOf(
  kind: DocumentKind,
  title: string,
  authorisation: AuthorisationRecord,
  { asKnownAtMs, records: { generation } }: Pick<KnownState, 'asKnownAtMs' | 'records'>,
  tlp: Tlp,
): Head {
  const { reference, file, version, regime } = authorisation;
  return {
    kind,
    title,
    rule: DOCUMENT_RULES[kind],
    source: sourceOf(kind, regime),
    regime,
    authorisation: { reference, file, version },
    asKnownAtMs,
    generation,
    tlp,
  };
}

export function sourceOf(kind: DocumentKind, regime: string): string | null {
  return findRegime(regime)?.documents.find((document) => document.kind === kind)?.source ?? null;
}
