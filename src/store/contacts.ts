// Where evidence is kept: days of contact that are stale, and what their matches say.
// What a day says is computed elsewhere (victims/): this file only reads and writes.
import { type Database, working } from './database.ts';

/** A victim's day under one indicator that is to be computed anew. */
export interface StaleContact {
  readonly victim: string;
  /** Number of the indicator in `matchedIndicators`. */
  readonly indicator: number;
  /** Days since the epoch, UTC. */
  readonly day: number;
}

/** The columns of `contactDays`: lists as JSON, each cut short, with the number of different values beside it. */
export interface ContactDayRow {
  readonly day: number;
  readonly flowsTo: number;
  readonly flowsFrom: number;
  readonly bytesTo: number | null;
  readonly bytesFrom: number | null;
  readonly packetsTo: number | null;
  readonly packetsFrom: number | null;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly hours: number;
  readonly provenHours: number;
  readonly signals: number;
  readonly flagsTo: number | null;
  readonly flagsFrom: number | null;
  readonly protocols: string;
  readonly c2s: string;
  readonly c2Count: number;
  readonly victimPorts: string;
  readonly victimPortCount: number;
  readonly c2Ports: string;
  readonly c2PortCount: number;
  readonly exporters: string;
  readonly exporterCount: number;
  readonly samplingMin: number | null;
  readonly samplingMax: number | null;
  readonly timeSources: number;
  readonly points: number;
  readonly insufficient: string | null;
  readonly intervals: number | null;
  readonly sizes: number | null;
  readonly duration: number | null;
  readonly histogram: number | null;
  readonly score: number | null;
}

export const DAY_COLUMNS: readonly (keyof ContactDayRow)[] = [
  ...(['day', 'flowsTo', 'flowsFrom', 'bytesTo', 'bytesFrom', 'packetsTo', 'packetsFrom'] as const),
  ...(['firstMs', 'lastMs', 'hours', 'provenHours', 'signals', 'flagsTo', 'flagsFrom', 'protocols'] as const),
  ...(['c2s', 'c2Count', 'victimPorts', 'victimPortCount', 'c2Ports', 'c2PortCount'] as const),
  ...(['exporters', 'exporterCount', 'samplingMin', 'samplingMax', 'timeSources'] as const),
  ...(['points', 'insufficient', 'intervals', 'sizes', 'duration', 'histogram', 'score'] as const),
];

/** What lists are filtered and sorted by; derived from all days of a victim under an indicator. */
export interface EvidenceSummary {
  readonly class: string;
  readonly strength: number;
  readonly score: number | null;
  readonly flows: number;
  readonly bytes: number | null;
  readonly hours: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The part of a victim's day that one operator delivered under one basis. */
export interface ContactDelivery {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly day: ContactDayRow;
}

export type Summarise = (days: readonly ContactDayRow[]) => EvidenceSummary;

export class ContactTable {
  private readonly db: Database;
  private readonly statements;

  constructor(db: Database) {
    this.db = db;
    this.statements = prepare(db);
  }

  /** How many days are stale, claimed ones among them. */
  countStale(): number {
    return this.db.prepare('SELECT count(*) FROM staleContacts').pluck().get() as number;
  }

  /**
   * Takes up to `limit` stale days on, in the order of victim and indicator. Days that another claim holds are taken from
   * it: what it computes is then not stored.
   * @param after the last one of the claim before; null = from the beginning
   */
  claim(claim: number, limit: number, after: StaleContact | null): StaleContact[] {
    const { findStale, claimStale } = this.statements;
    const take = this.db.transaction(() => {
      const { victim, indicator, day } = after ?? { victim: '', indicator: 0, day: 0 };
      const stale = findStale.all(victim, indicator, day, limit);
      for (const contact of stale) claimStale.run(claim, contact.victim, contact.indicator, contact.day);
      return stale;
    });
    return working(this.db, () => take.immediate());
  }

