// One match as evidence is made from it: its columns in their order, and what they become.
import type { TimeSource } from '../core/flow.ts';
import type { Direction } from '../match/messages.ts';
import type { Database } from './database.ts';
import { DIRECTIONS, ID_BYTES, ID_TIME_BYTES, TIME_SOURCES } from './matches.ts';

/** A match without what is the same for all of its victim and indicator. */
export interface ContactFlow {
  readonly direction: Direction;
  readonly victimPort: number | null;
  readonly c2: string;
  readonly c2Port: number | null;
  readonly protocol: number | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly tcpFlags: number | null;
  readonly sampling: number | null;
  readonly timeSource: TimeSource;
  readonly exporter: string | null;
  readonly operator: string;
  readonly retentionBasis: string;
}

/** In the order of `FlowRow`. */
export const FLOW_COLUMNS = `origin, direction, victimPort, c2, c2Port, protocol, startMs, endMs, bytes, packets, tcpFlags,
  sampling, timeSource`;

export type FlowRow = readonly [
  origin: number,
  direction: number,
  victimPort: number | null,
  c2: string,
  c2Port: number | null,
  protocol: number | null,
  startMs: number,
  endMs: number,
  bytes: number | null,
  packets: number | null,
  tcpFlags: number | null,
  sampling: number | null,
  timeSource: number,
];

/** On a row of `matches`: only an auditor may read it (I7). */
export const IS_WITHHELD = `EXISTS (SELECT 1 FROM sequesteredMatches
  WHERE match = matches.id AND sequester IN (SELECT sequester FROM activeSequesters))`;

interface Origin {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly exporter: string | null;
}

export class FlowRows {
  private readonly origins = new Map<number, Origin>();
  private readonly findOrigin;

  constructor(db: Database) {
    this.findOrigin = db.prepare<[number], Origin>(
      'SELECT operator, retentionBasis, exporter FROM origins JOIN sources ON sources.id = source WHERE origins.id = ?',
    );
  }

  flow(row: readonly [...FlowRow, ...others: unknown[]]): ContactFlow {
    const { operator, retentionBasis, exporter } = this.origin(row[0]);
    return {
      direction: DIRECTIONS[row[1]] as Direction,
      victimPort: row[2],
      c2: row[3],
      c2Port: row[4],
      protocol: row[5],
      startMs: row[6],
      endMs: row[7],
      bytes: row[8],
      packets: row[9],
      tcpFlags: row[10],
      sampling: row[11],
      timeSource: TIME_SOURCES[row[12]] as TimeSource,
      exporter,
      operator,
      retentionBasis,
    };
  }

  private origin(id: number): Origin {
    let origin = this.origins.get(id);
    if (!origin) {
      origin = this.findOrigin.get(id) as Origin;
      this.origins.set(id, origin);
    }
    return origin;
  }
}

/** What sorts right before the first id of an instant; after all ids, where their times cannot reach it. */
export function idBound(ms: number): Buffer {
  if (ms >= 2 ** (8 * ID_TIME_BYTES)) return Buffer.alloc(ID_BYTES + 1, 0xff);
  const bound = Buffer.alloc(ID_TIME_BYTES);
  bound.writeUIntBE(Math.max(0, Math.ceil(ms)), 0, ID_TIME_BYTES);
  return bound;
}
