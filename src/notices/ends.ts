// What will fall due by itself, up to a horizon: ends of authorisations, and of verifications.
import type { AuthorisationRecord, IndicatorRecord } from '../authority/records.ts';
import { findRegime } from '../authority/regime.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import type { Database } from '../store/database.ts';
import { iterateRecords } from '../store/indicator-records.ts';
import type { End } from '../store/notice-progress.ts';
import type { Happenings } from './happenings.ts';
import { type AuthorityFrame, authorisationSpans, type OwnSpans } from './standing.ts';

export class Ends {
  readonly list: End[] = [];
  private readonly frame: AuthorityFrame;
  private readonly spans: OwnSpans;
  private readonly horizonMs: number;

  constructor(frame: AuthorityFrame, spans: OwnSpans, horizonMs: number) {
    this.frame = frame;
    this.spans = spans;
    this.horizonMs = horizonMs;
  }

  /** @param sinceMs what had ended by then is no news */
  ofAuthorisation(authorisation: AuthorisationRecord, sinceMs: number): void {
    for (const { until } of authorisationSpans(authorisation, this.frame)) {
      this.add('authorisation', authorisation.reference, until.atMs, sinceMs);
    }
  }

  ofIndicator(
    record: IndicatorRecord,
    steps: readonly IndicatorStep[],
    authorisation: AuthorisationRecord,
    sinceMs: number,
  ): void {
    const rule = findRegime(authorisation.regime)?.verification.rule;
    for (const { until } of this.spans.untilOverdue(record, steps, authorisation)) {
      if (until.rule === rule) this.add('indicator', record.id, until.atMs, sinceMs);
    }
  }

  /** Of all that nothing has happened to. */
  survey(db: Database, touched: Happenings, sinceMs: number): void {
    const { authorisations } = this.frame;
    for (const authorisation of authorisations.values()) {
      if (!touched.authorisations.has(authorisation.reference)) this.ofAuthorisation(authorisation, sinceMs);
    }
    for (const { record, steps } of iterateRecords(db)) {
      const authorisation = authorisations.get(record.scope.authorisation);
      if (!authorisation || touched.indicators.has(record.id)) continue;
      this.ofIndicator(record, steps, authorisation, sinceMs);
    }
  }

  private add(kind: End['kind'], object: string, atMs: number, sinceMs: number): void {
    if (atMs > sinceMs && atMs <= this.horizonMs) this.list.push({ atMs, kind, object });
  }
}
