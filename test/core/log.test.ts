import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Log, Repeats } from '../../src/core/log.ts';

const lines: { message: string; times: number }[] = [];
const log: Log = {
  info() {},
  warn: (fields, message) => lines.push({ message, times: (fields as { times: number }).times }),
  error() {},
};

beforeEach(() => {
  vi.useFakeTimers();
  lines.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('what repeats', () => {
  it('is said once an interval, with how often it was', () => {
    const repeats = new Repeats(log, 1_000);
    for (let n = 0; n < 5; n++) repeats.warn('a', {}, 'a happened');
    repeats.warn('b', {}, 'b happened', 3);
    vi.advanceTimersByTime(999);
    repeats.warn('a', {}, 'a happened');
    vi.advanceTimersByTime(1);
    repeats.warn('a', {}, 'a happened');
    expect(lines).toEqual([
      { message: 'a happened', times: 1 },
      { message: 'b happened', times: 3 },
      { message: 'a happened', times: 6 },
    ]);
  });

  it('of ever new kinds is bounded too', () => {
    const repeats = new Repeats(log, 1_000);
    for (let n = 0; n < 1_000; n++) repeats.warn(`kind ${n}`, {}, `kind ${n}`);
    const said = lines.length;
    expect(said).toBeLessThan(100);
    vi.advanceTimersByTime(1_000);
    repeats.warn('another', {}, 'another');
    expect(lines).toHaveLength(said + 1);
  });
});
