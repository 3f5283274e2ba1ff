// A format of exports: text, piece by piece, so that nothing is built in memory.
import type { Audience, Handed, Tlp } from './handed.ts';

/** Who hands it out. */
export interface Organisation {
  readonly name: string;
  /** Where it is reached. */
  readonly mail: string;
}

/** What holds for the whole export. */
export interface ExportHead {
  readonly audience: Audience;
  /** L18. */
  readonly purpose: string;
  readonly by: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly tlp: Tlp;
  readonly organisation: Organisation | null;
}

export interface ExportWriter {
  begin(): string;
  victim(handed: Handed): Iterable<string>;
  /** @param victims lines of evidence that were written */
  end(victims: number): string;
}

export interface ExportFormat {
  readonly describes: string;
  /** Without the name and mail of the organisation it cannot be made. */
  readonly needsOrganisation: boolean;
  /** What is in it is called compromised, whatever class and confidence say beside it. */
  readonly callsCompromised: boolean;
  open(head: ExportHead): ExportWriter;
}
