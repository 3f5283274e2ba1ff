// What happens by itself: a verification falls due (L9), an urgent decision is not confirmed (I3), an authorisation runs out.
// Each is recorded once, as an event of the system: by whichever process first looks after the instant.
import type { InForceOptions } from '../authority/conditions.ts';
import { findRegime } from '../authority/regime.ts';
import { holds } from '../authority/spans.ts';
import { loadAuthorisations } from '../store/authorisation-records.ts';
import { loadAuthorisationSteps } from '../store/authorisation-steps.ts';
import { loadBasisSteps } from '../store/basis-steps.ts';
import type { Database } from '../store/database.ts';
import { currentGeneration, type Event, eventWriter } from '../store/events.ts';
import { indicatorReader } from '../store/indicator-records.ts';
import { type End, endReader, nextEndMs, takeEnds } from '../store/notice-progress.ts';
import { SYSTEM } from '../store/notices.ts';
import { knownOperators } from '../store/operators.ts';
import { type AuthorityFrame, authorisationSpans, OwnSpans } from './standing.ts';

/** In one transaction, so that it is short. */
const MAX_ENDS = 100;

/**
 * Records what has fallen due.
 * @returns whether more has
 * @throws FlowSieveError DATABASE
 */
export function recordEnds(db: Database, options: InForceOptions, nowMs: number): boolean {
  const dueMs = nextEndMs(db);
  if (dueMs === null || dueMs > nowMs) return false;
  let watch: Watch | null = null;
  return takeEnds(db, nowMs, MAX_ENDS, (end) => {
    watch ??= new Watch(db, options, nowMs);
    watch.record(end);
  });
}

export function loadFrame(db: Database): AuthorityFrame {
  return {
    generation: currentGeneration(db),
    authorisations: loadAuthorisations(db),
    operators: knownOperators(db),
    authorisationSteps: loadAuthorisationSteps(db),
    basisSteps: loadBasisSteps(db),
  };
}

class Watch {
  private readonly options: InForceOptions;
  private readonly nowMs: number;
  private readonly frame: AuthorityFrame;
  private readonly spans: OwnSpans;
  private readonly readIndicator: ReturnType<typeof indicatorReader>;
  private readonly isRecorded: ReturnType<typeof endReader>;
  private readonly writeEvent: ReturnType<typeof eventWriter>;

  constructor(db: Database, options: InForceOptions, nowMs: number) {
    this.options = options;
    this.nowMs = nowMs;
    this.frame = loadFrame(db);
    this.spans = new OwnSpans(options);
    this.readIndicator = indicatorReader(db);
    this.isRecorded = endReader(db);
    this.writeEvent = eventWriter(db);
  }

  /** An end that has been moved meanwhile, by a verification or otherwise, is none. */
  record(end: End): void {
    if (end.kind === 'indicator') this.overdue(end);
    else this.over(end);
  }

  private overdue(end: End): void {
    const { atMs, object } = end;
    const found = this.readIndicator(object);
    const authorisation = found && this.frame.authorisations.get(found.record.scope.authorisation);
    if (!authorisation || this.isRecorded(end, ['indicator.overdue'])) return;
    const rule = findRegime(authorisation.regime)?.verification.rule;
    const { record, indicator, steps } = found;
    const isDue = this.spans
      .untilOverdue(record, steps, authorisation)
      .some(({ until }) => until.atMs === atMs && until.rule === rule);
    if (!isDue || !holds(authorisationSpans(authorisation, this.frame), atMs - 1)) return;
    this.write('indicator.overdue', end, steps.at(-1)?.step ?? 0, {
      authorisation: authorisation.reference,
      address: indicator.address,
      isSuspended: this.options.onOverdue === 'suspend',
    });
  }

  private over(end: End): void {
    const authorisation = this.frame.authorisations.get(end.object);
    if (!authorisation || this.isRecorded(end, ['authorisation.expire', 'authorisation.lapse'])) return;
    const span = authorisationSpans(authorisation, this.frame).find(({ until }) => until.atMs === end.atMs);
    if (!span) return;
    const isLapsed = span.until.rule === findRegime(authorisation.regime)?.urgency?.rule;
    const { rule } = span.until;
    this.write(isLapsed ? 'authorisation.lapse' : 'authorisation.expire', end, authorisation.version, {
      rule,
    });
  }

  private write(
    action: string,
    { object, atMs: sinceMs }: End,
    version: number,
    detail: Event['detail'],
  ): void {
    const event = { ...SYSTEM, atMs: this.nowMs, action, object, version, digest: null };
    this.writeEvent({ ...event, detail: { ...detail, sinceMs } });
  }
}
