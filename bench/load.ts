// What the load generator is asked to send, and what it says that it has sent. Both as JSON.
import type { ExportFormat } from './export-message.ts';

/** Exporters that all send at one rate. */
export interface ExporterGroup {
  readonly exporters: number;
  /** Datagrams of the whole group. */
  readonly perSecond: number;
}

export interface Load {
  readonly port: number;
  readonly format: ExportFormat;
  readonly groups: readonly ExporterGroup[];
  /** At the full rate; it takes a second to rise to it. */
  readonly seconds: number;
  readonly seed: number;
  /** JSON array of dotted addresses: nothing sent has one, but what is planted. */
  readonly listed: string;
  /** A flow with a listed address in one of so many of a group's datagrams. */
  readonly hitEvery: number;
}

export interface Sent {
  readonly datagrams: number;
  readonly records: number;
  /** Flows with a listed address. Their `bytes` number them from 1; they begin and end when they are sent. */
  readonly hits: number;
  /** At the full rate: the time of rising to it counts half. */
  readonly seconds: number;
  /** Datagrams that were due and never sent: the generator had been held up for too long. */
  readonly renounced: number;
  readonly groups: readonly { readonly addresses: readonly string[]; readonly datagrams: number }[];
}

/** Of exporter `number`, over all groups: 127.0.16.1 and on. */
export function exporterAddress(number: number): string {
  return `127.0.${16 + Math.floor(number / 250)}.${1 + (number % 250)}`;
}
