// What is done about a store that refuses a commit: another process's write is waited for, anything else closes the gate.
import type { Log } from '../core/log.ts';
import { isBusy } from '../store/database.ts';
import type { Gate } from './gate.ts';

/** When it is tried again: another process is writing; the store fails. */
const RETRY_BUSY_MS = 25;
const RETRY_FAILED_MS = 1_000;
/** Taking a long list in takes many seconds. After so long nothing more is taken in… */
const MAX_BUSY_MS = 60_000;
/** …or when so many matches wait. */
const MAX_WAITING_MATCHES = 100_000;
/** That matches wait is told after so long. */
const TELL_BUSY_MS = 5_000;
/** The end waits so long for another process, and so long for a store that fails. */
const MAX_BUSY_AT_END_MS = 20_000;
const MAX_FAILED_AT_END_MS = 5_000;

export class RefusedCommits {
  /** Since the start. */
  count = 0;
  private readonly gate: Gate;
  private readonly log: Log;
  /** Of `performance.now()`: the first since the last commit that succeeded. */
  private since: number | null = null;
  private isBusy = false;
  private isTold = false;

  constructor(gate: Gate, log: Log) {
    this.gate = gate;
    this.log = log;
  }

  /** @returns after how many ms to try again */
  refused(error: Error, waitingMatches: number): number {
    const now = performance.now();
    this.count++;
    this.since ??= now;
    this.isBusy = isBusy(error);
    const forMs = now - this.since;
    if (!this.isBusy || forMs >= MAX_BUSY_MS || waitingMatches >= MAX_WAITING_MATCHES) {
      this.gate.close('store', error.message);
      return RETRY_FAILED_MS;
    }
    if (forMs >= TELL_BUSY_MS && !this.isTold) {
      this.isTold = true;
      this.log.warn({ waitingMatches }, 'another process is writing: matches wait for it');
    }
    return RETRY_BUSY_MS;
  }

  succeeded(): void {
    this.since = null;
    this.isTold = false;
    this.gate.open('store');
  }

  /** Whether the end goes on trying. @param begun of `performance.now()` */
  mayGoOn(begun: number): boolean {
    return performance.now() - begun < (this.isBusy ? MAX_BUSY_AT_END_MS : MAX_FAILED_AT_END_MS);
  }
}
