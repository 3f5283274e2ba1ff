// What is wrong with a listener or an exporter, as a code that programs and the dashboard's words go by.
import { MINUTE_MS } from '../core/time.ts';
import type { EngineFigures } from '../engine/live-figures.ts';
import type { ExporterLine } from '../store/exporters.ts';

export const LISTENER_PROBLEMS = ['deaf', 'smallBuffer', 'dropsUnknown'] as const;
export const EXPORTER_PROBLEMS = [
  'listenerGone',
  'silent',
  'noTemplate',
  'templateMissing',
  'undecodable',
  'kernelDrops',
  'slabDrops',
  'notTaken',
  'refused',
  'sequenceGaps',
  'clockSkew',
] as const;
export type ListenerProblem = (typeof LISTENER_PROBLEMS)[number];
export type ExporterProblem = (typeof EXPORTER_PROBLEMS)[number];

const SILENT_AFTER_MS = 5 * MINUTE_MS;
const SKEWED_FROM_MS = MINUTE_MS;
/** Some exporters count their own way: a gap now and then says little. */
const GAPS_FROM_SHARE = 0.001;

export function problemsOfListener({
  bound,
  problem,
}: EngineFigures['listeners'][number]): ListenerProblem[] {
  const buffer = bound?.receiveBuffer ?? null;
  const has: Readonly<Record<ListenerProblem, boolean>> = {
    deaf: problem !== null || bound === null,
    smallBuffer: buffer !== null && buffer.obtained < buffer.asked,
    dropsUnknown: bound !== null && !bound.dropsKnown,
  };
  return LISTENER_PROBLEMS.filter((name) => has[name]);
}

/** @param isHeard its listener runs, as far as is known */
export function problemsOfExporter(line: ExporterLine, isHeard: boolean, nowMs: number): ExporterProblem[] {
  // What a listener lost that is no more is past.
  if (!isHeard) return ['listenerGone'];
  const { exporter, lastSeenMs, clockSkewMs } = line;
  const has: Readonly<Record<ExporterProblem, boolean>> = {
    listenerGone: false,
    silent: exporter !== null && (lastSeenMs === null || nowMs - lastSeenMs > SILENT_AFTER_MS),
    noTemplate: line.early > 0 && line.records === 0,
    templateMissing: line.earlyDropped > 0,
    undecodable: line.undecodable > 0,
    kernelDrops: line.kernelDropped > 0,
    slabDrops: line.slabDropped > 0,
    notTaken: line.notTaken > 0,
    refused: line.refused > 0,
    sequenceGaps: line.sequenceLost > GAPS_FROM_SHARE * line.records,
    clockSkew: clockSkewMs !== null && Math.abs(clockSkewMs) > SKEWED_FROM_MS,
  };
  return EXPORTER_PROBLEMS.filter((name) => has[name]);
}
