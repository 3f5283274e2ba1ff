// The scan of data sets beside its twin, which decodes every record and judges it.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { TALLY_COLUMNS } from '../../src/core/counters.ts';
import { SET, type WireBatch } from '../../src/ingest/batch.ts';
import { DESCRIPTOR_WORDS, Slab } from '../../src/ingest/slab.ts';
import { wireRecords } from '../../src/ingest/wire/records.ts';
import { scanWire } from '../../src/ingest/wire/scan.ts';
import { Findings, tallyOf } from '../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import { Matcher } from '../../src/match/matcher.ts';
import type { ScanResult } from '../../src/match/messages.ts';
import { type FieldSpecifier, type Layout, type LayoutSpec, layoutSpec } from '../../src/wire/layout.ts';
import { EVALUATION } from './flows.ts';
import { listOf, listOfRanges } from './lists.ts';

/** What a template may hold: octets, and how to fill them. Addresses come from few, so that some are listed. */
const IPV4 = [8, 12, 225, 226];
const IPV6 = [27, 28, 281, 282];
const VARIABLE = 65_535;
const ADDRESSES4 = [0, 0xc000_0201, 0xc000_0202, 0xcb00_7107, 0xcb00_7108, 0xffff_ffff];
const ADDRESSES6 = [
  [0, 0, 0, 0],
  [0x2001_0db8, 0, 0, 7],
  [0x2001_0db8, 0, 0, 8],
  [0, 0, 0xffff, 0xcb00_7107],
];
const INDEX = AddressIndex.open(
  buildIndex(
    listOf([
      { family: 4, first: [0xcb00_7107], last: [0xcb00_7107] },
      { family: 4, first: [0xffff_0000], last: [0xffff_ffff] },
      { family: 6, first: [0x2001_0db8, 0, 0, 7], last: [0x2001_0db8, 0, 0, 7] },
    ]),
  ),
);

const field: fc.Arbitrary<FieldSpecifier> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...IPV4).map((id) => ({ id, length: 4 })) },
    { weight: 2, arbitrary: fc.constantFrom(...IPV6).map((id) => ({ id, length: 16 })) },
    { weight: 2, arbitrary: fc.constantFrom(7, 11).map((id) => ({ id, length: 2 })) },
    { weight: 1, arbitrary: fc.constantFrom(152, 153, 1, 2).map((id) => ({ id, length: 8 })) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 9 }).map((length) => ({ id: 210, length })) },
    { weight: 1, arbitrary: fc.constant({ id: 82, length: VARIABLE }) },
  )
  .map(({ id, length }) => ({ pen: 0, id, length }));

interface TestSet {
  readonly layout: number;
  readonly group: number;
  readonly bytes: Uint8Array;
}

function setOf(specs: readonly LayoutSpec[]): fc.Arbitrary<TestSet> {
  return fc
    .tuple(
      fc.nat(specs.length - 1),
      fc.nat(2),
      fc.nat(12),
      fc.integer(),
      fc.uint8Array({ maxLength: 3 }),
      fc.boolean(),
    )
    .map(([layout, group, records, seed, padding, isCut]) => {
      const random = randomFrom(seed);
      const encoded: number[] = [];
      for (let n = 0; n < records; n++) {
        for (const { id, length } of (specs[layout] as LayoutSpec).fields)
          encodeField(encoded, id, length, random);
      }
      encoded.push(...padding);
      const kept = isCut ? encoded.slice(0, random() % (encoded.length + 1)) : encoded;
      return { layout, group, bytes: Uint8Array.from(kept) };
    });
}

