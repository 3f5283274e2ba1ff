// Authorisation files as objects, complete and sound but for what a test changes, and what becomes of them.

import { compileList } from '../../src/authority/compile.ts';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { explain } from '../../src/authority/explain.ts';
import { type AuthorisationFile, readAuthorisationFile } from '../../src/authority/file.ts';
import {
  type AuthorityRecords,
  type OperatorRecord,
  recordOf,
  scopeOf,
} from '../../src/authority/records.ts';
import type { Window } from '../../src/match/list.ts';

export const DAY_MS = 86_400_000;

export function ms(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`no instant: ${text}`);
  return at;
}

export type Fields = Record<string, unknown>;

/** A copy with fields changed by their dotted paths; `undefined` takes one away. */
export function changed(base: Fields, changes: Fields): Fields {
  const copy = structuredClone(base);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.');
    const last = steps.pop() as string;
    const target = steps.reduce<Fields>((at, step) => at[step] as Fields, copy);
    if (value === undefined) delete target[last];
    else target[last] = value;
  }
  return copy;
}

export const DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Decided 25 June 2026 for a year. */
export const HEADER: Fields = {
  reference: '002/2026',
  file: 'AUT-2026-00049',
  regime: 'nis2-csirt',
  decided: '2026-06-25',
  ends: '2027-06-25',
  purpose: 'warn the victims of listed C2 servers',
  operators: ['example-isp'],
  document: { name: 'decision.pdf', sha256: DIGEST },
};

/** Seen, analysed and verified before the decision; verification due on 2 July 2026. */
export const ENTRY: Fields = {
  address: '203.0.113.7',
  port: 443,
  protocol: 'tcp',
  first_seen: '2026-03-02T10:00:00Z',
  first_seen_event: "the panel's certificate was served from this address",
  country: 'NL',
  threat: {
    name: 'ExampleRAT',
    activity: 'espionage',
    kind: 'serious-public-security-threat',
    relation: 'actor-or-means',
    actor: 'an invented group',
    description: 'operates ExampleRAT through this server',
  },
  basis: { retention: 'lce-126-1', access: 'lce-127-1-2-2', task: 'nis2-21-2-2' },
  sources: [{ name: 'partner-a', reliability: 'B', credibility: 2 }],
  analyses: [analysis('a.analyst', '2026-06-01T08:00:00Z'), analysis('b.analyst', '2026-06-02T08:00:00Z')],
  verifications: [verification('2026-06-25T00:00:00Z')],
  tlp: 'AMBER+STRICT',
};

/** What the intelligence regime asks besides: decided on a Wednesday. */
export const REQUISITION: Fields = {
  ...HEADER,
  regime: 'intelligence-services',
  decided: '2026-06-24T10:00:00Z',
  ends: '2026-12-24T10:00:00Z',
  method: 'lio-18-8',
  notified: '2026-06-24T10:00:00Z',
  approvals: [{ by: 'the.head', at: '2026-06-24T10:00:00Z' }],
  mentions: {
    nature: 'tracing of traffic data',
    subject: 'the listed servers',
    potential_threat: 'espionage',
    circumstances: 'the servers were found',
    proportionality: 'nothing less would do',
    officers: 'an.officer',
    period_reason: 'the servers have been used since March',
  },
};

export const REQUISITIONED: Fields = changed(ENTRY, {
  'basis.access': 'lce-127-1-2-1',
  'basis.task': 'lio-7',
  'threat.kind': 'national-security-threat',
  verifications: [verification('2026-06-24T10:00:00Z')],
});

export function analysis(by: string, at: string, outcome = 'confirmed'): Fields {
  return { by, at, method: 'protocol handshake', outcome };
}

export function verification(at: string, outcome = 'active', by = 'a.analyst'): Fields {
  return { by, at, method: 'protocol handshake', outcome };
}

export function fileOf(header: Fields, entries: readonly unknown[]): Fields {
  return { flowsieve: 1, authorisation: header, indicators: entries };
}

export function read(file: unknown): Promise<AuthorisationFile> {
  return readAuthorisationFile(Buffer.from(JSON.stringify(file)), 'list.json');
}

/** What a file says, as the store would give it back. */
export async function recordsOf(
  header: Fields,
  entries: readonly Fields[],
  terms: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<AuthorityRecords> {
  const { authorisation, listed, refusals } = await read(fileOf(header, entries));
  if (refusals.length > 0) throw new Error(JSON.stringify(refusals));
  const operators = Object.entries(terms).map(([id, retention]): [string, OperatorRecord] => [
    id,
    { id, name: null, contact: null, language: 'en', retention, version: 1, recordedAtMs: 0 },
  ]);
  return {
    generation: 1,
    authorisations: new Map([[authorisation.reference, { ...authorisation, version: 1, recordedAtMs: 0 }]]),
    operators: new Map(operators),
    indicators: listed.map(({ indicator, prefix }) =>
      recordOf(indicator, prefix, scopeOf(indicator, authorisation.reference)),
    ),
    steps: new Map(),
    authorisationSteps: new Map(),
    basisSteps: new Map(),
  };
}

/** The windows of the only range that is listed. */
export function windowsOf(
  records: AuthorityRecords,
  onOverdue: 'suspend' | 'warn' = 'suspend',
): readonly Window[] {
  const [range, ...others] = compileList(records, 1, { onOverdue }).ranges;
  if (!range || others.length > 0) throw new Error('not one range');
  return range.windows;
}

/** Whether some window is open at an instant of collection; by the compiled list, and by the explanation. */
export function isInForce(
  records: AuthorityRecords,
  atMs: number,
  onOverdue: 'suspend' | 'warn' = 'suspend',
): boolean {
  const compiled = windowsOf(records, onOverdue).some(
    (window) => window.collectionFromMs <= atMs && atMs < window.collectionUntilMs,
  );
  const [record] = records.indicators;
  if (!record) throw new Error('no indicator');
  const explained = explain(record, records, atMs, { ...IN_FORCE_DEFAULTS, onOverdue }).inForce;
  if (compiled !== explained) throw new Error(`compiled ${compiled}, explained ${explained}`);
  return compiled;
}
