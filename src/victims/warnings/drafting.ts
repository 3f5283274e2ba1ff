// Whom to warn of what: evidence from a class on, that nobody has been warned of yet, gathered by recipient. Protected, sequestered,
// disputed and secret things stay out; each reason is counted.
import { setImmediate as pause } from 'node:timers/promises';
import type { Indicator } from '../../authority/indicator.ts';
import { DAY_MS, HOUR_MS } from '../../core/time.ts';
import type { Database } from '../../store/database.ts';
import type { EntityRecord } from '../../store/entities.ts';
import { type EvidenceFilter, iterateEvidence, type StoredEvidence } from '../../store/evidence.ts';
import { indicatorReader } from '../../store/indicator-records.ts';
import { knownOperators } from '../../store/operators.ts';
import type { NewChange } from '../../store/recording.ts';
import { draftWarning } from '../../store/warning-steps.ts';
import { lastWarnedMs, lastWarnedOf, type Recipient, type WarningItem } from '../../store/warnings.ts';
import type { Attributor } from '../attribution.ts';
import { evidenceReader } from '../evidence.ts';
import { EVIDENCE_CLASSES, type EvidenceClass, strengthOf } from '../evidence-class.ts';

export interface DraftSettings {
  /** The weakest evidence of which somebody is warned by itself. */
  readonly fromClass: EvidenceClass;
  /** A recipient gets no second warning within so many hours: what comes meanwhile is gathered. */
  readonly intervalHours: number;
  /** Nobody is warned of the same victim and C2 server again within so many days. */
  readonly repeatDays: number;
}

/** Why something is not in a draft. */
export const HELD_BACK = [
  'disputed',
  'warned',
  'interval',
  'tlp',
  'protected',
  'notAttributable',
  'noContact',
  'full',
] as const;
export type HeldBack = (typeof HELD_BACK)[number];

export interface DraftReport {
  readonly tickets: readonly string[];
  readonly items: number;
  readonly heldBack: Readonly<Record<HeldBack, number>>;
}

const MAIL = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;
/** Items of one warning, and of all that are drawn up in one round; further ones wait for the next. */
const MAX_ITEMS = 10_000;
const MAX_ITEMS_A_ROUND = 100_000;
/** Of the thread, before others have their turn. */
const SLICE_MS = 20;

/**
 * Reads on `reading`, which does nothing else meanwhile, and writes on `db`.
 * @param filter narrows what is looked at
 */
export async function draftWarnings(
  {
    db,
    reading,
    attributor,
  }: { readonly db: Database; readonly reading: Database; readonly attributor: Attributor },
  settings: DraftSettings,
  change: NewChange & { readonly at: number },
  filter: Pick<EvidenceFilter, 'operator' | 'indicator' | 'authorisation' | 'victim'> = {},
): Promise<DraftReport> {
  const drafts = new Drafts(db, attributor, evidenceReader(reading), settings, change.at);
  const classes = EVIDENCE_CLASSES.filter((one) => strengthOf(one) >= strengthOf(settings.fromClass));
  let sliceEndsMs = performance.now() + SLICE_MS;
  for (const evidence of iterateEvidence(reading, { ...filter, classes })) {
    drafts.add(evidence);
    if (performance.now() < sliceEndsMs) continue;
    await pause();
    sliceEndsMs = performance.now() + SLICE_MS;
  }
  return drafts.write(change);
}

class Drafts {
  private readonly db: Database;
  private readonly attributor: Attributor;
  private readonly evidenceOf: ReturnType<typeof evidenceReader>;
  private readonly settings: DraftSettings;
  private readonly nowMs: number;
  private readonly indicatorOf: (id: string) => { readonly indicator: Indicator } | undefined;
  private readonly operators: ReturnType<typeof knownOperators>;
  private readonly waiting = new Map<string, boolean>();
  private items = 0;
  private readonly byRecipient = new Map<
    string,
    { readonly recipient: Recipient; readonly items: WarningItem[] }
  >();
  private readonly heldBack = Object.fromEntries(HELD_BACK.map((why) => [why, 0])) as Record<
    HeldBack,
    number
  >;

