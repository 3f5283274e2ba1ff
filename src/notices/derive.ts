// From events to notices: for all that events touch, what operators were last told is held against what is so now, and the
// difference is what they are told. It reads one consistent state and writes nothing.
import type { InForceOptions } from '../authority/conditions.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import { findRegime } from '../authority/regime.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import type { SigningKey } from '../core/signing-key.ts';
import { type DocumentedIndicator, iterateIndicators, loadRecords } from '../store/authority-records.ts';
import type { Database } from '../store/database.ts';
import { indicatorReader } from '../store/indicator-record.ts';
import { stepsOf } from '../store/indicator-steps.ts';
import {
  type Advance,
  lastEvent,
  type PendingEvent,
  type Progress,
  pendingEvents,
  type ToldAuthorisation,
  type ToldState,
  toldReader,
} from '../store/notice-progress.ts';
import { Drafts } from './drafts.ts';
import { Ends } from './ends.ts';
import { Happenings, type Touch } from './happenings.ts';
import { judge } from './judge.ts';
import { type AuthorityFrame, authorisationSpans, OwnSpans, type Standing, standingAt } from './standing.ts';
import { loadFrame } from './watch.ts';

/** Beyond so many of one authorisation, all of them are read instead. */
const MAX_READ_SINGLY = 500;

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
  private readonly events: readonly PendingEvent[];
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
    this.events = [...pendingEvents(db, from.event, options.maxEvents)];
    this.isLast = this.events.length < options.maxEvents;
    // At the first look all that there is has just been touched; later, nothing may be left to look at.
    this.horizonMs = this.isLast || from.event === 0 ? options.horizonMs : from.horizonMs;
    this.ends = new Ends(this.frame, this.spans, this.horizonMs);
  }

  run(key: SigningKey): Advance {
    const { db, from, events, isLast, horizonMs } = this;
    const happenings = new Happenings(events);
    for (const [reference, touched] of this.byAuthorisation(happenings)) {
      const authorisation = this.frame.authorisations.get(reference);
      if (!authorisation) continue;
      const newcomers = this.authorisation(authorisation, happenings.authorisations.get(reference));
      if (this.toldOf(reference)) this.indicators(authorisation, touched, newcomers);
    }
    for (const event of happenings.bases) this.basis(event);
    for (const event of happenings.disputes) this.dispute(event);
    if (from.event > 0 && horizonMs > from.horizonMs) this.ends.survey(db, happenings, from.horizonMs);
    return {
      from,
      to: { event: isLast ? lastEvent(db) : (events.at(-1)?.sequence ?? from.event), horizonMs },
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

  /** @returns operators that have been told nothing of it so far */
  private authorisation(
    authorisation: AuthorisationRecord,
    event: PendingEvent | undefined,
  ): readonly string[] {
    const { reference, operators } = authorisation;
    const spans = authorisationSpans(authorisation, this.frame);
    if (event) this.ends.ofAuthorisation(authorisation, event.atMs);
    const standing = standingAt(spans, this.options.nowMs);
    const told = this.reader.authorisation(reference);
    if (standing.state === 'active' || standing.state === 'coming') {
      this.toldAuthorisations.set(reference, { state: 'active', operators });
      if (told === null) return operators;
      this.toldAgain(authorisation, told, standing, event);
      return operators.filter((operator) => !told.operators.includes(operator));
    }
    if (told?.state === 'active') {
      this.toldAuthorisations.set(reference, { state: 'over', operators: told.operators });
      this.drafts.ofAuthorisation(
        'end',
        authorisation,
        told.operators,
        endOf(authorisation, standing, event),
      );
    }
    return [];
  }

  private toldAgain(
    authorisation: AuthorisationRecord,
    told: ToldAuthorisation,
    { sinceMs, rule }: Standing,
    event: PendingEvent | undefined,
  ): void {
    const at = { event: event?.sequence ?? this.from.event, effectiveMs: event?.atMs ?? sinceMs, rule };
    if (told.state === 'over') {
      this.drafts.ofAuthorisation('reinstatement', authorisation, told.operators, { ...at, facts: {} });
    }
    const dropped = told.operators.filter((operator) => !authorisation.operators.includes(operator));
    const facts = { how: 'it names you no more' };
    this.drafts.ofAuthorisation('end', authorisation, dropped, { ...at, rule: 'L1', facts });
  }

  private indicators(
    authorisation: AuthorisationRecord,
    touched: ReadonlyMap<string, Touch>,
    newcomers: readonly string[],
  ): void {
    const { db } = this;
    if (newcomers.length > 0 || touched.size > MAX_READ_SINGLY) {
      const { steps } = loadRecords(db, { authorisation: authorisation.reference });
      for (const found of iterateIndicators(db, authorisation.reference)) {
        const { id } = found.record;
        const touch = touched.get(id) ?? null;
        if (touch || newcomers.length > 0)
          this.indicator(authorisation, found, steps.get(id) ?? [], touch, newcomers);
      }
      return;
    }
    for (const [id, touch] of touched) {
      const found = this.readIndicator(id);
      if (found) this.indicator(authorisation, found, stepsOf(db, id), touch, newcomers);
    }
  }

  private indicator(
    authorisation: AuthorisationRecord,
    found: DocumentedIndicator,
    steps: readonly IndicatorStep[],
    touch: Touch | null,
    newcomers: readonly string[],
  ): void {
    const { record } = found;
    const { id } = record;
    const spans = this.spans.of(record, steps, authorisation);
    if (touch) this.ends.ofIndicator(record, steps, authorisation, touch.sinceMs);
    const standing = standingAt(spans, this.options.nowMs);
    const told = this.reader.indicator(id);
    const over = overBy(found, steps);
    const judged = judge({ told, standing, over, touch });
    if (judged && judged.told !== told) this.toldIndicators.set(id, judged.told);
    const event = touch?.event ?? this.from.event;
    const draft = { found, steps, authorisation, standing, event, touch };
    const isOn = standing.state === 'active' || standing.state === 'coming';
    const others = authorisation.operators.filter((operator) => !newcomers.includes(operator));
    if (isOn) this.drafts.ofIndicator({ ...draft, kind: 'new', operators: newcomers });
    if (judged)
      this.drafts.ofIndicator({
        ...draft,
        kind: judged.kind,
        operators: isOn ? others : authorisation.operators,
      });
  }

  /** L20: of each authorisation that has indicators on the basis, all of them at once. */
  private basis(event: PendingEvent): void {
    const kind = event.action === 'basis.suspend' ? 'suspension' : 'reinstatement';
    for (const reference of restingOn(this.db, event.object)) {
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
    const steps = stepsOf(this.db, found.record.id);
    const standing = standingAt(this.spans.of(found.record, steps, authorisation), this.options.nowMs);
    this.drafts.ofDispute(event, { found, steps, authorisation, standing });
  }
}

function overBy({ record }: DocumentedIndicator, steps: readonly IndicatorStep[]) {
  if (steps.some(({ kind }) => kind === 'revoke')) return 'revocation';
  return record.withdrawnMs === null ? null : 'withdrawal';
}

function endOf(
  authorisation: AuthorisationRecord,
  { sinceMs, rule }: Standing,
  event: PendingEvent | undefined,
) {
  const regime = findRegime(authorisation.regime);
  const isLapsed = rule === regime?.urgency?.rule;
  const isEarly = event?.action === 'authorisation.end';
  return {
    event: event?.sequence ?? 0,
    effectiveMs: sinceMs,
    rule: isEarly && regime?.longest ? ('I6' as const) : rule,
    facts: {
      how: isEarly ? 'ended before its time' : isLapsed ? 'was not confirmed in time' : 'has run out',
    },
  };
}

function restingOn(db: Database, basis: string): string[] {
  return db
    .prepare(
      'SELECT DISTINCT authorisation FROM indicatorScopes WHERE ? IN (retention, access, task) ORDER BY 1',
    )
    .pluck()
    .all(basis) as string[];
}
