import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PeriodicTask, PeriodicTasks } from '../../src/engine/periodic-tasks.ts';
import { Lines } from './fixture.ts';

beforeAll(() => void vi.useFakeTimers());
afterEach(() => vi.clearAllTimers());
afterAll(() => void vi.useRealTimers());

function started(run: PeriodicTask['run'], log = new Lines()): PeriodicTasks {
  const tasks = new PeriodicTasks([{ name: 'a task', everyMs: 100, run }], log);
  tasks.start();
  tasks.start();
  return tasks;
}

describe('a periodic task', () => {
  it('runs at once, then every so often, until it is stopped', async () => {
    const run = vi.fn();
    const tasks = started(run);
    await vi.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(250);
    expect(run).toHaveBeenCalledTimes(3);
    await tasks.stop();
    await tasks.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('never overlaps itself', async () => {
    let running = 0;
    let most = 0;
    const tasks = started(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      running -= 1;
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(most).toBe(1);
    const stopping = tasks.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopping;
    expect(running).toBe(0);
  });

  it('that throws is told in the log and tried again', async () => {
    const log = new Lines();
    const run = vi.fn(() => {
      throw new Error('the disk is full');
    });
    const tasks = started(run, log);
    await vi.advanceTimersByTimeAsync(250);
    expect(run).toHaveBeenCalledTimes(3);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        message: 'a periodic task failed',
        fields: { task: 'a task', reason: 'the disk is full' },
      },
    ]);
    await tasks.stop();
  });

  it('is told to give up when the daemon stops', async () => {
    const log = new Lines();
    const tasks = started(
      (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('given up'))),
        ),
      log,
    );
    await vi.advanceTimersByTimeAsync(0);
    await tasks.stop();
    expect(log.lines).toEqual([]);
  });

  it('has what it has begun and not waited for waited for at the end', async () => {
    const order: string[] = [];
    const stop = async () => {
      await Promise.resolve();
      order.push('stopped');
    };
    const tasks = new PeriodicTasks([{ name: 'a task', everyMs: 1, run: () => {}, stop }], new Lines());
    tasks.start();
    await Promise.all([tasks.stop(), tasks.stop()]);
    expect(order).toEqual(['stopped']);
  });

  it('that was never started runs never', async () => {
    const run = vi.fn();
    const tasks = new PeriodicTasks([{ name: 'a task', everyMs: 1, run }], new Lines());
    await tasks.stop();
    tasks.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(run).not.toHaveBeenCalled();
  });
});
