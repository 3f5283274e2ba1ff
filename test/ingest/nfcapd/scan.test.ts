import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { DISCARD_REASONS } from '../../../src/core/counters.ts';
import { listOf } from '../../match/lists.ts';
import { encodeFile, type FileSpec, type FlowSpec, type RecordSpec } from './encoder.ts';
import { type Outcome, scanFile } from './reading.ts';
import { CREATED_MS, fileSpec } from './specs.ts';

const LIST = listOf([
  { family: 4, first: [0xc0000210], last: [0xc0000210] },
  { family: 4, first: [0xc0000280], last: [0xc000028f] },
  { family: 6, first: [0x20010db8, 0, 0x8000_0000, 3], last: [0x20010db8, 0, 0x8000_0000, 9] },
  { family: 6, first: [0, 0, 0xffff, 0xc0000222], last: [0, 0, 0xffff, 0xc0000222] },
]);

const FLOW: FlowSpec = {
  kind: 'flow',
  exporter: 1,
  firstMs: CREATED_MS,
  lastMs: CREATED_MS + 5_000,
  receivedMs: CREATED_MS + 6_000,
  packets: 700,
  bytes: 70_000,
  srcPort: 40_000,
  dstPort: 443,
  protocol: 6,
  tcpFlags: 0x1b,
  ipv4: [0xc6336407, 0xc0000210],
};
const MISS: FlowSpec = { ...FLOW, ipv4: [0xc6336407, 0xc6336408] };
const EXPORTER: RecordSpec = { kind: 'exporter', number: 1, ipv4: 0xc0000263 };

const scan = (spec: Partial<FileSpec> & Pick<FileSpec, 'blocks'>, slabBytes = 1 << 20): Promise<Outcome> =>
  scanFile(encodeFile({ layout: 2, createdMs: CREATED_MS, ...spec }).bytes, { list: LIST, slabBytes });

