// Events since the last look, put together: what they touch, and what of it is to be told whatever else has changed.
import type { PendingEvent } from '../store/notice-progress.ts';

/** What happened to one indicator. */
export interface Touch {
  /** Of the last of its events. */
  event: number;
  atMs: number;
  /** Of the first of them. */
  readonly sinceMs: number;
  readonly authorisation: string | null;
  /** Something that operators see has changed. */
  isVisible: boolean;
  /** It is overdue, and stays in force (setting `verification.on_overdue: warn`). */
  isOverdue: boolean;
}

/** Fields of an indicator that a notice tells. */
const VISIBLE: ReadonlySet<unknown> = new Set([
  'address',
  'port',
  'protocol',
  'firstSeenMs',
  'trafficUntilMs',
  'country',
  'threat',
  'basis',
  'tlp',
  'block',
]);

export class Happenings {
  readonly indicators = new Map<string, Touch>();
  /** The last event of each. */
  readonly authorisations = new Map<string, PendingEvent>();
  readonly bases: PendingEvent[] = [];
  readonly disputes: PendingEvent[] = [];
  /** How many events, and the sequence of the last. */
  count = 0;
  last: number | null = null;

  constructor(events: Iterable<PendingEvent>) {
    for (const event of events) {
      this.count += 1;
      this.last = event.sequence;
      this.add(event);
    }
  }

  private add(event: PendingEvent): void {
    const { action, object } = event;
    if (action.startsWith('authorisation.')) this.authorisations.set(object, event);
    else if (action.startsWith('basis.')) this.bases.push(event);
    else if (action.startsWith('dispute.')) this.disputes.push(event);
    else this.touch(event);
  }

  private touch({ sequence, atMs, action, object, detail }: PendingEvent): void {
    const { authorisation, changes, isSuspended } = detail;
    const touch = this.indicators.get(object) ?? {
      event: sequence,
      atMs,
      sinceMs: atMs,
      authorisation: typeof authorisation === 'string' ? authorisation : null,
      isVisible: false,
      isOverdue: false,
    };
    touch.event = sequence;
    touch.atMs = atMs;
    touch.isVisible ||= Array.isArray(changes) && changes.some((field) => VISIBLE.has(field));
    touch.isOverdue ||= action === 'indicator.overdue' && isSuspended === false;
    this.indicators.set(object, touch);
  }
}
