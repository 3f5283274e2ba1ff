// Runs `flowsieve authorisation report`: the document's data from one state of the database, written piece by piece.
import { alert } from '../authority/documents/alert.ts';
import { type BlockList, blockList } from '../authority/documents/block-list.ts';
import { changesReport } from '../authority/documents/changes.ts';
import { contextNote } from '../authority/documents/context-note.ts';
import type { Document, TextSink } from '../authority/documents/document.ts';
import { BLOCK_FORMATS, type DocumentFormat, type DocumentKind } from '../authority/documents/kinds.ts';
import type { KnownState } from '../authority/documents/known-state.ts';
import { operatorRequest } from '../authority/documents/operator-request.ts';
import { registerDocument } from '../authority/documents/register.ts';
import { writeDocument } from '../authority/documents/write.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { knownState } from '../store/known-state.ts';
import type { ReportOptions } from './authorisation-report.ts';
import { authorisationNamed, changesBase, registersNamed } from './authorisation-report-scope.ts';
import { type GlobalOptions, log } from './command.ts';
import { FileWriter } from './file-writer.ts';
import { LineWriter } from './output.ts';

export async function writeReport(
  kind: DocumentKind,
  reference: string,
  commandLine: GlobalOptions,
  options: ReportOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const format = options.format ?? (commandLine.json ? 'json' : kind === 'block-list' ? 'plain' : 'markdown');
  refuseStray(kind, options, format);
  const asKnownAtMs = options.asKnownAt ?? Date.now();
  const db = openDatabase(configuration.database, { readonly: true });
  try {
    db.transaction(() => {
      const state = knownState(db, asKnownAtMs, inForceOptions(configuration));
      const made = documentOf(db, state, kind, reference, options);
      writeTo(options.out, (out) => writeDocument(made, format, out));
    })();
  } finally {
    db.close();
  }
}

/** What only some kinds take. */
const ONLY_FOR: Readonly<Record<string, readonly DocumentKind[]>> = {
  since: ['changes'],
  sinceAuthorisation: ['changes'],
  month: ['register'],
  operator: ['operator-request', 'block-list'],
};

function refuseStray(kind: DocumentKind, options: ReportOptions, format: DocumentFormat): void {
  for (const [option, kinds] of Object.entries(ONLY_FOR)) {
    if (options[option as keyof ReportOptions] === undefined || kinds.includes(kind)) continue;
    const flag = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new FlowSieveError('USAGE', `--${flag} is for ${kinds.join(' and ')}, not for ${kind}`);
  }
  if (kind !== 'block-list' && (BLOCK_FORMATS as readonly string[]).includes(format))
    throw new FlowSieveError(
      'USAGE',
      `--format ${format} is for block-list, not for ${kind}: markdown or json`,
    );
  if (options.since !== undefined && options.sinceAuthorisation !== undefined)
    throw new FlowSieveError('USAGE', 'give --since or --since-authorisation, not both');
  if (options.month !== undefined && !/^(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])$/.test(options.month))
    throw new FlowSieveError('USAGE', `--month ${options.month}: not a month such as 2026-07`);
  const { asKnownAt } = options;
  if (asKnownAt !== undefined && asKnownAt > Date.now())
    throw new FlowSieveError('USAGE', `--as-known-at ${formatInstant(asKnownAt)}: lies in the future`);
}

/** Everything that can be refused is, before the first character is written. */
function documentOf(
  db: Database,
  state: KnownState,
  kind: DocumentKind,
  reference: string,
  options: ReportOptions,
): Document | BlockList {
  const { operator, month } = options;
  if (kind === 'register') return registerDocument(state, { ...registersNamed(state, reference), month });
  const authorisation = authorisationNamed(state, reference);
  if (operator !== undefined && !authorisation.operators.includes(operator)) {
    throw new FlowSieveError(
      'NOT_FOUND',
      `--operator ${operator}: ${reference} names ${authorisation.operators.join(', ')} (L1)`,
    );
  }
  switch (kind) {
    case 'changes':
      return changesReport(state, { reference, base: changesBase(db, state, authorisation, options) });
    case 'context-note':
      return contextNote(state, reference);
    case 'operator-request':
      return operatorRequest(state, { reference, operator });
    case 'alert':
      return publicAlert(state, reference);
    case 'block-list':
      return blockList(state, { reference, operator });
  }
}

/** Refusals that are told one by one. */
const MOST_TOLD = 20;

/** L16: what is not CLEAR is left out, and said so to whoever asks; never in the alert itself. */
function publicAlert(state: KnownState, reference: string): Document {
  const { document, addresses, refused } = alert(state, reference);
  let told = 0;
  for (const { indicator } of refused) {
    told += 1;
    if (told <= MOST_TOLD)
      log(
        `flowsieve: ${indicator.address} is left out: tlp: "${indicator.tlp}": only CLEAR may be public (rule L16)`,
      );
  }
  if (told > MOST_TOLD) log(`flowsieve: and ${told - MOST_TOLD} more`);
  if (addresses > 0) return document;
  throw new FlowSieveError(
    'REFUSED',
    `${reference}: nothing that is in force is marked TLP:CLEAR, so nothing may be public (rule L16)`,
  );
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
