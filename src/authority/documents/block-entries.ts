// What is to be blocked: of overlapping entries only the widest, so that every format can hold them side by side.
import type { Indicator } from '../indicator.ts';
import type { IndicatorRecord } from '../records.ts';

export interface BlockEntry {
  readonly family: 4 | 6;
  /** Canonical address or prefix. */
  readonly address: string;
  /** IANA number; `null` = every protocol. */
  readonly protocol: number | null;
  /** Of the C2 side; `null` = every port. */
  readonly port: number | null;
  /** Inclusive bounds, as in records.ts. */
  readonly first: readonly number[];
  readonly last: readonly number[];
}

export function blockEntry({ family, first, last }: IndicatorRecord, indicator: Indicator): BlockEntry {
  const { address, protocol, port } = indicator;
  return { family, address, protocol, port, first, last };
}

/** Without what another entry blocks too, in order of family and address. Prefixes lie one in another, or apart. */
export function reduced(entries: readonly BlockEntry[]): readonly BlockEntry[] {
  const kept: BlockEntry[] = [];
  let around: BlockEntry[] = [];
  for (const entry of [...entries].sort(inOrder)) {
    around = around.filter((wider) => wider.family === entry.family && compare(wider.last, entry.first) >= 0);
    if (around.some((wider) => blocksAll(wider, entry))) continue;
    around.push(entry);
    kept.push(entry);
  }
  return kept;
}

/** Whether an entry that lies around another blocks all that it would. */
function blocksAll(wider: BlockEntry, entry: BlockEntry): boolean {
  return (
    (wider.protocol === null || wider.protocol === entry.protocol) &&
    (wider.port === null || wider.port === entry.port)
  );
}

/** What blocks more comes first. */
function inOrder(a: BlockEntry, b: BlockEntry): number {
  return (
    a.family - b.family ||
    compare(a.first, b.first) ||
    compare(b.last, a.last) ||
    limits(a) - limits(b) ||
    (a.protocol ?? -1) - (b.protocol ?? -1) ||
    (a.port ?? -1) - (b.port ?? -1)
  );
}

function limits({ protocol, port }: BlockEntry): number {
  return Number(protocol !== null) + Number(port !== null);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, word] of a.entries()) {
    const difference = word - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
