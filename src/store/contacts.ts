// Where evidence is kept: days of contact that are stale, and what their matches say.
// What a day says is computed elsewhere (victims/): this file only reads and writes.
import { type Database, derivedly } from './database.ts';

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

/** What the matches of a stale day say. */
export interface ComputedContact {
  readonly contact: StaleContact;
  readonly deliveries: readonly ContactDelivery[];
}

export interface Summary {
  readonly columns: EvidenceSummary;
  /** JSON: all that is shown of the evidence but its days, so that a list need not add these up. */
  readonly details: string;
}

/** @param days in order */
export type Summarise = (days: readonly ContactDayRow[]) => Summary;

/** Claimed at once, and held in memory. */
const MAX_CLAIMED = 4_096;
/** Put together in one transaction, as long as their days are not too many: each may have a year of them. */
const SUMMARISED_AT_ONCE = 64;
const DAYS_SUMMARISED_AT_ONCE = 512;
/** Before all others. */
const FIRST: StaleContact = { day: -1, victim: '', indicator: 0 };

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
   * Takes on what is stale of the first day (UTC) that has something, in the order of victim and indicator. What another
   * claim holds is taken from it: what it computes is then not stored.
   * @param after the last one of the claim before; null = from the beginning
   * @returns the last one, `null` = nothing is stale
   */
  claim(claim: number, after: StaleContact | null): StaleContact | null {
    const { firstStale, farthestStale, lastStale, claimStale } = this.statements;
    return derivedly(this.db, () => {
      const first = firstStale.get(after ?? FIRST);
      if (!first) return null;
      const last = farthestStale.get(first) ?? (lastStale.get(first) as StaleContact);
      claimStale.run({ ...rangeOf(first, last), claim });
      return last;
    });
  }

  /** What the claim holds of a day up to `last`, in order. */
  claimed(claim: number, last: StaleContact): StaleContact[] {
    return this.statements.claimed.all({ ...last, claim });
  }

  /**
   * Stores what claimed days say; `summarise` follows. Days whose claim was taken away are left out.
   * @param computed of one day, in order
   */
  store(claim: number, computed: readonly ComputedContact[], atMs: number): void {
    const [first, last] = [computed[0]?.contact, computed.at(-1)?.contact];
    if (!first || !last) return;
    derivedly(this.db, () => {
      const { countClaims, isHeld, endClaims } = this.statements;
      const range = { ...rangeOf(first, last), claim };
      const areAllHeld = countClaims.get(range) === computed.length;
      for (const { contact, deliveries } of computed)
        if (areAllHeld || isHeld.get({ ...contact, claim })) this.storeDay(contact, deliveries, atMs);
      endClaims.run(range);
    });
  }

  private storeDay(
    { victim, indicator, day }: StaleContact,
    deliveries: readonly ContactDelivery[],
    atMs: number,
  ): void {
    const { evidenceOf, addEvidence, deleteDay, putDay, markEvidence } = this.statements;
    const known = evidenceOf.all(victim, indicator);
    for (const { id, operator, retentionBasis } of known) {
      markEvidence.run(id);
      if (!deliveries.some((d) => d.operator === operator && d.retentionBasis === retentionBasis))
        deleteDay.run(id, day);
    }
    for (const { operator, retentionBasis, day: row } of deliveries) {
      let id = known.find((k) => k.operator === operator && k.retentionBasis === retentionBasis)?.id;
      if (id === undefined) {
        id = Number(addEvidence.run(victim, indicator, operator, retentionBasis, atMs).lastInsertRowid);
        markEvidence.run(id);
      }
      putDay.run([id, ...DAY_COLUMNS.map((column) => row[column])]);
    }
  }

  /** Puts some evidence together anew whose days have changed. @returns whether there may be more */
  summarise(summarise: Summarise, atMs: number): boolean {
    const { staleEvidence, daysOf, putSummary, putDetails, deleteEvidence, endSummary } = this.statements;
    return derivedly(this.db, () => {
      const ids = staleEvidence.all();
      let done = 0;
      for (let read = 0; done < ids.length && read < DAYS_SUMMARISED_AT_ONCE; done++) {
        const id = ids[done] as number;
        const days = JSON.parse(daysOf.get(id) as string) as readonly ContactDayRow[];
        read += days.length;
        if (days.length === 0) deleteEvidence.run(id);
        else {
          const { columns, details } = summarise(days);
          putSummary.run({ ...columns, id, computedAtMs: atMs });
          putDetails.run(id, details);
        }
        endSummary.run(id);
      }
      return done < ids.length || ids.length === SUMMARISED_AT_ONCE;
    });
  }
}

