// What the daemon does about warnings: draws them up, takes back wrong ones, sends what somebody has approved.

import type { Log } from '../../core/log.ts';
import { HOUR_MS } from '../../core/time.ts';
import { type Database, isBusy, openDatabase, SMALL_CACHE_KIB } from '../../store/database.ts';
import { type AttributionSettings, Attributor } from '../attribution.ts';
import { type DraftSettings, draftWarnings } from './drafting.ts';
import type { Sender } from './letter.ts';
import { retractWrong } from './retracting.ts';
import { type Post, sendWarnings } from './sending.ts';

export interface WarningTaskSettings {
  readonly drafting: DraftSettings;
  readonly attribution: AttributionSettings;
  /** `null` = nobody is told: approved warnings wait. */
  readonly sender: Sender | null;
  /** Opens what sends mail; `null` = there is no mail server. */
  readonly openPost: (() => Post & { close(): void }) | null;
}

const SYSTEM = { by: 'flowsieve', role: 'system' } as const;
const DRAFT_EVERY_MS = HOUR_MS;

/** A PeriodicTask of the daemon (engine/periodic-tasks.ts). */
export class WarningTask {
  readonly name = 'warnings';
  readonly everyMs = 5_000;
  private readonly db: Database;
  private readonly settings: () => WarningTaskSettings;
  private readonly log: Log;
  private draftedMs = 0;

  constructor(db: Database, settings: () => WarningTaskSettings, log: Log) {
    this.db = db;
    this.settings = settings;
    this.log = log;
  }

  async run(nowMs: number, signal: AbortSignal): Promise<void> {
    const settings = this.settings();
    try {
      const retracted = retractWrong(this.db);
      if (retracted.length > 0) this.log.warn({ tickets: retracted }, 'wrong warnings are taken back');
      if (nowMs >= this.draftedMs + DRAFT_EVERY_MS) {
        await this.draft(settings, nowMs);
        this.draftedMs = nowMs;
      }
      await this.send(settings, nowMs, signal);
    } catch (error) {
      // Another process is writing: the next run takes it up.
      if (!isBusy(error)) throw error;
    }
  }

  private async draft({ drafting, attribution }: WarningTaskSettings, nowMs: number): Promise<void> {
    // Read on a connection of its own: while it reads, the other one commits flows.
    const reading = openDatabase(this.db.name, { readonly: true, cacheKiB: SMALL_CACHE_KIB });
    try {
      const attributor = await Attributor.open(reading, attribution);
      const change = { ...SYSTEM, at: nowMs };
      const { tickets, items } = await draftWarnings({ db: this.db, reading, attributor }, drafting, change);
      if (items > 0)
        this.log.info({ tickets: tickets.length, items }, 'warnings drafted: somebody must approve them');
    } finally {
      reading.close();
    }
  }

  private async send(
    { sender, openPost }: WarningTaskSettings,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (!sender || !openPost) return;
    const post = openPost();
    try {
      const { sent, failed, unclear } = await sendWarnings(this.db, post, sender, SYSTEM, { nowMs, signal });
      if (sent > 0) this.log.info({ sent }, 'warnings sent');
      if (failed > 0) this.log.warn({ failed }, 'warnings could not be sent; they are tried again');
      if (unclear > 0)
        this.log.error(
          { unclear },
          'warnings may have been sent or not: see `warning list`, and `warning send --again`',
        );
    } finally {
      post.close();
    }
  }
}
