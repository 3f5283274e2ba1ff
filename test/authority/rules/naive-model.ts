// The rules as a naive reader would ask them of a diary of events: one question at a time, no windows, no spans. Times are
// epoch milliseconds. It shares nothing with the program.

export interface Finding {
  readonly by: string;
  readonly atMs: number;
  readonly outcome: string;
}

export interface Listed {
  readonly firstSeenMs: number;
  readonly trafficUntilMs: number | null;
  readonly analyses: readonly Finding[];
  readonly verifications: readonly Finding[];
  readonly everyMs: number;
}

export type Event = { readonly recordedMs: number } & (
  | { readonly what: 'file'; readonly endsMs: number; readonly entry: Listed | null }
  | {
      readonly what: 'step';
      readonly kind: string;
      readonly by: string;
      readonly atMs: number;
      readonly outcome: string | null;
      readonly cause: string;
      readonly trafficUntilMs: number | null;
    }
  | { readonly what: 'end' }
  | { readonly what: 'basis'; readonly basis: string; readonly kind: 'suspend' | 'reinstate' }
);
type Step = Extract<Event, { what: 'step' }>;

export interface Rules {
  readonly decidedMs: number;
  /** Earliest traffic that operators may hold. */
  readonly lawfulMs: number;
  readonly bases: readonly string[];
  readonly onOverdue: 'suspend' | 'warn';
  readonly onAuthorised: 'warn' | 'block';
}

/** What was recorded and accepted, in order. */
export class Diary {
  private readonly events: Event[] = [];
  private readonly rules: Rules;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  /** @returns whether it may happen */
  add(event: Event): boolean {
    if (!this.isAllowed(event)) return false;
    this.events.push(event);
    return true;
  }

  private isAllowed(event: Event): boolean {
    const known = this.events;
    if (event.what === 'file') return true;
    if (event.what === 'end')
      return !known.some(({ what }) => what === 'end') && event.recordedMs < this.endsMs(known);
    if (event.what === 'basis') {
      const last = known.findLast((one) => one.what === 'basis' && one.basis === event.basis);
      return (last?.what === 'basis' && last.kind === 'suspend') === (event.kind === 'reinstate');
    }
    if (!known.some((one) => one.what === 'file' && one.entry !== null)) return false;
    const steps = known.filter((one) => one.what === 'step');
    if (steps.some(({ kind }) => kind === 'revoke')) return false;
    const ofCause = steps.filter(({ cause }) => cause === event.cause);
    if (event.kind === 'suspend') return !this.isSuspended(ofCause);
    if (event.kind === 'reinstate') return this.isSuspended(ofCause);
    if (event.kind === 'override')
      return !ofCause.some(({ kind, by }) => kind === 'override' && isSame(by, event.by));
    if (event.kind === 'clear')
      return ofCause.findLast(({ kind }) => kind === 'hit' || kind === 'clear')?.kind === 'hit';
    return true;
  }

  private isSuspended(ofCause: readonly Step[]): boolean {
    return ofCause.findLast(({ kind }) => kind === 'suspend' || kind === 'reinstate')?.kind === 'suspend';
  }

  private endsMs(known: readonly Event[]): number {
    const file = known.findLast(({ what }) => what === 'file');
    return file?.what === 'file' ? file.endsMs : Number.POSITIVE_INFINITY;
  }

  /** What the indicator says, as known; `null` = it never was one. */
  private entry(known: readonly Event[]): Listed | null {
    let entry: Listed | null = null;
    let isRevoked = false;
    for (const event of known) {
      if (event.what === 'step' && event.kind === 'revoke') isRevoked = true;
      if (event.what === 'file' && event.entry !== null && !isRevoked) entry = event.entry;
    }
    return entry;
  }

  /** Since when no file lists it. What was revoked is listed as long as a file lists it. */
  private withdrawnMs(known: readonly Event[]): number {
    let sinceMs = Number.POSITIVE_INFINITY;
    let isRevoked = false;
    let isListed = false;
    for (const event of known) {
      if (event.what === 'step' && event.kind === 'revoke') isRevoked = true;
      if (event.what !== 'file') continue;
      if (event.entry !== null && !isRevoked) [isListed, sinceMs] = [true, Number.POSITIVE_INFINITY];
      if (event.entry === null && isListed) [isListed, sinceMs] = [false, event.recordedMs];
    }
    return sinceMs;
  }

