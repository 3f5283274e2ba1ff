// From events to notices: for all that events touch, what operators were last told is held against what is so now, and the
// difference is what they are told. It reads one consistent state and writes nothing.
import type { InForceOptions } from '../authority/conditions.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import { findRegime } from '../authority/regime.ts';
import type { SigningKey } from '../core/signing-key.ts';
import type { Database } from '../store/database.ts';
import { type DocumentedIndicator, indicatorReader, iterateIndicators } from '../store/indicator-records.ts';
import {
  type Advance,
  authorisationsOn,
  countIndicators,
  lastEvent,
  type PendingEvent,
  type Progress,
  pendingEvents,
  type ToldAuthorisation,
  type ToldState,
  toldReader,
  wasImportedBy,
} from '../store/notice-progress.ts';
import { Drafts } from './drafts.ts';
import { Ends } from './ends.ts';
import { Happenings, type Touch } from './happenings.ts';
import { judge } from './judge.ts';
import {
  type AuthorityFrame,
  authorisationSpans,
  isInForce,
  OwnSpans,
  type Standing,
  standingAt,
} from './standing.ts';
import { loadFrame } from './watch.ts';

/** Reading one takes so many times as long as its share of reading all. */
const SINGLY = 3;

export interface DeriveOptions {
  readonly inForce: InForceOptions;
  readonly nowMs: number;
  /** Events that are looked at. */
  readonly maxEvents: number;
  /** Epoch ms up to which what falls due by itself is to be listed. */
  readonly horizonMs: number;
}

/** Within one read transaction of the caller's. */
export function deriveNotices(
  db: Database,
  key: SigningKey,
  from: Progress,
  options: DeriveOptions,
): Advance {
  return new Derivation(db, from, options).run(key);
}

/** An authorisation, as far as its indicators' notices must know it. */
interface Context {
  readonly authorisation: AuthorisationRecord;
  readonly standing: Standing;
  /** For what no event of its own has touched. */
  readonly event: number;
  /** Operators that have been told nothing of it so far. */
  readonly newcomers: readonly string[];
  /** All of its indicators are looked at. */
  readonly isSwept: boolean;
}

class Derivation {
  private readonly db: Database;
  private readonly from: Progress;
  private readonly options: DeriveOptions;
  private readonly frame: AuthorityFrame;
  private readonly reader: ReturnType<typeof toldReader>;
  private readonly readIndicator: ReturnType<typeof indicatorReader>;
  private readonly spans: OwnSpans;
  private readonly drafts: Drafts;
  private readonly toldIndicators = new Map<string, ToldState>();
  private readonly toldAuthorisations = new Map<string, ToldAuthorisation>();
  private readonly happenings: Happenings;
  private readonly isLast: boolean;
  private readonly horizonMs: number;
  private readonly ends: Ends;

  constructor(db: Database, from: Progress, options: DeriveOptions) {
    this.db = db;
    this.from = from;
    this.options = options;
    this.frame = loadFrame(db);
    this.reader = toldReader(db);
    this.readIndicator = indicatorReader(db);
    this.spans = new OwnSpans(options.inForce);
    this.drafts = new Drafts(this.frame, options.nowMs);
    this.happenings = new Happenings(pendingEvents(db, from.event, options.maxEvents));
    this.isLast = this.happenings.count < options.maxEvents;
    // At the first look all that there is has just been touched; later, nothing may be left to look at.
    this.horizonMs = this.isLast || from.event === 0 ? options.horizonMs : from.horizonMs;
    this.ends = new Ends(this.frame, this.spans, this.horizonMs);
  }

  run(key: SigningKey): Advance {
    const { db, from, happenings, isLast, horizonMs } = this;
    for (const [reference, touched] of this.byAuthorisation(happenings)) {
      const authorisation = this.frame.authorisations.get(reference);
      if (!authorisation) continue;
      const context = this.authorisation(authorisation, happenings.authorisations.get(reference));
      if (context) this.indicators(context, touched);
    }
    for (const event of happenings.bases) this.basis(event);
    for (const event of happenings.disputes) this.dispute(event);
    if (from.event > 0 && horizonMs > from.horizonMs) this.ends.survey(db, happenings, from.horizonMs);
    return {
      from,
      to: { event: isLast ? lastEvent(db) : (happenings.last ?? from.event), horizonMs },
      notices: this.drafts.issue(key),
      indicators: this.toldIndicators,
      authorisations: this.toldAuthorisations,
      ends: this.ends.list,
    };
  }

  private byAuthorisation({ indicators, authorisations }: Happenings): Map<string, Map<string, Touch>> {
    const groups = new Map<string, Map<string, Touch>>();
    for (const reference of authorisations.keys()) groups.set(reference, new Map());
    for (const [id, touch] of indicators) {
      const reference = touch.authorisation ?? this.readIndicator(id)?.record.scope.authorisation;
      if (reference === undefined) continue;
      const group = groups.get(reference);
      if (group) group.set(id, touch);
      else groups.set(reference, new Map([[id, touch]]));
    }
    return groups;
  }

  private toldOf(reference: string): ToldAuthorisation | null {
    return this.toldAuthorisations.get(reference) ?? this.reader.authorisation(reference);
  }

