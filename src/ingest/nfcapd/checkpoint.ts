// What a reader must know to go on at a block in the middle of a file: kept with a replay's checkpoint, as JSON.
import { type ExporterNotes, Exporters } from './exporters.ts';
import type { ExtensionMap } from './plan.ts';

const VERSION = 1;

export interface Checkpoint {
  /** Blocks begun. */
  readonly blocks: number;
  /** Bytes of the last of them still to be read; it is uncompressed then. */
  readonly left: number;
  readonly exporters: ExporterNotes;
  readonly maps: readonly ExtensionMap[];
}

export function formatCheckpoint(checkpoint: Checkpoint): string {
  return JSON.stringify({ version: VERSION, ...checkpoint });
}

/** @throws Error where the text is not of this version: it was written by ourselves */
export function parseCheckpoint(text: string): Checkpoint {
  const parsed = JSON.parse(text) as Checkpoint & { version: number };
  if (parsed.version !== VERSION)
    throw new Error(`nfcapd checkpoint of version ${parsed.version}, not ${VERSION}`);
  return parsed;
}

export function exportersOf(checkpoint: Checkpoint | null): Exporters {
  const exporters = new Exporters();
  if (checkpoint) exporters.learn(checkpoint.exporters);
  return exporters;
}
