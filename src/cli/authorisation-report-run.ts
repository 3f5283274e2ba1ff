// Runs `flowsieve authorisation report`: the document's data from one state of the database, written piece by piece.
import type { TextSink } from '../authority/documents/document.ts';
import type { DocumentKind } from '../authority/documents/kinds.ts';
import { writeDocument } from '../authority/documents/write.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { openDatabase } from '../store/database.ts';
import { type Report, withReport } from '../store/reports.ts';
import type { ReportCommandOptions } from './authorisation-report.ts';
import { type GlobalOptions, log } from './command.ts';
import { FileWriter } from './file-writer.ts';
import { LineWriter } from './output.ts';

export async function writeReport(
  kind: DocumentKind,
  reference: string,
  commandLine: GlobalOptions,
  { out, ...options }: ReportCommandOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const format = options.format ?? (commandLine.json ? 'json' : kind === 'block-list' ? 'plain' : 'markdown');
  const db = openDatabase(configuration.database, { readonly: true });
  try {
    const request = { ...options, kind, reference, format, optionName: flagOf };
    withReport(db, request, inForceOptions(configuration), ({ made, leftOut }) => {
      tell(leftOut);
      writeTo(out, (sink) => writeDocument(made, format, sink));
    });
  } finally {
    db.close();
  }
}

function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What is left out and told one by one. */
const MOST_TOLD = 20;

function tell(leftOut: Report['leftOut']): void {
  let told = 0;
  for (const { indicator } of leftOut) {
    told += 1;
    if (told <= MOST_TOLD)
      log(
        `flowsieve: ${indicator.address} is left out: tlp: "${indicator.tlp}": only CLEAR may be public (rule L16)`,
      );
  }
  if (told > MOST_TOLD) log(`flowsieve: and ${told - MOST_TOLD} more`);
}

function writeTo(path: string | undefined, write: (out: TextSink) => void): void {
  if (path === undefined) {
    const out = new LineWriter();
    write(out);
    out.end();
    return;
  }
  const out = new FileWriter(path);
  try {
    write(out);
  } catch (error) {
    out.abandon();
    throw error;
  }
  out.end();
}
