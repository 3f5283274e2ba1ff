// What tables of several documents say of an indicator, in the same columns.
import { formatInstant } from '../../core/time.ts';
import type { Indicator } from '../indicator.ts';
import { protocolName } from '../protocols.ts';
import { byId, type Regime } from '../regime.ts';
import { type Column, column, type Row } from './document.ts';

export const ADDRESS_COLUMNS: readonly Column[] = [
  column('address', 'Address'),
  column('protocol', 'Protocol'),
  column('port', 'Port'),
];

/** By its id, last. */
export const ID_COLUMN = column('indicator', 'Indicator');

export function addressCells({ id, address, port, protocol }: Indicator): Row {
  return { indicator: id, address, port, protocol: protocol === null ? null : protocolName(protocol) };
}

export const THREAT_COLUMNS: readonly Column[] = [
  column('country', 'Country'),
  column('activity', 'Activity'),
  column('name', 'Malware or tool'),
];

export function threatCells({ country, threat }: Indicator): Row {
  return { country, activity: threat.activity, name: threat.name };
}

/** `203.0.113.7 tcp 443` */
export function titleOf({ address, port, protocol }: Indicator): string {
  return [
    address,
    ...(protocol === null ? [] : [protocolName(protocol)]),
    ...(port === null ? [] : [`port ${port}`]),
  ].join(' ');
}

/** An id of one of a regime's tables, with where it stands in the law. */
export function withSource(
  regime: Regime | undefined,
  table: 'retention' | 'access' | 'tasks' | 'threats' | 'relations',
  id: string | null,
): string | null {
  if (id === null) return null;
  const source = regime && byId<{ id: string; source: string }>(regime[table], id)?.source;
  return source === undefined ? id : `${id} (${source})`;
}

/** A bound of a window as a cell: nothing where there is none. */
export function bound(atMs: number): number | null {
  return Number.isFinite(atMs) ? atMs : null;
}

/** A field's value in words, as far as a cell has room. */
export function valueText(key: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`;
  if (typeof value === 'number' && key.endsWith('Ms')) return formatInstant(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

const LONGEST_VALUE = 500;
