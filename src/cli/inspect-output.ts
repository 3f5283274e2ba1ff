// How `inspect` prints: records as NDJSON or lines, the summary as a table. Addresses leave here masked unless asked for.
import { once } from 'node:events';
import type { AddressPair, Flow } from '../core/flow.ts';
import type { InspectedRecord, InspectionSummary } from '../engine/inspection.ts';
import { print } from './command.ts';
import { formatTable } from './table.ts';

const BUFFER_CHARACTERS = 256 * 1024;

export class RecordWriter {
  private readonly json: boolean;
  private readonly showAddresses: boolean;
  private buffer = '';

  constructor(json: boolean, showAddresses: boolean) {
    this.json = json;
    this.showAddresses = showAddresses;
  }

  /** One line a record; a biflow's other direction stands inside it. */
  write({ exporter, context, template, flows: [flow, reverse] }: InspectedRecord): void {
    if (!flow) return;
    const { exportMs: _, alternates, swappedTimes, ...fields } = flow;
    const line = {
      type: 'record',
      exporter,
      version: context?.version ?? null,
      domain: context?.domain ?? null,
      template,
      ...fields,
      src: this.show(flow.src),
      dst: this.show(flow.dst),
      ...(swappedTimes ? { swappedTimes } : {}),
      ...(alternates.length > 0 ? { alternates: alternates.map((pair) => this.masked(pair)) } : {}),
      ...(reverse ? { reverse: countersOf(reverse) } : {}),
    };
    this.buffer += this.json ? `${JSON.stringify(line)}\n` : `${humanLine(line)}\n`;
    if (this.buffer.length > BUFFER_CHARACTERS) this.flush();
  }

  /** A promise while standard output is full. */
  drained(): Promise<void> | undefined {
    return process.stdout.writableNeedDrain ? once(process.stdout, 'drain').then(() => undefined) : undefined;
  }

  async end(): Promise<void> {
    this.flush();
    await this.drained();
  }

  private flush(): void {
    if (this.buffer) process.stdout.write(this.buffer);
    this.buffer = '';
  }

  private masked(pair: AddressPair): AddressPair {
    return { ...pair, src: this.show(pair.src), dst: this.show(pair.dst) };
  }

  private show(address: string | null): string | null {
    return this.showAddresses || address === null ? address : maskAddress(address);
  }
}

function countersOf({ bytes, packets, startMs, endMs, tcpFlags }: Flow) {
  return { bytes, packets, startMs, endMs, tcpFlags };
}

/** Keeps the first 16 bits of an IPv4 address, the first 32 of an IPv6 address. */
export function maskAddress(address: string): string {
  if (!address.includes(':')) return `${address.split('.').slice(0, 2).join('.')}.*.*`;
  const [head = ''] = address.split('::');
  const [first = '0', second = '0'] = head.split(':').filter(Boolean);
  return `${first}:${second}:*`;
}

function humanLine(line: Omit<Flow, 'exportMs' | 'alternates' | 'swappedTimes'>): string {
  const time = (ms: number | null) => (ms === null ? '-' : new Date(ms).toISOString());
  const side = (address: string | null, port: number | null) => `${address ?? '-'} ${port ?? '-'}`;
  return [
    time(line.startMs),
    time(line.endMs),
    side(line.src, line.srcPort),
    '->',
    side(line.dst, line.dstPort),
    `proto ${line.protocol ?? '-'}`,
    `${line.packets ?? '-'} packets`,
    `${line.bytes ?? '-'} bytes`,
  ].join('  ');
}

export function printSummary(input: string, summary: { format: string } & InspectionSummary): void {
  const range =
    summary.fromMs === null || summary.toMs === null
      ? 'no times'
      : `${new Date(summary.fromMs).toISOString()} to ${new Date(summary.toMs).toISOString()}`;
  print(`${input}: ${summary.format}, ${summary.records} records, ${range}`);
  print(
    formatTable(
      ['exporter', 'versions', 'domains', 'datagrams', 'records', 'undecodable', 'early', 'lost', 'sampling'],
      summary.exporters.map((exporter) => [
        exporter.exporter ?? '-',
        exporter.versions.join(' '),
        exporter.domains.join(' '),
        exporter.datagrams,
        exporter.records,
        exporter.undecodable,
        exporter.early,
        exporter.sequenceLost,
        exporter.sampling.join(' ') || '-',
      ]),
    ),
  );
  if (summary.templates.length === 0) return;
  print(
    formatTable(
      ['exporter', 'version', 'domain', 'template', 'records'],
      summary.templates.map((t) => [t.exporter, t.version, t.domain, t.template, t.records]),
    ),
  );
}
