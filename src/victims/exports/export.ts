// Writes an export, piece by piece: to whom, in which format, and nothing but what is theirs.
import type { Database } from '../../store/database.ts';
import type { Attributor } from '../attribution.ts';
import type { VictimFilter } from '../victims.ts';
import type { ExportHead, Organisation } from './format.ts';
import { EXPORT_FORMATS, type ExportFormatName } from './formats.ts';
import { type Audience, Handing } from './handed.ts';

export interface ExportOrder {
  readonly format: ExportFormatName;
  readonly audience: Audience;
  /** Of victims and contacts; those of others than the audience are left out whatever it says. */
  readonly filter: VictimFilter;
  readonly purpose: string;
  readonly by: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly organisation: Organisation | null;
}

/** Piece by piece; between two, the connection is free. @returns how many lines of evidence were written */
export function* exporting(
  db: Database,
  attributor: Attributor,
  { format, audience, filter, ...rest }: ExportOrder,
): Generator<string, number> {
  const handing = new Handing(db, filter, audience, attributor);
  const head: ExportHead = { audience, tlp: handing.tlp(), ...rest };
  const writer = EXPORT_FORMATS[format].open(head);
  let victims = 0;
  yield writer.begin();
  for (const handed of handing.victims()) {
    yield* writer.victim(handed);
    victims++;
  }
  yield writer.end(victims);
  return victims;
}

/** @param write takes each piece before the next is made. @returns how many lines of evidence were written */
export function writeExport(
  db: Database,
  attributor: Attributor,
  order: ExportOrder,
  write: (text: string) => void,
): number {
  for (const pieces = exporting(db, attributor, order); ; ) {
    const piece = pieces.next();
    if (piece.done) return piece.value;
    write(piece.value);
  }
}