  constructor(
    db: Database,
    attributor: Attributor,
    evidenceOf: ReturnType<typeof evidenceReader>,
    settings: DraftSettings,
    nowMs: number,
  ) {
    this.db = db;
    this.attributor = attributor;
    this.evidenceOf = evidenceOf;
    this.settings = settings;
    this.nowMs = nowMs;
    this.indicatorOf = indicatorReader(db);
    this.operators = knownOperators(db);
  }

  add(evidence: StoredEvidence): void {
    const found = this.recipientOf(evidence);
    if (typeof found === 'string') {
      this.heldBack[found] += 1;
      return;
    }
    const key = JSON.stringify(found);
    const draft = this.byRecipient.get(key) ?? { recipient: found, items: [] };
    if (draft.items.length >= MAX_ITEMS || this.items >= MAX_ITEMS_A_ROUND) {
      this.heldBack.full += 1;
      return;
    }
    const { victim, indicator, operator, retentionBasis, lastMs } = evidence;
    draft.items.push({ victim, indicator, operator, retentionBasis, lastMs });
    this.byRecipient.set(key, draft);
    this.items++;
  }

  write(change: NewChange): DraftReport {
    const tickets: string[] = [];
    for (const { recipient, items } of this.byRecipient.values())
      tickets.push(draftWarning(this.db, recipient, items, change));
    return { tickets, items: this.items, heldBack: this.heldBack };
  }

  private recipientOf(evidence: StoredEvidence): Recipient | HeldBack {
    if (evidence.disputed !== undefined) return 'disputed';
    if (this.wasWarned(evidence)) return 'warned';
    // What goes to nobody outside goes to no victim either.
    const tlp = this.indicatorOf(evidence.indicator)?.indicator.tlp;
    if (tlp === undefined || tlp === 'RED') return 'tlp';
    const found = this.addressee(evidence);
    return typeof found !== 'string' && this.mustWait(found) ? 'interval' : found;
  }

  private wasWarned(evidence: StoredEvidence): boolean {
    const before = lastWarnedOf(this.db, evidence);
    if (!before) return false;
    const isNew = evidence.lastMs > before.lastMs;
    return !isNew || this.nowMs < before.atMs + this.settings.repeatDays * DAY_MS;
  }

  private addressee(stored: StoredEvidence): Recipient | HeldBack {
    const { victim, operator } = stored;
    const { victimPorts, timeSources } = this.evidenceOf(stored);
    const attribution = this.attributor.attribute({
      address: victim,
      port: victimPorts.listed[0] ?? null,
      timeSource: timeSources[0] ?? 'export',
    });
    // I7: a named person decides about these.
    if (attribution.protected !== null) return 'protected';
    if (attribution.attribution === 'not attributable') return 'notAttributable';
    const ofEntity = attribution.entity && toEntity(attribution.entity);
    return ofEntity ?? this.toOperator(operator);
  }

  private toOperator(id: string): Recipient | HeldBack {
    const operator = this.operators.get(id);
    const mail = operator?.contact ?? null;
    if (!operator || mail === null || !MAIL.test(mail)) return 'noContact';
    return { kind: 'operator', id, mail, language: operator.language };
  }

  private mustWait(recipient: Recipient): boolean {
    const key = `${recipient.kind} ${recipient.id}`;
    let waits = this.waiting.get(key);
    if (waits === undefined) {
      const last = lastWarnedMs(this.db, recipient);
      waits = last !== null && this.nowMs < last + this.settings.intervalHours * HOUR_MS;
      this.waiting.set(key, waits);
    }
    return waits;
  }
}

function toEntity({ id, contacts }: EntityRecord): Recipient | null {
  const [contact] = contacts;
  return contact ? { kind: 'entity', id, mail: contact.mail, language: contact.language } : null;
}
