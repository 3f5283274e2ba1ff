// Data sets that come before their template: kept, within bounds, and decoded when it arrives (FortiGate
// sends 55 % of its flows so).
import type { Domain, Exporter, Template } from './exporter.ts';
import type { ExporterTable } from './exporter-table.ts';
import { emitSet, type Work } from './work.ts';

/**
 * Copies the set at [offset, end) of the message under work. A set larger than all that may wait is dropped
 * at once.
 */
export function holdSet(work: Work, domain: Domain, templateId: number, offset: number, end: number): void {
  const { table, outcome } = work;
  outcome.early += 1;
  if (end - offset > table.limits.maxEarlyBytesPerExporter || table.limits.maxEarlySetsPerExporter === 0) {
    table.heldDropped += 1;
    return;
  }
  table.addHeld({
    domain,
    templateId,
    bytes: work.bytes.slice(offset, end),
    exportMs: work.exportMs,
    uptimeMs: work.uptimeMs,
    heldAtMs: domain.exporter.activeMs,
  });
}

/** Decodes what waited for the template that has just come, oldest first. */
export function releaseSets(work: Work, template: Template): void {
  const { table, outcome } = work;
  const { domain } = template;
  const waiting = domain.waiting.get(template.id);
  if (waiting === undefined) return;
  const { bytes, view, exportMs, uptimeMs } = work;
  for (const held of waiting) {
    table.removeHeld(held);
    outcome.earlyReleased += 1;
    work.bytes = held.bytes;
    work.view = new DataView(held.bytes.buffer, held.bytes.byteOffset, held.bytes.byteLength);
    work.exportMs = held.exportMs;
    work.uptimeMs = held.uptimeMs;
    emitSet(work, template, 0, held.bytes.length);
  }
  work.bytes = bytes;
  work.view = view;
  work.exportMs = exportMs;
  work.uptimeMs = uptimeMs;
}

export function dropAgedSets(table: ExporterTable, exporter: Exporter): void {
  const oldestMs = exporter.activeMs - table.limits.earlyLifetimeMs;
  for (const held of exporter.held) {
    if (held.heldAtMs >= oldestMs) return;
    table.dropOldestHeld(exporter.held);
  }
}
