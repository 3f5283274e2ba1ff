// An exporter as those keep it who hand its messages to the decoder, and what each message is accounted as.
import type { Observations } from '../../core/counters.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { DecodeOutcome, Exporter } from '../../wire/decoder.ts';
import type { Group } from '../batch.ts';
import type { SetWriter } from './set-writer.ts';

/** With the place of its current minute among the groups of a batch. */
export interface KnownExporter {
  /** As text; null where the input does not tell. */
  readonly address: string | null;
  readonly handle: Exporter;
  batch: number;
  minute: number;
  group: number;
}

export function knowExporter(address: string | null, handle: Exporter): KnownExporter {
  return { address, handle, batch: -1, minute: -1, group: 0 };
}

/** The group of an exporter's minute; the sets that come next are the group's. */
export function enterGroup(writer: SetWriter, exporter: KnownExporter, receivedMs: number): Group {
  const minute = Math.floor(receivedMs / MINUTE_MS);
  if (exporter.batch !== writer.batch || exporter.minute !== minute) {
    exporter.group = writer.placeOf(exporter.address, receivedMs);
    exporter.batch = writer.batch;
    exporter.minute = minute;
  }
  writer.group = exporter.group;
  return writer.groups[exporter.group] as Group;
}

export function countMessage(group: Group, outcome: DecodeOutcome, receivedMs: number): void {
  group.datagrams++;
  group.undecodable += outcome.undecodable;
  group.early += outcome.early;
  group.earlyDropped += outcome.earlyDropped;
  group.sequenceLost += outcome.sequenceLost;
  if (outcome.sequenceIndeterminate) group.sequenceIndeterminate = (group.sequenceIndeterminate ?? 0) + 1;
  if (group.observed) observeMessage(group.observed, outcome.exportMs, receivedMs);
}

/** As `observe` does it for every name, but for each message: written out. */
function observeMessage(observed: Observations, exportMs: number, receivedMs: number): void {
  const { lastSeenMs, clockSkewMs } = observed;
  if (lastSeenMs === null || receivedMs > lastSeenMs) observed.lastSeenMs = receivedMs;
  if (exportMs === 0) return;
  const skewMs = exportMs - receivedMs;
  if (clockSkewMs === null || Math.abs(skewMs) > Math.abs(clockSkewMs)) observed.clockSkewMs = skewMs;
}
