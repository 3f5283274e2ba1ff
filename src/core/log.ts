// Logs of the daemon: one JSON object a line on standard error. What repeats is said once an interval, with how often it
// was. Never an address of a flow: who writes a line sees to that.
import { destination, pino } from 'pino';

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface OpenedLog extends Log {
  /** Writes what is still in memory. */
  flush(): void;
}

/** Kept in memory while nobody reads; beyond it, lines are dropped: a stuck reader must not stop the daemon. */
const MAX_BUFFERED_BYTES = 1_048_576;

export function openLog(): OpenedLog {
  const stream = destination({ fd: 2, sync: false, maxLength: MAX_BUFFERED_BYTES });
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush() {
      try {
        stream.flushSync();
      } catch {
        // Nobody reads any more.
      }
    },
  };
}

const REPEAT_AFTER_MS = 60_000;
/** Different things said in one interval; further ones wait for the next. */
const MAX_KEYS = 64;

/** Says the same thing at most once an interval. */
export class Repeats {
  private readonly log: Log;
  private readonly everyMs: number;
  private readonly said = new Map<string, { atMs: number; times: number }>();

  constructor(log: Log, everyMs = REPEAT_AFTER_MS) {
    this.log = log;
    this.everyMs = everyMs;
  }

  /** @param key what makes two of them the same @param times how often it was since the last call */
  warn(key: string, fields: object, message: string, times = 1): void {
    const nowMs = Date.now();
    const before = this.said.get(key);
    if (before && nowMs - before.atMs < this.everyMs) {
      before.times += times;
      return;
    }
    if (!before && this.said.size >= MAX_KEYS && !this.forgetOld(nowMs)) return;
    this.said.set(key, { atMs: nowMs, times: 0 });
    this.log.warn({ ...fields, times: (before?.times ?? 0) + times }, message);
  }

  private forgetOld(nowMs: number): boolean {
    for (const [key, { atMs }] of this.said) if (nowMs - atMs >= this.everyMs) this.said.delete(key);
    return this.said.size < MAX_KEYS;
  }
}