describe('scanning nfcapd files', () => {
  test.prop([fileSpec(['none', 'lzo', 'lz4', 'zstd']), fc.boolean()], {
    seed: 21,
    numRuns: 150,
    endOnFailure: true,
  })('finds and counts what judging every decoded record does', async (spec, littleEndian) => {
    const { bytes } = encodeFile({ ...spec, littleEndian });
    const scanned = await scanFile(bytes, { list: LIST });
    const judged = await scanFile(bytes, { list: LIST, naive: true });
    expect(scanned.matches).toEqual(judged.matches);
    expect(scanned.tallies).toEqual(judged.tallies);
    expect(scanned.problems).toEqual([]);
  });

  test.prop([fileSpec(['none', 'lz4']), fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 100, 70_000)], {
    seed: 22,
    numRuns: 150,
    endOnFailure: true,
  })('gives the same however the file is split into batches and reads', async (spec, maxBlocks, step) => {
    const { bytes } = encodeFile(spec);
    const { checkpoints: _, ...whole } = await scanFile(bytes, { list: LIST });
    const { checkpoints: __, ...split } = await scanFile(bytes, {
      list: LIST,
      maxBlocks,
      step,
      headBytes: 300,
    });
    expect(resolved(split)).toEqual(resolved(whole));
  });

  it('every record is accounted for', async () => {
    const outcome = await scan({
      blocks: [
        [EXPORTER, FLOW, MISS, MISS],
        [MISS, FLOW],
      ],
    });
    const { totals } = outcome;
    expect(totals).toMatchObject({ records: 5, matched: 2, noHit: 3, matches: 2, undecodable: 0 });
    expect(totals.records).toBe(
      totals.matched + DISCARD_REASONS.reduce((sum, reason) => sum + totals[reason], 0),
    );
  });

  it('flows of several numbers of one exporter are counted as one', async () => {
    const second = { ...EXPORTER, number: 2 } as RecordSpec;
    const other: RecordSpec = { kind: 'exporter', number: 3, ipv6: [0x20010db8, 0, 0, 1] };
    const outcome = await scan({
      blocks: [
        [
          EXPORTER,
          second,
          other,
          MISS,
          { ...FLOW, exporter: 2 },
          { ...FLOW, exporter: 3 },
          { ...MISS, exporter: 9 },
        ],
      ],
    });
    const records = new Map([...outcome.tallies].map(([exporter, tally]) => [exporter, tally.records]));
    expect(records).toEqual(
      new Map([
        ['192.0.2.99', 2],
        ['2001:db8::1', 1],
        [null, 1],
      ]),
    );
    expect(outcome.matches.map((match) => match.exporter)).toEqual(['192.0.2.99', '2001:db8::1']);
  });

  it('an exporter named in an earlier batch is known in later ones', async () => {
    const filler = Array.from({ length: 800 }, () => MISS);
    const outcome = await scan({ blocks: [[EXPORTER, ...filler], filler, [FLOW]] }, 100_000);
    expect(outcome.checkpoints.length).toBeGreaterThan(1);
    expect(outcome.matches).toMatchObject([{ exporter: '192.0.2.99' }]);
  });

  it('matches get raw counters and the rate, also from a sampler in an earlier batch', async () => {
    const filler = Array.from({ length: 800 }, () => MISS);
    const sampler: RecordSpec = { kind: 'sampler', exporter: 1, selector: -1, rate: 100 };
    const outcome = await scan({ blocks: [[sampler, ...filler], [{ ...FLOW, isScaled: true }]] }, 100_000);
    expect(outcome.matches).toMatchObject([{ packets: 7, bytes: 700, sampling: 100 }]);
  });

  it('an address after translation or of a tunnel is met like any other', async () => {
    const listed = 0xc0000210;
    const hits: Partial<FlowSpec>[] = [
      { nat4: [0, listed] },
      { nat4: [listed, 0xc6336409] },
      {
        nat6: [
          [0x20010db8, 0, 0, 1],
          [0x20010db8, 0, 0x8000_0000, 5],
        ],
      },
      { tunnel4: [listed, 0xc6336409] },
      {
        tunnel6: [
          [0x20010db8, 0, 0, 1],
          [0, 0, 0xffff, listed],
        ],
      },
    ];
    const outcome = await scan({ blocks: [hits.map((hit) => ({ ...MISS, ...hit }))] });
    expect(outcome.totals).toMatchObject({ records: 5, matched: 5 });
    expect(outcome.matches[0]).toMatchObject({
      c2: '192.0.2.16',
      victim: '198.51.100.7',
      direction: 'to-c2',
    });
  });

  it('swapped times are counted of every record, and put right in matches', async () => {
    const swapped = { firstMs: CREATED_MS + 5_000, lastMs: CREATED_MS };
    const tooFar = { firstMs: CREATED_MS, lastMs: CREATED_MS - 86_400_001 };
    for (const layout of [1, 2] as const) {
      const outcome = await scan({
        layout,
        blocks: [[{ ...FLOW, ...swapped }, { ...MISS, ...swapped }, { ...MISS, ...tooFar }, MISS]],
      });
      expect(outcome.totals.swappedTimes).toBe(2);
      expect(outcome.matches).toMatchObject([{ startMs: CREATED_MS, endMs: CREATED_MS + 5_000 }]);
    }
  });

  it('the ledger interval is the five minutes in which the file was begun', async () => {
    const fromMs = Date.UTC(2026, 5, 1, 10, 5);
    const outcome = await scan({ blocks: [[FLOW]] });
    expect(outcome.intervals).toEqual(new Set([`${fromMs}-${fromMs + 300_000}`]));
  });
});

/** Exporters and samplers may become known at other places when batches are others: what depends on them is left out. */
function resolved(outcome: Omit<Outcome, 'checkpoints'>): unknown {
  return {
    ...outcome,
    tallies: null,
    matches: outcome.matches.map(
      ({ exporter: _, sampling: __, bytes: ___, packets: ____, ...match }) => match,
    ),
  };
}