/** Of one day, both included. */
function rangeOf(first: StaleContact, last: StaleContact) {
  return {
    day: first.day,
    firstVictim: first.victim,
    firstIndicator: first.indicator,
    lastVictim: last.victim,
    lastIndicator: last.indicator,
  };
}

const IN_RANGE = `day = @day AND (victim, indicator) >= (@firstVictim, @firstIndicator)
  AND (victim, indicator) <= (@lastVictim, @lastIndicator)`;

function prepare(db: Database) {
  const sql = <Args extends unknown[], Row>(text: string) => db.prepare<Args, Row>(text);
  const contact = 'SELECT day, victim, indicator FROM staleContacts';
  return {
    firstStale: sql<[StaleContact], StaleContact>(
      `${contact} WHERE (day, victim, indicator) > (@day, @victim, @indicator) ORDER BY day, victim, indicator LIMIT 1`,
    ),
    farthestStale: sql<[StaleContact], StaleContact>(
      `${contact} WHERE day = @day AND (victim, indicator) >= (@victim, @indicator)
       ORDER BY victim, indicator LIMIT 1 OFFSET ${MAX_CLAIMED - 1}`,
    ),
    lastStale: sql<[StaleContact], StaleContact>(
      `${contact} WHERE day = @day ORDER BY victim DESC, indicator DESC LIMIT 1`,
    ),
    claimStale: sql<[object], never>(`UPDATE staleContacts SET claim = @claim WHERE ${IN_RANGE}`),
    claimed: sql<[object], StaleContact>(
      `${contact} WHERE day = @day AND (victim, indicator) <= (@victim, @indicator) AND claim = @claim
       ORDER BY victim, indicator`,
    ),
    countClaims: db
      .prepare<[object], number>(`SELECT count(*) FROM staleContacts WHERE ${IN_RANGE} AND claim = @claim`)
      .pluck(),
    isHeld: sql<[object], unknown>(
      `SELECT 1 FROM staleContacts WHERE day = @day AND victim = @victim AND indicator = @indicator AND claim = @claim`,
    ),
    endClaims: sql<[object], never>(`DELETE FROM staleContacts WHERE ${IN_RANGE} AND claim = @claim`),
    evidenceOf: sql<[string, number], { id: number; operator: string; retentionBasis: string }>(
      'SELECT id, operator, retentionBasis FROM evidence WHERE victim = ? AND indicator = ?',
    ),
    addEvidence: sql<unknown[], never>(
      `INSERT INTO evidence (victim, indicator, operator, retentionBasis, class, strength, flows, hours, firstMs, lastMs,
         computedAtMs) VALUES (?, ?, ?, ?, '', -1, 0, 0, 0, 0, ?)`,
    ),
    markEvidence: sql<[number], never>('INSERT INTO staleEvidence VALUES (?) ON CONFLICT DO NOTHING'),
    deleteDay: sql<[number, number], never>('DELETE FROM contactDays WHERE evidence = ? AND day = ?'),
    putDay: sql<unknown[], never>(
      `INSERT OR REPLACE INTO contactDays (evidence, ${DAY_COLUMNS.join(', ')})
       VALUES (?${', ?'.repeat(DAY_COLUMNS.length)})`,
    ),
    staleEvidence: db
      .prepare<[], number>(`SELECT evidence FROM staleEvidence ORDER BY evidence LIMIT ${SUMMARISED_AT_ONCE}`)
      .pluck(),
    // One text for all days: handed over value by value they cost twice as much.
    daysOf: db
      .prepare<[number], string>(
        `SELECT json_group_array(json_object(${DAY_COLUMNS.map((column) => `'${column}', ${column}`).join(', ')}) ORDER BY day)
         FROM contactDays WHERE evidence = ?`,
      )
      .pluck(),
    putSummary: sql<[object], never>(
      `UPDATE evidence SET class = @class, strength = @strength, score = @score, flows = @flows, bytes = @bytes,
         hours = @hours, firstMs = @firstMs, lastMs = @lastMs, computedAtMs = @computedAtMs WHERE id = @id`,
    ),
    putDetails: sql<[number, string], never>('INSERT OR REPLACE INTO evidenceDetails VALUES (?, ?)'),
    deleteEvidence: sql<[number], never>('DELETE FROM evidence WHERE id = ?'),
    endSummary: sql<[number], never>('DELETE FROM staleEvidence WHERE evidence = ?'),
  };
}