  /** Stores what claimed days say, and what follows for their evidence. Days whose claim was taken away are left out. */
  store(
    claim: number,
    computed: readonly { readonly contact: StaleContact; readonly deliveries: readonly ContactDelivery[] }[],
    summarise: Summarise,
    atMs: number,
  ): void {
    const write = this.db.transaction(() => {
      const changed = new Set<number>();
      for (const { contact, deliveries } of computed) {
        const { victim, indicator, day } = contact;
        if (this.statements.endClaim.run(victim, indicator, day, claim).changes === 0) continue;
        for (const id of this.storeDay(contact, deliveries, summarise, atMs)) changed.add(id);
      }
      for (const id of changed) this.summarise(id, summarise, atMs);
    });
    working(this.db, () => write.immediate());
  }

  private storeDay(
    { victim, indicator, day }: StaleContact,
    deliveries: readonly ContactDelivery[],
    summarise: Summarise,
    atMs: number,
  ): number[] {
    const { evidenceOf, addEvidence, deleteDay, putDay } = this.statements;
    const known = evidenceOf.all(victim, indicator);
    for (const { id } of known) deleteDay.run(id, day);
    for (const { operator, retentionBasis, day: row } of deliveries) {
      const found = known.find((k) => k.operator === operator && k.retentionBasis === retentionBasis);
      const columns = { victim, indicator, operator, retentionBasis, computedAtMs: atMs };
      const id = found?.id ?? Number(addEvidence.run({ ...summarise([row]), ...columns }).lastInsertRowid);
      putDay.run(id, ...DAY_COLUMNS.map((column) => row[column]));
    }
    return known.map(({ id }) => id);
  }

  private summarise(id: number, summarise: Summarise, atMs: number): void {
    const days = this.statements.daysOf.all(id);
    if (days.length === 0) this.statements.deleteEvidence.run(id);
    else this.statements.putSummary.run({ ...summarise(days), id, computedAtMs: atMs });
  }
}

function prepare(db: Database) {
  const sql = <Args extends unknown[], Row>(text: string) => db.prepare<Args, Row>(text);
  return {
    findStale: sql<[string, number, number, number], StaleContact>(
      `SELECT victim, indicator, day FROM staleContacts WHERE (victim, indicator, day) > (?, ?, ?)
       ORDER BY victim, indicator, day LIMIT ?`,
    ),
    claimStale: sql<unknown[], never>(
      'UPDATE staleContacts SET claim = ? WHERE victim = ? AND indicator = ? AND day = ?',
    ),
    endClaim: sql<unknown[], never>(
      'DELETE FROM staleContacts WHERE victim = ? AND indicator = ? AND day = ? AND claim = ?',
    ),
    evidenceOf: sql<[string, number], { id: number; operator: string; retentionBasis: string }>(
      'SELECT id, operator, retentionBasis FROM evidence WHERE victim = ? AND indicator = ?',
    ),
    addEvidence: sql<[object], never>(
      `INSERT INTO evidence (victim, indicator, operator, retentionBasis, class, strength, score, flows, bytes, hours,
         firstMs, lastMs, computedAtMs) VALUES (@victim, @indicator, @operator, @retentionBasis, @class, @strength, @score,
         @flows, @bytes, @hours, @firstMs, @lastMs, @computedAtMs)`,
    ),
    deleteDay: sql<[number, number], never>('DELETE FROM contactDays WHERE evidence = ? AND day = ?'),
    putDay: sql<unknown[], never>(
      `INSERT INTO contactDays (evidence, ${DAY_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(DAY_COLUMNS.length)})`,
    ),
    daysOf: sql<[number], ContactDayRow>(
      `SELECT ${DAY_COLUMNS.join(', ')} FROM contactDays WHERE evidence = ? ORDER BY day`,
    ),
    putSummary: sql<[object], never>(
      `UPDATE evidence SET class = @class, strength = @strength, score = @score, flows = @flows, bytes = @bytes,
         hours = @hours, firstMs = @firstMs, lastMs = @lastMs, computedAtMs = @computedAtMs WHERE id = @id`,
    ),
    deleteEvidence: sql<[number], never>('DELETE FROM evidence WHERE id = ?'),
  };
}
