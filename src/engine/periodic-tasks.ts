// What the daemon does besides receiving, every so often: notices, warnings, whatever falls due by itself. Construction is
// inert; `start` and `stop` are idempotent. A task never overlaps itself; one that fails is logged and tried again.
import { type Log, Repeats } from '../core/log.ts';

export interface PeriodicTask {
  readonly name: string;
  /** From the end of one run to the beginning of the next, ms. */
  readonly everyMs: number;
  /**
   * Holds the main thread for no more than some 50 ms at a time.
   * @param signal aborted when the daemon stops: what waits for something outside gives up
   */
  run(nowMs: number, signal: AbortSignal): Promise<void> | void;
  /** Waits for what `run` has begun and not waited for. */
  stop?(): Promise<void>;
}

export interface TaskFigures {
  readonly name: string;
  /** Runs that failed since the daemon began. */
  readonly failures: number;
  /** Epoch ms of the end of the last run that did not fail; `null` = none yet. */
  readonly lastDoneMs: number | null;
  /** How long it took, ms. */
  readonly lastTookMs: number | null;
}

export class PeriodicTasks {
  private readonly tasks: readonly PeriodicTask[];
  private readonly repeats: Repeats;
  private readonly ending = new AbortController();
  private readonly timers = new Map<PeriodicTask, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private readonly told: Map<PeriodicTask, TaskFigures>;
  private isStarted = false;
  private stopped: Promise<void> | null = null;

  constructor(tasks: readonly PeriodicTask[], log: Log) {
    this.tasks = tasks;
    this.told = new Map(
      tasks.map((task) => [task, { name: task.name, failures: 0, lastDoneMs: null, lastTookMs: null }]),
    );
    this.repeats = new Repeats(log);
  }

  /** Each task runs at once, then periodically. */
  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    for (const task of this.tasks) this.schedule(task, 0);
  }

  figures(): TaskFigures[] {
    return [...this.told.values()];
  }

  /** Starts nothing more, and waits for what is running. */
  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    this.ending.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await Promise.all(this.running);
    for (const task of this.tasks) await task.stop?.();
  }

  private schedule(task: PeriodicTask, inMs: number): void {
    if (this.ending.signal.aborted) return;
    this.timers.set(
      task,
      setTimeout(() => {
        const run = this.run(task);
        this.running.add(run);
        void run.then(() => {
          this.running.delete(run);
          this.schedule(task, task.everyMs);
        });
      }, inMs),
    );
  }

  private async run(task: PeriodicTask): Promise<void> {
    const begun = performance.now();
    const told = this.told.get(task) as TaskFigures;
    try {
      await task.run(Date.now(), this.ending.signal);
      this.told.set(task, { ...told, lastDoneMs: Date.now(), lastTookMs: performance.now() - begun });
    } catch (error) {
      if (this.ending.signal.aborted) return;
      this.told.set(task, { ...told, failures: told.failures + 1 });
      const { message } = error as Error;
      this.repeats.warn(
        `${task.name} ${message}`,
        { task: task.name, reason: message },
        'a periodic task failed',
      );
    }
  }
}
