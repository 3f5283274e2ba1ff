// What an import tells of itself.
import type { Difference } from '../authority/differences.ts';
import type { Refusal } from '../authority/refusal.ts';
import type { ListHit } from '../authority/warninglist.ts';

export interface ImportReport {
  readonly file: string;
  readonly reference: string;
  /** Version of the authorisation that the database holds now. */
  readonly version: number;
  readonly generation: number;
  readonly changed: boolean;
  /** What the authorisation itself says otherwise than before. */
  readonly head: readonly Difference[];
  readonly entries: number;
  readonly indicators: { readonly added: number; readonly changed: number; readonly withdrawn: number };
  /** What became of indicators that were known, up to a bound. */
  readonly changes: readonly IndicatorChange[];
  /** Entries refused, and every fault of theirs up to a bound. */
  readonly refused: number;
  readonly refusals: readonly Refusal[];
  /** Entries of this import on warning lists: they match all the same, and somebody should look. */
  readonly warned: number;
  readonly warnings: readonly ImportWarning[];
  readonly operatorsAdded: readonly string[];
}

/** An entry that was added or changed, and a warning list that its address meets. */
export interface ImportWarning extends ListHit {
  readonly entry: number;
  readonly line: number | null;
  readonly indicator: string;
  readonly address: string;
}

export interface IndicatorChange {
  readonly id: string;
  readonly address: string;
  /** `taken over`: it was proposed, and the file lists it now; `listed again`: it had been withdrawn. */
  readonly change: 'changed' | 'taken over' | 'listed again' | 'withdrawn';
  readonly fields: readonly Difference[];
}
