// L16, D12: what may be told to everybody of the C2 servers in force, and nothing else: marked TLP:CLEAR, the C2 side only.
// Neither who found it, nor on what basis, nor whom it concerns stands in it.
import { explain } from '../explain.ts';
import { column, type Document, eachTime, fact, headOf, instantColumn, type Row } from './document.ts';
import { ADDRESS_COLUMNS, addressCells, THREAT_COLUMNS, threatCells } from './indicator-cells.ts';
import type { KnownState, ListedIndicator } from './known-state.ts';

export interface Alert {
  readonly document: Document;
  readonly addresses: number;
  /** In force, and refused since its marking is not CLEAR. */
  readonly refused: Iterable<ListedIndicator>;
}

export function alert(state: KnownState, reference: string): Alert {
  const authorisation = state.records.authorisations.get(reference)!;
  let addresses = 0;
  for (const _ of inForce(state, reference, true)) addresses += 1;
  const columns = [
    ...ADDRESS_COLUMNS,
    ...THREAT_COLUMNS,
    column('actor', 'Actor'),
    instantColumn('firstSeenMs', 'First seen'),
    column('tlp', 'TLP'),
  ];
  const rows = eachTime(function* () {
    for (const { indicator } of inForce(state, reference, true)) {
      const { indicator: _, ...address } = addressCells(indicator);
      const { threat, firstSeenMs, tlp } = indicator;
      yield {
        ...address,
        ...threatCells(indicator),
        actor: threat.actor,
        firstSeenMs,
        tlp,
      } as Row;
    }
  });
  return {
    document: {
      head: headOf('alert', 'Cyber threat alert: command-and-control servers', authorisation, state, 'CLEAR'),
      facts: [fact('addresses', 'Addresses', addresses)],
      sections: [{ id: 'addresses', title: 'Addresses', table: { columns, rows } }],
    },
    addresses,
    refused: eachTime(() => inForce(state, reference, false)),
  };
}

function* inForce(
  { records, asKnownAtMs, options, indicatorsOf }: KnownState,
  reference: string,
  isClear: boolean,
): Generator<ListedIndicator> {
  for (const listed of indicatorsOf(reference)) {
    if ((listed.indicator.tlp === 'CLEAR') !== isClear) continue;
    if (explain(listed.record, records, asKnownAtMs, options, listed.steps).inForce) yield listed;
  }
}