  /** @param knownMs only what was recorded by then counts */
  verdict(collectedMs: number, flowMs: number, knownMs: number): string {
    const known = this.events.filter(({ recordedMs }) => recordedMs <= knownMs);
    const entry = this.entry(known);
    if (!entry) return 'noHit';
    if (!this.isTraffic(entry, known, flowMs)) return 'outsideTraffic';
    return this.isInForce(entry, known, collectedMs) ? 'matched' : 'notInForce';
  }

  private isTraffic(entry: Listed, known: readonly Event[], flowMs: number): boolean {
    const ends = known.flatMap((one) => (one.what === 'step' ? [one.trafficUntilMs] : []));
    const isOver = [entry.trafficUntilMs, ...ends].some((endMs) => endMs !== null && endMs <= flowMs);
    return flowMs >= entry.firstSeenMs && flowMs >= this.rules.lawfulMs && !isOver;
  }

  private isInForce(entry: Listed, known: readonly Event[], ms: number): boolean {
    const happened = known.filter(({ recordedMs }) => recordedMs <= ms);
    const steps = known.filter((one) => one.what === 'step');
    const decided = happened.filter((one) => one.what === 'step');
    const found = (kind: string): Finding[] =>
      steps
        .filter((one) => one.kind === kind)
        .map(({ by, atMs, outcome }) => ({ by, atMs, outcome: outcome ?? '' }));
    return (
      ms >= this.rules.decidedMs &&
      ms < this.endsMs(known) &&
      ms < this.withdrawnMs(known) &&
      !happened.some(({ what }) => what === 'end') &&
      !this.rules.bases.some((basis) => this.isBasisSuspended(happened, basis)) &&
      !decided.some(({ kind }) => kind === 'revoke') &&
      !this.causes(decided).some((cause) => this.isSuspended(decided.filter((one) => one.cause === cause))) &&
      !(this.rules.onAuthorised === 'block' && this.isBlocked(decided)) &&
      isConfirmed([...entry.analyses, ...found('analyse')], ms) &&
      this.isVerified([...entry.verifications, ...found('verify')], entry.everyMs, ms)
    );
  }

  private isBasisSuspended(happened: readonly Event[], basis: string): boolean {
    const last = happened.findLast((one) => one.what === 'basis' && one.basis === basis);
    return last?.what === 'basis' && last.kind === 'suspend';
  }

  private causes(steps: readonly Step[]): string[] {
    return [...new Set(steps.map(({ cause }) => cause))];
  }

  private isBlocked(decided: readonly Step[]): boolean {
    return this.causes(decided).some((cause) => {
      const own = decided.filter((one) => one.cause === cause);
      const last = own.findLast(({ kind }) => kind === 'hit' || kind === 'clear');
      const people = new Set(own.filter(({ kind }) => kind === 'override').map(({ by }) => by.toLowerCase()));
      return last?.kind === 'hit' && last.outcome === 'hard' && people.size < 2;
    });
  }

  private isVerified(verifications: readonly Finding[], everyMs: number, ms: number): boolean {
    const last = latest(verifications, ms, 'inactive');
    if (last?.outcome !== 'active') return false;
    return this.rules.onOverdue === 'warn' || ms < last.atMs + everyMs;
  }
}

function isConfirmed(analyses: readonly Finding[], ms: number): boolean {
  const people = new Set(analyses.map(({ by }) => by.toLowerCase()));
  const confirming = [...people].filter((person) => {
    const own = analyses.filter(({ by }) => isSame(by, person));
    return latest(own, ms, 'refuted')?.outcome === 'confirmed';
  });
  return confirming.length >= 2;
}

/** The last conclusive finding by an instant; of several at one, the one that closes. */
function latest(findings: readonly Finding[], ms: number, closing: string): Finding | undefined {
  const past = findings.filter(({ atMs, outcome }) => atMs <= ms && outcome !== 'inconclusive');
  const lastMs = Math.max(...past.map(({ atMs }) => atMs));
  const ofLast = past.filter(({ atMs }) => atMs === lastMs);
  return ofLast.find(({ outcome }) => outcome === closing) ?? ofLast[0];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