function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function encodeField(into: number[], id: number, length: number, random: () => number): void {
  const word = (value: number): void => {
    into.push(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  };
  if (IPV4.includes(id)) word(ADDRESSES4[random() % ADDRESSES4.length] as number);
  else if (IPV6.includes(id)) (ADDRESSES6[random() % ADDRESSES6.length] as number[]).forEach(word);
  else if (length === VARIABLE) {
    const octets = random() % 4;
    if (random() % 2 === 0) into.push(octets);
    else into.push(255, 0, octets);
    for (let n = 0; n < octets; n++) into.push(random() & 255);
  } else for (let n = 0; n < length; n++) into.push(random() & 255);
}

const CONTEXT = {
  exporter: '198.51.100.9',
  version: 10,
  domain: 0,
  systemInitMs: null,
  sampling: null,
  samplers: [],
};

function fill(specs: readonly LayoutSpec[], sets: readonly TestSet[]): { slab: Slab; batch: WireBatch } {
  const size = sets.reduce((sum, { bytes }) => sum + bytes.length + 1, 0);
  const slab = Slab.allocate(0, Math.ceil(size / 4) * 4 + 4, Math.max(sets.length, 1));
  let at = 1;
  sets.forEach(({ layout, group, bytes }, n) => {
    const words = slab.descriptors.subarray(n * DESCRIPTOR_WORDS, (n + 1) * DESCRIPTOR_WORDS);
    words[SET.layout] = layout;
    words[SET.offset] = at;
    words[SET.length] = bytes.length;
    words[SET.group] = group;
    words[SET.exportSeconds] = 1_780_000_000;
    words[SET.exportMillis] = 250;
    words[SET.templateId] = 256 + layout;
    slab.bytes.set(bytes, at);
    at += bytes.length + 1;
  });
  return { slab, batch: { kind: 'wire', setCount: sets.length, layouts: specs, contexts: [CONTEXT] } };
}

function scanned(specs: readonly LayoutSpec[], sets: readonly TestSet[], index = INDEX): ScanResult {
  const { slab, batch } = fill(specs, sets);
  const findings = new Findings();
  scanWire(slab, batch, index, EVALUATION, new Map<string, Layout>(), findings);
  return findings.toResult(1);
}

function decodedAndJudged(specs: readonly LayoutSpec[], sets: readonly TestSet[]): ScanResult {
  const { slab, batch } = fill(specs, sets);
  const findings = new Findings();
  const matcher = new Matcher(INDEX, EVALUATION);
  for (const { flows, group } of wireRecords(slab, batch)) matcher.judge(flows, group, findings);
  return findings.toResult(1);
}

/** Counts by group over all results, but `undecodable`: only the scan counts sets that end within a record. */
const COMPARED = TALLY_COLUMNS.filter((column) => column !== 'undecodable');

function counts(results: readonly ScanResult[]): Map<number, Record<string, number>> {
  const sums = new Map<number, Record<string, number>>();
  for (const row of results.flatMap(({ tallies }) => tallies)) {
    const group = row[0] as number;
    const before = sums.get(group);
    const after = COMPARED.map((column) => [column, tallyOf(row, column) + (before?.[column] ?? 0)] as const);
    if (tallyOf(row, 'records') > 0) sums.set(group, Object.fromEntries(after));
  }
  return sums;
}

const input = fc
  .array(fc.array(field, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 4 })
  .map((templates) => templates.map((fields) => layoutSpec(10, fields)))
  .chain((specs) => fc.tuple(fc.constant(specs), fc.array(setOf(specs), { maxLength: 8 }), fc.nat(8)));

describe('the scan of data sets', () => {
  test.prop([input], { seed: 20_261_121, numRuns: 1_000 })(
    'finds what decoding every record and judging it finds',
    ([specs, sets]) => {
      const scan = scanned(specs, sets);
      const twin = decodedAndJudged(specs, sets);
      expect(scan.matches).toEqual(twin.matches);
      expect(counts([scan])).toEqual(counts([twin]));
    },
  );

  test.prop([input], { seed: 20_261_122, numRuns: 300 })(
    'finds the same however the sets are split into batches',
    ([specs, sets, cut]) => {
      const parts = [scanned(specs, sets.slice(0, cut)), scanned(specs, sets.slice(cut))];
      const whole = scanned(specs, sets);
      expect(parts.flatMap(({ matches }) => matches)).toEqual(whole.matches);
      expect(counts(parts)).toEqual(counts([whole]));
    },
  );

  const pair = [
    { pen: 0, id: 8, length: 4 },
    { pen: 0, id: 12, length: 4 },
  ];
  const hit = [0xc0, 0, 2, 1, 0xcb, 0, 0x71, 7];
  const miss = [0xc0, 0, 2, 1, 0xc0, 0, 2, 2];

  it('counts what misses and judges what hits, wherever it stands in the set', () => {
    const records = [...hit, ...miss, ...miss, ...hit];
    const result = scanned(
      [layoutSpec(10, pair)],
      [{ layout: 0, group: 2, bytes: Uint8Array.from(records) }],
    );
    expect(counts([result]).get(2)).toMatchObject({ records: 4, matched: 2, matches: 2, noHit: 2 });
    expect(result.matches).toMatchObject([
      { c2: '203.0.113.7', victim: '192.0.2.1', group: 2, startMs: 1_780_000_000_250, timeSource: 'export' },
      { c2: '203.0.113.7' },
    ]);
  });

  it('takes what is too short for a record, at the end of a set, for padding', () => {
    const bytes = Uint8Array.from([...miss, 0, 0, 0, 0, 0, 0, 0]);
    const { tallies } = scanned([layoutSpec(10, pair)], [{ layout: 0, group: 0, bytes }]);
    expect(tallies.map((row) => [tallyOf(row, 'records'), tallyOf(row, 'undecodable')])).toEqual([[1, 0]]);
  });

  it('counts a set as undecodable where a length within it reaches beyond its end', () => {
    const spec = layoutSpec(10, [...pair, { pen: 0, id: 82, length: VARIABLE }]);
    const bytes = Uint8Array.from([...hit, 1, 65, ...hit, 200, 65, 65]);
    const result = scanned([spec], [{ layout: 0, group: 0, bytes }]);
    expect(result.tallies.map((row) => [tallyOf(row, 'records'), tallyOf(row, 'undecodable')])).toEqual([
      [1, 1],
    ]);
    expect(result.matches).toHaveLength(1);
  });

  it('counts records without addresses as met by nothing', () => {
    const spec = layoutSpec(9, [{ pen: 0, id: 1, length: 4 }]);
    const result = scanned([spec], [{ layout: 0, group: 0, bytes: new Uint8Array(43) }]);
    expect(counts([result]).get(0)).toMatchObject({ records: 10, noHit: 10 });
  });

  it('ends on a template that describes nothing', () => {
    const specs = [layoutSpec(10, []), layoutSpec(10, [{ pen: 0, id: 210, length: 0 }])];
    const bytes = new Uint8Array(20);
    expect(
      scanned(specs, [
        { layout: 0, group: 0, bytes },
        { layout: 1, group: 0, bytes },
      ]).tallies,
    ).toEqual([]);
  });

  it('keeps compiled layouts from batch to batch, and not without bound', () => {
    const layouts = new Map<string, Layout>();
    const { slab, batch } = fill([layoutSpec(10, pair)], []);
    scanWire(slab, batch, INDEX, EVALUATION, layouts, new Findings());
    const [kept] = layouts.values();
    scanWire(slab, batch, INDEX, EVALUATION, layouts, new Findings());
    expect([...layouts.values()]).toEqual([kept]);
    for (let n = 0; n < 10; n++) {
      const specs = Array.from({ length: 1_000 }, (_, at) =>
        layoutSpec(10, [{ pen: n + 1, id: at, length: 4 }]),
      );
      scanWire(slab, { ...batch, layouts: specs }, INDEX, EVALUATION, layouts, new Findings());
    }
    expect(layouts.size).toBeLessThan(5_000);
  });

  it('judges under the list it is given: an empty one meets nothing', () => {
    const empty = AddressIndex.open(buildIndex(listOfRanges([])));
    const result = scanned(
      [layoutSpec(10, pair)],
      [{ layout: 0, group: 0, bytes: Uint8Array.from(hit) }],
      empty,
    );
    expect(counts([result]).get(0)).toMatchObject({ records: 1, noHit: 1 });
  });
});
