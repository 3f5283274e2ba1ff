// The list in force of a daemon: asked for several times a second, and loaded aside when it has changed. Meanwhile batches
// are scanned by the last one, and nothing of theirs is committed: at the commit the newest list judges again (L10).
import type { Log } from '../core/log.ts';
import type { CurrentList } from './current-list.ts';
import type { Gate } from './gate.ts';
import type { ListInForce } from './in-force.ts';

/** A list that changes faster than it can be loaded aside is loaded at the commit after so long. */
const MAX_BEHIND_MS = 2_000;

export class LiveList {
  readonly current: CurrentList;
  private readonly load: () => Promise<ListInForce>;
  private readonly gate: Gate;
  private readonly log: Log;
  private loading: Promise<void> | null = null;
  private behindSince: number | null = null;
  private toldGeneration: number | null = null;
  /** How long the last load took, ms; `null` = none was loaded aside yet. */
  loadMs: number | null = null;

  /** @param load the newest list, made in another thread */
  constructor(current: CurrentList, load: () => Promise<ListInForce>, gate: Gate, log: Log) {
    this.current = current;
    this.load = load;
    this.gate = gate;
    this.log = log;
  }

  /** What batches are scanned by; null = there is none, or none that may still be used. */
  get last(): ListInForce | null {
    return this.gate.reason('list') === null ? this.current.last : null;
  }

  /** Begins to load a list that has changed. Resolves when the newest is here, or cannot be had and the gate is closed. */
  renew(): Promise<void> {
    try {
      if (this.settle()) return Promise.resolve();
    } catch (error) {
      this.gate.close('list', (error as Error).message);
      return Promise.resolve();
    }
    this.behindSince ??= performance.now();
    this.loading ??= this.loadNewest();
    return this.loading;
  }

  /** Whether a commit should wait for a list that is being loaded. */
  get isAwaited(): boolean {
    return this.behindSince !== null && performance.now() - this.behindSince < MAX_BEHIND_MS;
  }

  private async loadNewest(): Promise<void> {
    const begun = performance.now();
    try {
      this.current.adopt(await this.load());
      this.loadMs = performance.now() - begun;
      this.settle();
    } catch (error) {
      this.gate.close('list', (error as Error).message);
    } finally {
      this.loading = null;
    }
  }

  /** @returns whether the last list is the newest. @throws where the source cannot be asked */
  private settle(): boolean {
    const { last, isNewest } = this.current;
    if (!last || !isNewest) return false;
    this.behindSince = null;
    this.gate.open('list');
    if (last.generation !== this.toldGeneration) {
      this.toldGeneration = last.generation;
      this.log.info(
        { generation: last.generation, indicators: last.list.indicators.length },
        'list in force',
      );
    }
    return true;
  }
}
