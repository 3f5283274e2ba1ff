// An authorisation file as a whole: its head, which must be sound, and its entries, each of which is taken or refused alone.
import { FlowSieveError } from '../core/errors.ts';
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import type { Authorisation } from './authorisation.ts';
import { checkEntry } from './entry.ts';
import { FILE_LIMITS, type FileText, readFileText } from './file-text.ts';
import { checkHeader } from './header.ts';
import { deriveIndicatorId, type Indicator } from './indicator.ts';
import { protocolNumber } from './protocols.ts';
import { describeFault, type Fault, fault, nearest, type Refusal } from './refusal.ts';
import type { Regime } from './regime.ts';

/** Refusals that are kept; the rest is counted. */
const MOST_REFUSALS = 10_000;

export interface ListedEntry {
  /** Place in the file's list, from 0. */
  readonly entry: number;
  readonly line: number | null;
  readonly indicator: Indicator;
  readonly prefix: Prefix;
}

export interface AuthorisationFile {
  readonly authorisation: Authorisation;
  readonly listed: readonly ListedEntry[];
  /** Every fault of every entry that was refused, up to a bound. */
  readonly refusals: readonly Refusal[];
  readonly refusedEntries: number;
  /** Indicators that refused entries mean, as far as can be told: a refusal changes nothing of them. */
  readonly refusedIds: ReadonlySet<string>;
  readonly entries: number;
}

const TOP_KEYS = ['flowsieve', 'authorisation', 'indicators'] as const;

/** @throws FlowSieveError AUTHORISATION_UNREADABLE where the text, the head or the list's form is at fault. */
export async function readAuthorisationFile(bytes: Uint8Array, name: string): Promise<AuthorisationFile> {
  const text = await readFileText(bytes, name);
  const { header, entries } = topLevel(text.value, name);
  const checked = checkHeader(header);
  if ('faults' in checked)
    throw refused(
      name,
      checked.faults.map((found) => prefixed('authorisation', found)),
    );
  const { authorisation, regime } = checked;
  return {
    authorisation,
    entries: entries.length,
    ...checkEntries(entries, text, regime, authorisation.reference),
  };
}

function topLevel(value: unknown, name: string): { header: unknown; entries: readonly unknown[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(name, [
      fault('flowsieve', value, 'format', 'the file must be a mapping that begins with flowsieve: 1'),
    ]);
  }
  const top = value as { [key in (typeof TOP_KEYS)[number]]?: unknown };
  const faults = Object.keys(top)
    .filter((key) => !(TOP_KEYS as readonly string[]).includes(key))
    .map((key) => {
      const meant = nearest(key, TOP_KEYS);
      const hint = meant === null ? `known are ${TOP_KEYS.join(', ')}` : `did you mean ${meant}?`;
      return fault(key, (value as Record<string, unknown>)[key], 'format', `there is no such field: ${hint}`);
    });
  if (top.flowsieve !== 1) {
    faults.push(fault('flowsieve', top.flowsieve, 'format', 'the version of the format must be 1'));
  }
  if (typeof top.authorisation !== 'object' || top.authorisation === null) {
    faults.push(
      fault('authorisation', top.authorisation, 'L1', 'is required: every access rests on an authorisation'),
    );
  }
  const entries = top.indicators ?? [];
  if (!Array.isArray(entries)) {
    faults.push(fault('indicators', entries, 'format', 'must be a list'));
  } else if (entries.length > FILE_LIMITS.entries) {
    faults.push(fault('indicators', entries, 'format', `has more than ${FILE_LIMITS.entries} entries`));
  }
  if (faults.length > 0) throw refused(name, faults);
  return { header: top.authorisation, entries: entries as readonly unknown[] };
}

function checkEntries(
  entries: readonly unknown[],
  text: FileText,
  regime: Regime,
  reference: string,
): Pick<AuthorisationFile, 'listed' | 'refusals' | 'refusedEntries' | 'refusedIds'> {
  const listed: ListedEntry[] = [];
  const refusals: Refusal[] = [];
  const refusedIds = new Set<string>();
  const entryOf = new Map<string, number>();
  let refusedEntries = 0;
  entries.forEach((value, entry) => {
    const checked = checkEntry(value, regime, reference);
    const faults = 'faults' in checked ? checked.faults : duplicateFaults(checked.indicator, entryOf, value);
    if (faults.length === 0 && 'indicator' in checked) {
      entryOf.set(checked.indicator.id, entry);
      listed.push({ entry, line: text.lineOf(entry), ...checked });
      return;
    }
    refusedEntries += 1;
    const id = idOf(value, reference);
    if (id !== null) refusedIds.add(id);
    for (const found of faults.slice(0, MOST_REFUSALS - refusals.length)) {
      refusals.push({ entry, address: addressOf(value), line: text.lineOf(entry), ...found });
    }
  });
  return { listed, refusals, refusedEntries, refusedIds };
}

function duplicateFaults(
  indicator: Indicator,
  entryOf: ReadonlyMap<string, number>,
  value: unknown,
): Fault[] {
  const first = entryOf.get(indicator.id);
  if (first === undefined) return [];
  const given = (value as { id?: unknown }).id ?? null;
  return given === null
    ? [
        fault(
          'address',
          indicator.address,
          'format',
          `the same address, port and protocol as indicators[${first}]`,
        ),
      ]
    : [fault('id', indicator.id, 'format', `the same id as indicators[${first}]`)];
}

/** The indicator that a refused entry means; `null` where what would name it is at fault itself. */
function idOf(value: unknown, reference: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, address, port, protocol } = value as Record<string, unknown>;
  if (typeof id === 'string') return id;
  const prefix = typeof address === 'string' ? parsePrefix(address) : null;
  if (prefix === null || 'problem' in prefix) return null;
  const number = typeof protocol === 'string' ? protocolNumber(protocol) : protocol;
  return deriveIndicatorId(
    reference,
    prefix.value.text,
    typeof port === 'number' ? port : null,
    typeof number === 'number' ? number : null,
  );
}

function addressOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { address } = value as { address?: unknown };
  return typeof address === 'string' ? address.slice(0, 60) : null;
}

function prefixed(path: string, found: Fault): Fault {
  return { ...found, field: `${path}.${found.field}` };
}

function refused(name: string, faults: readonly Fault[]): FlowSieveError {
  const lines = faults.map((found) => `\n  ${describeFault(found)}`);
  return new FlowSieveError('AUTHORISATION_UNREADABLE', `${name} is refused:${lines.join('')}`, { faults });
}
