// L17, D11: what operators are asked to block: only indicators in force and flagged `block`. As a document, or in the words of
// what does the blocking (block-formats/).
import { explain } from '../explain.ts';
import { type BlockEntry, blockEntry, reduced } from './block-entries.ts';
import {
  column,
  type Document,
  eachTime,
  fact,
  type Head,
  headOf,
  Markings,
  type TextSink,
} from './document.ts';
import { ADDRESS_COLUMNS, addressCells, ID_COLUMN, THREAT_COLUMNS, threatCells } from './indicator-cells.ts';
import type { KnownState, ListedIndicator } from './known-state.ts';

export interface BlockListRequest {
  readonly reference: string;
  /** Only what is in force for this one; else what is for any. */
  readonly operator?: string | undefined;
}

export interface BlockList {
  readonly head: Head;
  /** What is listed. */
  readonly document: Document;
  /** Without what lies in another. */
  readonly entries: readonly BlockEntry[];
}

/** A format's way to write one entry, and what comes around them all. */
export interface BlockFormat {
  /** What begins a line that is none of the list. */
  readonly comment: string;
  /** Why an entry cannot be said in this format; `null` = it can. */
  refusal(entry: BlockEntry): string | null;
  write(entries: readonly BlockEntry[], head: Head, out: TextSink): void;
}

export function blockList(state: KnownState, request: BlockListRequest): BlockList {
  const { reference, operator } = request;
  const authorisation = state.records.authorisations.get(reference)!;
  const markings = new Markings();
  const all: BlockEntry[] = [];
  for (const { record, indicator } of toBlock(state, request)) {
    markings.add(indicator.tlp);
    all.push(blockEntry(record, indicator));
  }
  const head = headOf('block-list', `Block list of ${reference}`, authorisation, state, markings.highest);
  const rows = eachTime(function* () {
    for (const { indicator } of toBlock(state, request))
      yield { ...addressCells(indicator), ...threatCells(indicator), tlp: indicator.tlp };
  });
  const columns = [...ADDRESS_COLUMNS, ...THREAT_COLUMNS, column('tlp', 'TLP'), ID_COLUMN];
  return {
    head,
    document: {
      head,
      facts: [
        fact('operator', 'For', operator ?? 'every operator'),
        fact('addresses', 'Addresses', all.length),
      ],
      sections: [{ id: 'addresses', title: 'Addresses', table: { columns, rows } }],
    },
    entries: reduced(all),
  };
}

function* toBlock(
  { records, asKnownAtMs, options, indicatorsOf }: KnownState,
  { reference, operator }: BlockListRequest,
): Generator<ListedIndicator> {
  for (const listed of indicatorsOf(reference)) {
    if (!listed.indicator.block) continue;
    const { windows } = explain(listed.record, records, asKnownAtMs, options, listed.steps);
    const concerns = windows.some(
      ({ inForce, operators }) => inForce && (operator === undefined || operators.includes(operator)),
    );
    if (concerns) yield listed;
  }
}
