// The documents that the law asks for, each made from one state of the database: what each may be asked, and what is refused.

import type { InForceOptions } from '../authority/conditions.ts';
import { alert } from '../authority/documents/alert.ts';
import { type BlockList, blockList } from '../authority/documents/block-list.ts';
import { changesReport } from '../authority/documents/changes.ts';
import { contextNote } from '../authority/documents/context-note.ts';
import type { Document } from '../authority/documents/document.ts';
import { BLOCK_FORMATS, type DocumentFormat, type DocumentKind } from '../authority/documents/kinds.ts';
import type { KnownState } from '../authority/documents/known-state.ts';
import { operatorRequest } from '../authority/documents/operator-request.ts';
import { registerDocument } from '../authority/documents/register.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import type { Database } from './database.ts';
import { knownState } from './known-state.ts';
import { authorisationNamed, changesBase, registersNamed } from './report-scope.ts';

export interface ReportOptions {
  /** Epoch ms. */
  readonly since?: number | undefined;
  readonly sinceAuthorisation?: string | undefined;
  /** Epoch ms; without it, now. */
  readonly asKnownAt?: number | undefined;
  /** `2026-07`. */
  readonly month?: string | undefined;
  readonly operator?: string | undefined;
}

export interface ReportRequest extends ReportOptions {
  readonly kind: DocumentKind;
  /** Of a register, also a regime. */
  readonly reference: string;
  readonly format: DocumentFormat;
  /** How who asks calls an option, for what is refused. */
  readonly optionName: (option: keyof ReportOptions | 'format') => string;
}

export interface Report {
  readonly made: Document | BlockList;
  /** Of an alert, what is in force and may not be public (L16). */
  readonly leftOut: Iterable<{ readonly indicator: { readonly address: string; readonly tlp: string } }>;
}

/**
 * Everything that can be refused is, before `use` is called. A report is read while it is written, from one state of the
 * database: within `use`, and never after it.
 * @throws FlowSieveError USAGE, NOT_FOUND, REFUSED
 */
export function withReport<T>(
  db: Database,
  request: ReportRequest,
  inForce: InForceOptions,
  use: (report: Report) => T,
): T {
  refuseStray(request);
  const state = () => knownState(db, request.asKnownAt ?? Date.now(), inForce);
  return db.transaction(() => use(reportOf(db, state(), request)))();
}

/** What only some kinds take. */
const ONLY_FOR: Readonly<Record<Exclude<keyof ReportOptions, 'asKnownAt'>, readonly DocumentKind[]>> = {
  since: ['changes'],
  sinceAuthorisation: ['changes'],
  month: ['register'],
  operator: ['operator-request', 'block-list'],
};

function refuseStray(request: ReportRequest): void {
  const { kind, format, optionName, since, sinceAuthorisation, month, asKnownAt } = request;
  const refuse = (message: string): never => {
    throw new FlowSieveError('USAGE', message);
  };
  for (const [name, kinds] of Object.entries(ONLY_FOR)) {
    const option = name as keyof typeof ONLY_FOR;
    if (request[option] === undefined || kinds.includes(kind)) continue;
    refuse(`${optionName(option)} is for ${kinds.join(' and ')}, not for ${kind}`);
  }
  if (kind !== 'block-list' && (BLOCK_FORMATS as readonly string[]).includes(format))
    refuse(`${optionName('format')} ${format} is for block-list, not for ${kind}: markdown or json`);
  if (since !== undefined && sinceAuthorisation !== undefined)
    refuse(`give ${optionName('since')} or ${optionName('sinceAuthorisation')}, not both`);
  if (month !== undefined && !/^(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])$/.test(month))
    refuse(`${optionName('month')} ${month}: not a month such as 2026-07`);
  if (asKnownAt !== undefined && asKnownAt > Date.now())
    refuse(`${optionName('asKnownAt')} ${formatInstant(asKnownAt)}: lies in the future`);
}

function reportOf(db: Database, state: KnownState, request: ReportRequest): Report {
  const { kind, reference, month, operator, optionName } = request;
  if (kind === 'register') {
    const made = registerDocument(state, { ...registersNamed(state, reference), month });
    return { made, leftOut: [] };
  }
  const authorisation = authorisationNamed(state, reference);
  if (operator !== undefined && !authorisation.operators.includes(operator)) {
    throw new FlowSieveError(
      'NOT_FOUND',
      `${optionName('operator')} ${operator}: ${reference} names ${authorisation.operators.join(', ')} (L1)`,
    );
  }
  switch (kind) {
    case 'changes': {
      const base = changesBase(db, state, authorisation, request);
      return { made: changesReport(state, { reference, base }), leftOut: [] };
    }
    case 'context-note':
      return { made: contextNote(state, reference), leftOut: [] };
    case 'operator-request':
      return { made: operatorRequest(state, { reference, operator }), leftOut: [] };
    case 'alert':
      return publicAlert(state, reference);
    case 'block-list':
      return { made: blockList(state, { reference, operator }), leftOut: [] };
  }
}

/** L16: what is not CLEAR is left out, and said so to whoever asks; never in the alert itself. */
function publicAlert(state: KnownState, reference: string): Report {
  const { document, addresses, refused } = alert(state, reference);
  if (addresses > 0) return { made: document, leftOut: refused };
  throw new FlowSieveError(
    'REFUSED',
    `${reference}: nothing that is in force is marked TLP:CLEAR, so nothing may be public (rule L16)`,
  );
}
