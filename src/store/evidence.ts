// Evidence as it is read: one row per victim, indicator, operator and basis, with its days of contact.
import { type ContactDayRow, DAY_COLUMNS, type EvidenceSummary } from './contacts.ts';
import type { Database } from './database.ts';
import { EVIDENCE_ORDERS, type EvidenceOrder } from './evidence-orders.ts';
import { type DisputeMark, MatchMarks } from './match-marks.ts';

export interface StoredEvidence extends EvidenceSummary {
  readonly victim: string;
  readonly indicator: string;
  /** In `matchedIndicators`. */
  readonly indicatorNumber: number;
  readonly authorisation: string;
  readonly operator: string;
  readonly retentionBasis: string;
  readonly computedAtMs: number;
  /** L11: a dispute that is not decided doubts the indicator; absent where none does. */
  readonly disputed?: DisputeMark;
  /** In order. */
  readonly days: readonly ContactDayRow[];
}

export interface EvidenceFilter {
  readonly operator?: string;
  /** An indicator's id, or the address of a C2 server. */
  readonly indicator?: string;
  readonly authorisation?: string;
  readonly victim?: string;
  /** Any of these. */
  readonly classes?: readonly string[];
  /** With contact in this time, epoch ms, half open. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly limit?: number;
  readonly order?: EvidenceOrder;
  /** What is kept from being read (L20, I8) as well. */
  readonly sequestered?: boolean;
}

type Condition = Exclude<keyof EvidenceFilter, 'limit' | 'order' | 'sequestered'>;

const CONDITIONS: Readonly<Record<Condition, string>> = {
  operator: 'operator = @operator',
  indicator: `(matchedIndicators.indicator = @indicator OR EXISTS (
    SELECT 1 FROM contactDays WHERE evidence = evidence.id AND instr(c2s, json_quote(@indicator)) > 0))`,
  authorisation: 'authorisation = @authorisation',
  victim: 'victim = @victim',
  classes: 'class IN (SELECT value FROM json_each(@classes))',
  sinceMs: 'lastMs >= @sinceMs',
  untilMs: 'firstMs < @untilMs',
};

const NOT_SEQUESTERED = [
  'evidence.indicator NOT IN (SELECT id FROM sequesteredIndicators)',
  "retentionBasis NOT IN (SELECT value FROM activeSequesters WHERE kind = 'basis')",
];

/**
 * Streamed, in the order asked for. Until the iteration has ended, the connection writes nothing.
 * @param isWanted of the victim's address: of others nothing more is read
 */
export function* iterateEvidence(
  db: Database,
  filter: EvidenceFilter = {},
  isWanted: (victim: string) => boolean = () => true,
): Generator<StoredEvidence> {
  let left = filter.limit ?? Infinity;
  if (left === 0) return;
  const given = Object.keys(CONDITIONS) as Condition[];
  const conditions = [
    ...given.filter((key) => filter[key] !== undefined).map((key) => CONDITIONS[key]),
    ...(filter.sequestered ? [] : NOT_SEQUESTERED),
  ];
  const marks = MatchMarks.load(db);
  const daysOf = db.prepare<[number], ContactDayRow>(
    `SELECT ${DAY_COLUMNS.join(', ')} FROM contactDays WHERE evidence = ? ORDER BY day`,
  );
  const rows = db
    .prepare<object, Omit<StoredEvidence, 'days'> & { id: number }>(
      `SELECT evidence.id, evidence.indicator AS indicatorNumber, victim, matchedIndicators.indicator, authorisation, operator, retentionBasis, class, strength,
         score, flows, bytes, hours, firstMs, lastMs, computedAtMs
       FROM evidence CROSS JOIN matchedIndicators ON matchedIndicators.id = evidence.indicator
       WHERE ${['true', ...conditions].join(' AND ')}
       ORDER BY ${EVIDENCE_ORDERS[filter.order ?? 'class']} `,
    )
    .iterate({ ...filter, classes: JSON.stringify(filter.classes ?? []) });
  for (const { id, ...row } of rows) {
    if (!isWanted(row.victim)) continue;
    const disputed = marks.isEmpty ? null : marks.of({ indicator: row.indicator, endMs: row.lastMs });
    yield { ...row, ...(disputed === null ? {} : { disputed }), days: daysOf.all(id) };
    if (--left <= 0) return;
  }
}
