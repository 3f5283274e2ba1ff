// What a daemon does about notices, every so often: look at what has happened, deliver what is due, escalate what stays
// unanswered. Another process's write is waited for by trying again.
import type { Log } from '../core/log.ts';
import { type Database, isBusy } from '../store/database.ts';
import { lastEvent } from '../store/notice-progress.ts';
import { openSigningKey, signingKeyPath } from '../store/signing-keys.ts';
import { Deliverer } from './deliverer.ts';
import { escalateUnanswered } from './escalation.ts';
import { runRound, workOf } from './round.ts';
import { bySystem, runRoundAside } from './round-thread.ts';
import { inForceOf, type NoticeSettings } from './settings.ts';

const LOOK_EVERY_MS = 250;
const DELIVER_EVERY_MS = 250;

/** Looks at what has happened. */
export class RaisingTask {
  readonly name = 'notices: what has happened';
  readonly everyMs = LOOK_EVERY_MS;
  private readonly db: Database;
  private readonly settings: () => NoticeSettings;
  private readonly log: Log;
  private knownTo = 0;

  constructor(db: Database, settings: () => NoticeSettings, log: Log) {
    this.db = db;
    this.settings = settings;
    this.log = log;
  }

  async run(nowMs: number): Promise<void> {
    const upTo = lastEvent(this.db);
    const work = workOf(this.db, nowMs, this.knownTo);
    if (work !== 'none') {
      const raised = await this.work(work);
      if (raised === null) return;
      if (raised > 0) this.log.info({ notices: raised }, 'notices raised');
    }
    this.knownTo = upTo;
  }

  /** @returns null where another process was writing */
  private async work(work: 'little' | 'much'): Promise<number | null> {
    const settings = this.settings();
    const inForce = inForceOf(settings);
    const signingKey = signingKeyPath(settings);
    try {
      if (work === 'much') return await runRoundAside({ database: this.db.name, signingKey, inForce });
      return runRound(this.db, inForce, () => openSigningKey(this.db, signingKey, bySystem()));
    } catch (error) {
      if (isBusy(error)) return null;
      throw error;
    }
  }
}

/** Delivers and escalates. */
export class DeliveryTask {
  readonly name = 'notices: delivery';
  readonly everyMs = DELIVER_EVERY_MS;
  private readonly db: Database;
  private readonly settings: () => NoticeSettings;
  private readonly log: Log;
  private of: NoticeSettings | null = null;
  private deliverer: Deliverer | null = null;
  /** Those of an earlier configuration that are still at it. */
  private readonly leaving = new Set<Promise<void>>();

  constructor(db: Database, settings: () => NoticeSettings, log: Log) {
    this.db = db;
    this.settings = settings;
    this.log = log;
  }

  run(nowMs: number, signal: AbortSignal): void {
    try {
      this.escalate(nowMs);
      this.current().begin(signal);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }

  async stop(): Promise<void> {
    await this.deliverer?.finish();
    await Promise.all(this.leaving);
  }

  private escalate(nowMs: number): void {
    const settings = this.settings();
    const openKey = () => openSigningKey(this.db, signingKeyPath(settings), bySystem());
    for (const { operator, reason, notices } of escalateUnanswered(this.db, settings, nowMs, openKey)) {
      this.log.warn({ operator, reason, notices: notices.map(({ id }) => id) }, 'notices are escalated');
    }
  }

  private current(): Deliverer {
    const settings = this.settings();
    if (this.deliverer && this.of === settings) return this.deliverer;
    if (this.deliverer) {
      const leaving = this.deliverer.finish().finally(() => this.leaving.delete(leaving));
      this.leaving.add(leaving);
    }
    this.of = settings;
    this.deliverer = new Deliverer(this.db, settings, {
      onDelivered: ({ id, kind, operator, channel }) =>
        this.log.info({ notice: id, kind, operator, channel }, 'a notice was delivered'),
      onFailed: ({ id, operator, channel, attempt }, problem, retryAtMs) =>
        this.log.warn(
          { notice: id, operator, channel, attempt, problem, retryAtMs },
          'a notice was not delivered',
        ),
    });
    return this.deliverer;
  }
}
