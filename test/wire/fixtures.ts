// Templates that several tests use, with a record of each.
import type { Flow } from '../../src/core/flow.ts';
import { type FieldValue, record, type Specifier, set, UPTIME_MS } from './encoder.ts';

/** Addresses, ports, protocol, bytes, packets, uptime of start and end. */
export const FLOW4: readonly Specifier[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [1, 4],
  [2, 4],
  [22, 4],
  [21, 4],
];

/** Addresses only. */
export const PAIR4: readonly Specifier[] = [
  [8, 4],
  [12, 4],
];

export function flow4(dst: string, bytes = 100): Uint8Array {
  return record(FLOW4, ['192.0.2.7', dst, 50_000, 443, 6, bytes, 1, UPTIME_MS, UPTIME_MS]);
}

/** A data set of one record. */
export function dataOf(id: number, fields: readonly Specifier[], values: readonly FieldValue[]): Uint8Array {
  return set(id, record(fields, values));
}

export const destinations = (flows: readonly Flow[]) => flows.map((flow) => flow.dst);
