// Progress of a replay: a bar on a terminal, a plain line every few seconds elsewhere, nothing with --quiet.
import type { SingleBar } from 'cli-progress';
import { log } from './command.ts';

const PLAIN_EVERY_MS = 5_000;

export interface ProgressState {
  /** Bytes of the inputs read, as they stand on disk. */
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly records: number;
  readonly matches: number;
}

export interface Progress {
  update(state: ProgressState): void;
  stop(): void;
}

export async function openProgress(quiet: boolean): Promise<Progress> {
  if (quiet) return { update() {}, stop() {} };
  return process.stderr.isTTY ? openBar() : openLines();
}

async function openBar(): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  const startedMs = Date.now();
  let bar: SingleBar | null = null;
  return {
    update(state) {
      const rate = Math.round(state.records / Math.max(1, Date.now() - startedMs)) / 1000;
      const payload = { rate: rate.toFixed(1), matches: state.matches, read: readable(state.bytes) };
      if (!bar) {
        const bounded = state.totalBytes !== null;
        bar = new cliProgress.SingleBar(
          {
            format: bounded
              ? '{bar} {percentage}%  {read}  {rate} M records/s  {matches} matches  {eta_formatted} left'
              : '{read}  {rate} M records/s  {matches} matches',
            stream: process.stderr,
            hideCursor: true,
            clearOnComplete: true,
            fps: 8,
          },
          cliProgress.Presets.shades_classic,
        );
        bar.start(state.totalBytes ?? 1, 0, payload);
      }
      bar.update(Math.min(state.bytes, state.totalBytes ?? 0), payload);
    },
    stop() {
      bar?.stop();
    },
  };
}

function openLines(): Progress {
  const startedMs = Date.now();
  let lastMs = startedMs;
  return {
    update(state) {
      const nowMs = Date.now();
      if (nowMs - lastMs < PLAIN_EVERY_MS) return;
      lastMs = nowMs;
      const share = state.totalBytes ? ` (${Math.floor((100 * state.bytes) / state.totalBytes)} %)` : '';
      const rate = (state.records / (nowMs - startedMs) / 1000).toFixed(1);
      log(`${readable(state.bytes)}${share}, ${rate} M records/s, ${state.matches} matches`);
    },
    stop() {},
  };
}

function readable(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
