// The matches of one victim under one indicator, in the order of their start: what evidence is made from, and handed out.
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

export interface ContactSpan {
  readonly victim: string;
  /** Number of the indicator in `matchedIndicators`. */
  readonly indicator: number;
  /** Of the flows' start, epoch ms, half open. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface FlowPage {
  readonly flows: readonly ContactFlow[];
  /** What to ask the next page with; null = this was the last. */
  readonly next: Buffer | null;
}

type FlowRow = [
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
  isSequestered: 0 | 1,
];

interface Origin {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly exporter: string | null;
}

/** Matches that are read at once. */
const FLOWS_A_PAGE = 2_048;

/** Without those that only an auditor may read (I7): the rest is sequestered by indicator and basis, whole. */
export class ContactFlows {
  private readonly origins = new Map<number, Origin>();
  private readonly read;
  private readonly readNewest;
  private readonly idAt;
  private readonly findOrigin;

  constructor(db: Database) {
    const select = `SELECT origin, direction, victimPort, c2, c2Port, protocol, startMs, endMs, bytes, packets, tcpFlags,
        sampling, timeSource, EXISTS (SELECT 1 FROM sequesteredMatches
          WHERE match = matches.id AND sequester IN (SELECT sequester FROM activeSequesters))
      ${IN_SPAN}`;
    // A limit that is bound is compiled anew for each value, that is, each time: it costs more than the reading.
    this.read = db.prepare<unknown[]>(`${select} ORDER BY id LIMIT ${FLOWS_A_PAGE}`).raw();
    this.readNewest = db.prepare<unknown[]>(`${select} ORDER BY id DESC LIMIT ?`).raw();
    this.idAt = db
      .prepare<unknown[], Buffer>(`SELECT id ${IN_SPAN} ORDER BY id LIMIT 1 OFFSET ${FLOWS_A_PAGE - 1}`)
      .pluck();
    this.findOrigin = db.prepare<[number], Origin>(
      'SELECT operator, retentionBasis, exporter FROM origins JOIN sources ON sources.id = source WHERE origins.id = ?',
    );
  }

  /** In the order of their start. @param after the page before; null = the first page */
  page({ victim, indicator, fromMs, untilMs }: ContactSpan, after: Buffer | null): FlowPage {
    const range = [victim, indicator, after ?? idBound(fromMs), idBound(untilMs)];
    const rows = this.read.all(range) as FlowRow[];
    return {
      flows: this.readable(rows),
      // Asked for by itself: a blob in every row costs as much as the rest of it.
      next: rows.length < FLOWS_A_PAGE ? null : (this.idAt.get(range) ?? null),
    };
  }

  /** The last ones, latest first. */
  newest({ victim, indicator, fromMs, untilMs }: ContactSpan, most: number): readonly ContactFlow[] {
    const range = [victim, indicator, idBound(fromMs), idBound(untilMs)];
    return this.readable(this.readNewest.all([...range, most]) as FlowRow[]);
  }

  private readable(rows: readonly FlowRow[]): ContactFlow[] {
    return rows.filter((row) => row.at(-1) === 0).map((row) => this.flow(row));
  }

  private flow(row: FlowRow): ContactFlow {
    const [origin, direction, victimPort, c2, c2Port, protocol, startMs, endMs, bytes, packets] = row;
    const [tcpFlags, sampling, timeSource] = row.slice(10) as [number | null, number | null, number];
    const { operator, retentionBasis, exporter } = this.origin(origin);
    return {
      direction: DIRECTIONS[direction] as Direction,
      victimPort,
      c2,
      c2Port,
      protocol,
      startMs,
      endMs,
      bytes,
      packets,
      tcpFlags,
      sampling,
      timeSource: TIME_SOURCES[timeSource] as TimeSource,
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

const IN_SPAN = `FROM matches INDEXED BY matchesByVictim
  WHERE victim = ? AND indicator = ? AND id > ? AND id < ?`;

/** What sorts right before the first id of an instant; after all ids, where their times cannot reach it. */
function idBound(ms: number): Buffer {
  if (ms >= 2 ** (8 * ID_TIME_BYTES)) return Buffer.alloc(ID_BYTES + 1, 0xff);
  const bound = Buffer.alloc(ID_TIME_BYTES);
  bound.writeUIntBE(Math.max(0, Math.ceil(ms)), 0, ID_TIME_BYTES);
  return bound;
}
