// Whether an indicator, or an authorisation, is in force by itself at an instant, since when, and when that ends: what operators
// are told of rests on this. An indicator's own conditions are looked at apart from its authorisation's, so that the end of
// an authorisation is one fact and not as many as it has indicators.
import { authorisationConditions } from '../authority/authorisation-conditions.ts';
import { type InForceOptions, whenAll } from '../authority/conditions.ts';
import { withFindings } from '../authority/finding-conditions.ts';
import {
  type AuthorisationRecord,
  type AuthorityRecords,
  decodeLife,
  type IndicatorRecord,
} from '../authority/records.ts';
import type { Rule } from '../authority/regime.ts';
import type { Span } from '../authority/spans.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { indicatorConditions } from '../authority/windows.ts';

/** What the authority has recorded, but for indicators. */
export type AuthorityFrame = Omit<AuthorityRecords, 'indicators' | 'steps'>;

/** `coming`: it will be in force; `never`: it is not and was not; `stopped`: it was. */
export interface Standing {
  readonly state: 'active' | 'coming' | 'stopped' | 'never';
  /** Epoch ms: since when, or from when on. */
  readonly sinceMs: number;
  /** By which rule. */
  readonly rule: Rule;
}

/** Now, or from an instant on that is known. */
export function isInForce({ state }: Standing): boolean {
  return state === 'active' || state === 'coming';
}

export function standingAt(spans: readonly Span[], atMs: number): Standing {
  const open = spans.find(({ until }) => until.atMs > atMs);
  if (open) {
    const { atMs: sinceMs, rule } = open.from;
    return { state: sinceMs <= atMs ? 'active' : 'coming', sinceMs, rule };
  }
  const last = spans.at(-1);
  if (!last) return { state: 'never', sinceMs: atMs, rule: 'L1' };
  return { state: 'stopped', sinceMs: last.until.atMs, rule: last.until.rule };
}

export function authorisationSpans(
  authorisation: AuthorisationRecord,
  { authorisationSteps }: AuthorityFrame,
): readonly Span[] {
  return whenAll(
    authorisationConditions(authorisation, authorisationSteps.get(authorisation.reference) ?? []),
  );
}

/** Lives that are remembered: of a list in which each has its own, none need be. */
const MAX_SHARED = 1_000;

/** Of indicators, one after another; those that share a life and have no steps are worked out once. */
export class OwnSpans {
  private readonly options: InForceOptions;
  private readonly shared = new Map<string, readonly Span[]>();

  constructor(options: InForceOptions) {
    this.options = options;
  }

  /** When it is in force by itself. */
  of(
    record: IndicatorRecord,
    steps: readonly IndicatorStep[],
    authorisation: AuthorisationRecord,
  ): readonly Span[] {
    return this.spans(this.options, record, steps, authorisation);
  }

  /** The same where an overdue verification suspends, whatever the setting says. */
  untilOverdue(
    record: IndicatorRecord,
    steps: readonly IndicatorStep[],
    authorisation: AuthorisationRecord,
  ): readonly Span[] {
    return this.spans({ ...this.options, onOverdue: 'suspend' }, record, steps, authorisation);
  }

  private spans(
    options: InForceOptions,
    record: IndicatorRecord,
    steps: readonly IndicatorStep[],
    authorisation: AuthorisationRecord,
  ): readonly Span[] {
    const isShared = record.withdrawnMs === null && record.scope.origin === 'file' && steps.length === 0;
    const key = isShared ? [options.onOverdue, authorisation.regime, record.life].join('\n') : null;
    const known = key === null ? undefined : this.shared.get(key);
    if (known) return known;
    const life = withFindings(decodeLife(record.life), steps);
    const spans = whenAll(indicatorConditions(record, life, steps, authorisation, options));
    if (key === null) return spans;
    if (this.shared.size >= MAX_SHARED) this.shared.clear();
    this.shared.set(key, spans);
    return spans;
  }
}
