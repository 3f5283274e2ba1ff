// Delivers what is due: one message at a time on each channel, several channels at once, so that one that is stuck holds up no
// other. What fails is tried again later and later.
import { setTimeout } from 'node:timers/promises';
import { type Database, isBusy } from '../store/database.ts';
import {
  type Claim,
  claimDeliveries,
  type Outcome,
  planDeliveries,
  settleDelivery,
} from '../store/notice-outbox.ts';
import { Carriers, channelsByRecipient } from './carriers.ts';
import type { NoticeSettings } from './settings.ts';

/** Channels in use at a time. */
const MAX_CHANNELS = 16;
/** A lease lasts longer than any attempt by so much. */
const LEASE_MARGIN_MS = 15_000;
const RETRY_BUSY_MS = 25;
const MAX_PROBLEM_CHARACTERS = 300;

export interface DelivererOptions {
  /** Epoch ms. */
  readonly clock?: () => number;
  readonly onDelivered?: (claim: Claim) => void;
  readonly onFailed?: (claim: Claim, problem: string, retryAtMs: number | null) => void;
}

export class Deliverer {
  private readonly db: Database;
  private readonly settings: NoticeSettings;
  private readonly options: DelivererOptions;
  private readonly clock: () => number;
  private readonly carriers: Carriers;
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(db: Database, settings: NoticeSettings, options: DelivererOptions = {}) {
    this.db = db;
    this.settings = settings;
    this.options = options;
    this.clock = options.clock ?? Date.now;
    this.carriers = new Carriers(settings);
  }

  /**
   * Begins to deliver what is due on channels that are free, and returns at once.
   * @returns how many it has begun
   * @throws FlowSieveError DATABASE
   */
  begin(signal: AbortSignal): number {
    const nowMs = this.clock();
    planDeliveries(this.db, channelsByRecipient(this.settings), nowMs);
    const claims = claimDeliveries(this.db, {
      nowMs,
      leaseMs: this.longestAttemptMs + LEASE_MARGIN_MS,
      busy: new Set(this.underWay.keys()),
      limit: MAX_CHANNELS - this.underWay.size,
    });
    for (const claim of claims) this.follow(claim, signal);
    return claims.length;
  }

  /** Tries everything that is due, once; ends when nothing more is, or with the signal. */
  async drain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.begin(signal);
      if (this.underWay.size === 0) return;
      await Promise.race(this.underWay.values());
    }
    await this.finish();
  }

  /** Waits for what is under way; `begin` no more afterwards. */
  async finish(): Promise<void> {
    await Promise.all(this.underWay.values());
    this.carriers.close();
  }

  private get longestAttemptMs(): number {
    const { notices, mail } = this.settings;
    return Math.max(notices.timeoutSeconds, mail.timeoutSeconds) * 1_000;
  }

  private follow(claim: Claim, signal: AbortSignal): void {
    const delivery = this.deliver(claim, signal).finally(() => this.underWay.delete(claim.channel));
    this.underWay.set(claim.channel, delivery);
  }

  private async deliver(claim: Claim, signal: AbortSignal): Promise<void> {
    const problem = await this.attempt(claim, signal);
    const endedAtMs = this.clock();
    const retryAtMs = problem === null ? null : this.retryAtMs(claim, endedAtMs, signal.aborted);
    await this.settle(claim, { endedAtMs, problem, retryAtMs });
    if (problem === null) this.options.onDelivered?.(claim);
    else this.options.onFailed?.(claim, problem, retryAtMs);
  }

  /** Where the store cannot be written to, the lease runs out, and it is delivered again. */
  private async settle(claim: Claim, outcome: Outcome): Promise<void> {
    const giveUpAtMs = outcome.endedAtMs + LEASE_MARGIN_MS;
    while (this.clock() < giveUpAtMs) {
      try {
        settleDelivery(this.db, claim, outcome);
        return;
      } catch (error) {
        if (!isBusy(error)) {
          this.options.onFailed?.(claim, (error as Error).message, null);
          return;
        }
        await setTimeout(RETRY_BUSY_MS);
      }
    }
  }

  /** @returns what went wrong; `null` = nothing */
  private async attempt(claim: Claim, signal: AbortSignal): Promise<string | null> {
    const { notices, mail } = this.settings;
    const limitSeconds = claim.channel.startsWith('mail ') ? mail.timeoutSeconds : notices.timeoutSeconds;
    const late = AbortSignal.timeout(limitSeconds * 1_000);
    try {
      const carry = this.carriers.get(claim.channel);
      await carry(claim, AbortSignal.any([late, signal]));
      return null;
    } catch (error) {
      if (signal.aborted) return 'given up: the program was stopped';
      if (late.aborted) return `no answer within ${limitSeconds} s`;
      return inOneLine((error as Error).message);
    }
  }

  /** `null` = no more by itself. */
  private retryAtMs({ attempt }: Claim, endedAtMs: number, isStopped: boolean): number | null {
    if (isStopped) return endedAtMs;
    const { maxAttempts, firstRetrySeconds, longestRetrySeconds } = this.settings.notices;
    if (attempt >= maxAttempts) return null;
    const pauseSeconds = Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** (attempt - 1));
    return endedAtMs + Math.round(pauseSeconds * 1_000 * (0.75 + Math.random() / 2));
  }
}

function inOneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_PROBLEM_CHARACTERS);
}
