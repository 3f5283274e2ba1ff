// CSV that nfdump 1.7.1 and Argus printed of real traffic, where the corpora are at hand: against the nfcapd file it was
// printed from, and against the plainest way to read a table.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/core/flow.ts';
import { openReader } from '../../../src/ingest/formats.ts';
import { Exporters } from '../../../src/ingest/nfcapd/exporters.ts';
import { nfcapdRecords } from '../../../src/ingest/nfcapd/records.ts';
import { Slab } from '../../../src/ingest/slab.ts';
import { openSource } from '../../../src/ingest/source.ts';
import { indexOfAddresses, NOW_MS, recordsOf, scanOf } from './tables.ts';

const CORPORA = join(import.meta.dirname, '../../../../shared/corpora');
const HERE = existsSync(CORPORA);

/** What both files hold of a flow. nfdump prints whole seconds, and counters multiplied by the sampling rate. */
function essence(flow: Flow, exporter: string | null): string {
  const seconds = (ms: number | null) => Math.floor((ms ?? 0) / 1000);
  const counted = (count: number | null) => (count ?? 0) * (flow.sampling ?? 1);
  const ports = flow.protocol === 1 || flow.protocol === 58 ? [] : [flow.srcPort, flow.dstPort];
  const counters = [counted(flow.bytes), counted(flow.packets)];
  const times = [seconds(flow.startMs), seconds(flow.endMs)];
  return [flow.src, flow.dst, ...ports, flow.protocol, flow.tcpFlags, ...counters, ...times, exporter].join(
    ' ',
  );
}

/** Of the file's first flows. */
async function nfcapdEssences(file: string, count: number): Promise<string[]> {
  const reader = await openReader('nfcapd', await openSource(file), { nowMs: NOW_MS, onProblem: () => {} });
  const slab = Slab.allocate(0, 8 << 20, 1); // a block at a time
  const exporters = new Exporters();
  const essences: string[] = [];
  for (
    let filled = await reader.fill(slab);
    filled && essences.length < count;
    filled = await reader.fill(slab)
  ) {
    if (filled.batch.kind !== 'nfcapd') throw new Error('not nfcapd');
    for (const { flows, exporter } of nfcapdRecords(slab, filled.batch, exporters))
      essences.push(...flows.map((flow) => essence(flow, exporter)));
  }
  await reader.close();
  return essences.slice(0, count);
}

describe.skipIf(!HERE)('CSV of real traffic (skipped where ../shared/corpora is missing)', () => {
  it.each([
    ['nfcapd/nfcapd-small-lzo', 'nfcapd/nfcapd-small-lzo.nfdump-1.7.1.csv', 10],
    ['nfcapd/nfcapd-large-bz2', 'nfcapd/nfcapd-large-bz2.nfdump-1.7.1.csv', 5000],
    ['slips/test1-malicious.nfdump', 'slips/test1-malicious.nfdump-1.7.1.csv', 4593],
  ])('%s and the CSV of it hold the same flows', async (binary, csv, count) => {
    const { flows, exporters, problems } = await recordsOf(readFileSync(join(CORPORA, csv)));
    expect(problems).toEqual([]);
    expect(flows).toHaveLength(count);
    const essences = flows.map((flow, at) => essence(flow, exporters[at] as string | null));
    expect(essences).toEqual(await nfcapdEssences(join(CORPORA, binary), count));
  });

  it.each([
    'slips/test2-malicious.binetflow',
    'slips/test3-mixed.binetflow',
    'slips/test11-portscan.binetflow',
  ])('%s: every row is a flow with what its cells say, and found by its address', async (file) => {
    const text = readFileSync(join(CORPORA, file), 'utf8');
    const rows = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const { flows, problems } = await recordsOf(text, { slabBytes: 20_000 });
    expect(problems).toEqual([]);
    expect(flows.map(({ src, dst, bytes }) => [src, dst, bytes])).toEqual(
      rows.map((cells) => [cells[3], cells[6], Number(cells[12])]),
    );
    const listed = rows[rows.length >> 1]?.[6] as string;
    const { counts } = await scanOf(text, indexOfAddresses([listed]));
    expect(counts).toMatchObject({
      records: rows.length,
      matched: rows.filter((cells) => cells[3] === listed || cells[6] === listed).length,
      undecodable: 0,
    });
  });
});
