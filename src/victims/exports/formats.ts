// All formats of exports, by the name that people give.
import { csv } from './csv.ts';
import type { ExportFormat } from './format.ts';
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
