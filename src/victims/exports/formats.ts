// All formats of exports, by the name that people give.
import { EVIDENCE_CLASSES, type EvidenceClass } from '../evidence-class.ts';
import { csv } from './csv.ts';
import type { ExportFormat } from './format.ts';
import type { Audience } from './handed.ts';
import { intelmq } from './intelmq.ts';
import { json } from './json.ts';
import { report188 } from './report-18-8.ts';
import { shadowserver } from './shadowserver.ts';
import { stix } from './stix.ts';
import { xarf } from './xarf.ts';

export const EXPORT_FORMATS = {
  csv,
  json,
  intelmq,
  shadowserver,
  stix,
  xarf,
  'report-18-8': report188,
} as const satisfies Record<string, ExportFormat>;
export type ExportFormatName = keyof typeof EXPORT_FORMATS;

const PROVEN = EVIDENCE_CLASSES.slice(EVIDENCE_CLASSES.indexOf('E2'));

/** L14: what waits for an analyst is handed to nobody by itself, and nobody is called compromised for it. @returns `undefined` = all */
export function classesHanded(
  { kind }: Pick<Audience, 'kind'>,
  format: ExportFormatName,
): readonly EvidenceClass[] | undefined {
  return kind === 'analyst' && !EXPORT_FORMATS[format].callsCompromised ? undefined : PROVEN;
}