  /** @returns null where it was never in force: there is nothing to tell of its indicators */
  private authorisation(authorisation: AuthorisationRecord, event: PendingEvent | undefined): Context | null {
    const { reference, operators } = authorisation;
    if (event) this.ends.ofAuthorisation(authorisation, event.atMs);
    const standing = standingAt(authorisationSpans(authorisation, this.frame), this.options.nowMs);
    const told = this.reader.authorisation(reference);
    const sequence = event?.sequence ?? this.happenings.last ?? this.from.event;
    const about = { event: sequence, effectiveMs: standing.sinceMs, rule: standing.rule, facts: {} };
    const context = { authorisation, standing, event: sequence, newcomers: [], isSwept: false };
    if (!isInForce(standing)) {
      if (told?.state !== 'active') return told && context;
      this.toldAuthorisations.set(reference, { ...told, state: 'over' });
      const end = { ...about, ...endOf(authorisation, standing, event) };
      this.drafts.ofAuthorisation('end', authorisation, told.operators, end);
      return context;
    }
    this.toldAuthorisations.set(reference, { state: 'active', operators });
    // Of one that has only now been taken in, every indicator has an event of its own.
    if (told === null)
      return {
        ...context,
        newcomers: operators,
        isSwept: wasImportedBy(this.db, reference, this.from.event),
      };
    if (told.state === 'over') {
      this.drafts.ofAuthorisation('reinstatement', authorisation, told.operators, about);
    }
    const dropped = told.operators.filter((operator) => !operators.includes(operator));
    const facts = { how: 'it names you no more' };
    this.drafts.ofAuthorisation('end', authorisation, dropped, { ...about, rule: 'L1', facts });
    const newcomers = operators.filter((operator) => !told.operators.includes(operator));
    return { ...context, newcomers, isSwept: newcomers.length > 0 || told.state === 'over' };
  }

  private indicators(context: Context, touched: ReadonlyMap<string, Touch>): void {
    const { db } = this;
    const { reference } = context.authorisation;
    if (context.isSwept || touched.size * SINGLY > countIndicators(db, reference)) {
      for (const found of iterateIndicators(db, reference)) {
        const { id } = found.record;
        const touch = touched.get(id) ?? null;
        if (touch || context.isSwept) this.indicator(context, found, touch);
      }
      return;
    }
    for (const [id, touch] of touched) {
      const found = this.readIndicator(id);
      if (found) this.indicator(context, found, touch);
    }
  }

  private indicator(context: Context, found: DocumentedIndicator, touch: Touch | null): void {
    const { authorisation, newcomers } = context;
    const { record, steps } = found;
    const { id } = record;
    if (touch) this.ends.ofIndicator(record, steps, authorisation, touch.sinceMs);
    const own = standingAt(this.spans.of(record, steps, authorisation), this.options.nowMs);
    const isOn = isInForce(own);
    // Of what is in force under no authorisation there is nothing to tell.
    if (isOn && !isInForce(context.standing)) return;
    const told = this.reader.indicator(id);
    const judged = judge({ told, standing: own, over: overBy(found), touch });
    if (judged && judged.told !== told) this.toldIndicators.set(id, judged.told);
    const standing = isOn ? laterOf(own, context.standing) : own;
    const draft = { found, authorisation, standing, event: touch?.event ?? context.event, touch };
    if (isOn) this.drafts.ofIndicator({ ...draft, kind: 'new', operators: newcomers });
    if (!judged) return;
    const others = authorisation.operators.filter((operator) => !newcomers.includes(operator));
    const operators = isOn ? others : authorisation.operators;
    this.drafts.ofIndicator({ ...draft, kind: judged.kind, operators });
  }

  /** L20: of each authorisation that has indicators on the basis, all of them at once. */
  private basis(event: PendingEvent): void {
    const kind = event.action === 'basis.suspend' ? 'suspension' : 'reinstatement';
    for (const reference of authorisationsOn(this.db, event.object)) {
      const authorisation = this.frame.authorisations.get(reference);
      if (!authorisation || this.toldOf(reference)?.state !== 'active') continue;
      this.drafts.ofBasis(kind, authorisation, event);
    }
  }

  /** L11: to the operator that had raised it; the others are told of what becomes of the indicator. */
  private dispute(event: PendingEvent): void {
    const found = this.readIndicator(String(event.detail.indicator));
    const authorisation = found && this.frame.authorisations.get(found.record.scope.authorisation);
    if (!authorisation) return;
    const { record, steps } = found;
    const standing = standingAt(this.spans.of(record, steps, authorisation), this.options.nowMs);
    this.drafts.ofDispute(event, { found, authorisation, standing });
  }
}

function overBy({ record, steps }: DocumentedIndicator) {
  if (steps.some(({ kind }) => kind === 'revoke')) return 'revocation';
  return record.withdrawnMs === null ? null : 'withdrawal';
}

function laterOf(one: Standing, other: Standing): Standing {
  return other.sinceMs > one.sinceMs ? other : one;
}

/** How an authorisation has ended. */
function endOf(authorisation: AuthorisationRecord, { rule }: Standing, event: PendingEvent | undefined) {
  const regime = findRegime(authorisation.regime);
  if (event?.action === 'authorisation.end') {
    return { rule: regime?.longest ? ('I6' as const) : rule, facts: { how: 'ended before its time' } };
  }
  return { facts: { how: rule === regime?.urgency?.rule ? 'was not confirmed in time' : 'has run out' } };
}
