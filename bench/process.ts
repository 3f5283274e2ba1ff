// Whole processes, timed from outside, from the start to the end.
import { spawnSync } from 'node:child_process';

export interface Run {
  readonly seconds: number;
  readonly stdout: string;
}

/** @throws where the process cannot be started or does not end with status 0 */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const startedMs = performance.now();
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    env: { ...process.env, ...env },
  });
  const seconds = (performance.now() - startedMs) / 1000;
  if (done.status !== 0) {
    const why = done.error?.message ?? done.stderr.trim();
    throw new Error(`${command} ${args.join(' ').slice(0, 300)}: status ${done.status}: ${why}`);
  }
  return { seconds, stdout: done.stdout };
}

export function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Runs each of `measures` in turn, `rounds` times, so that what disturbs the machine disturbs all; medians in order. */
export function medians(rounds: number, measures: readonly (() => number)[]): number[] {
  const times: number[][] = measures.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, measure] of measures.entries()) (times[n] as number[]).push(measure());
  }
  return times.map(median);
}

/** Millions a second that the large input has more than the small one: start-up counts in neither. */
export function furtherRate(few: number, many: number, smallSeconds: number, largeSeconds: number): number {
  if (largeSeconds <= smallSeconds) {
    throw new Error(
      'the large input took no longer than the small one: the machine is too disturbed to tell',
    );
  }
  return (many - few) / 1e6 / (largeSeconds - smallSeconds);
}
