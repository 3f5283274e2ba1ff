import { describe, expect, it } from 'vitest';
import { compileList } from '../../src/authority/compile.ts';
import type { AuthorityRecords } from '../../src/authority/records.ts';
import { changed, ENTRY, type Fields, HEADER, ms, recordsOf, verification } from './fixture.ts';

const SEVERAL: readonly Fields[] = [
  ENTRY,
  changed(ENTRY, { port: 8443 }),
  changed(ENTRY, { address: '203.0.113.0/24', port: undefined, protocol: undefined }),
  changed(ENTRY, { address: '2001:db8:c2::/48', 'basis.retention': 'lce-122' }),
  changed(ENTRY, { address: '2001:db8::1', verifications: [] }),
];

describe('the compiled list', () => {
  it('has one range for each address or prefix, with a window for each indicator', async () => {
    const records = await recordsOf(HEADER, SEVERAL);
    const list = compileList(records, 7);
    expect(list.generation).toBe(7);
    expect(list.indicators).toEqual(records.indicators.map(({ id }) => ({ id, authorisation: '002/2026' })));
    expect(list.bases).toEqual(['lce-126-1', 'lce-122']);
    expect(
      list.ranges.map(({ family, windows }) => [family, windows.map(({ indicator }) => indicator)]),
    ).toEqual([
      [4, [0, 1]],
      [4, [2]],
      [6, [3]],
      [6, [4]],
    ]);
    expect(list.ranges[1]).toMatchObject({ first: [0xcb007100], last: [0xcb0071ff] });
    expect(list.ranges[1]?.windows[0]).toMatchObject({
      port: null,
      protocol: null,
      basis: 0,
      operatorSet: 0,
    });
    expect(list.ranges[0]?.windows[1]).toMatchObject({ port: 8443, protocol: 6 });
  });

  it('names each set of operators once', async () => {
    const header = changed(HEADER, { operators: ['b-isp', 'a-isp', 'c-isp'] });
    const terms = {
      'b-isp': { 'lce-126-1': 'P6M' },
      'a-isp': { 'lce-122': 'P1M' },
      'c-isp': { 'lce-122': 'P1M' },
    };
    const list = compileList(await recordsOf(header, SEVERAL, terms), 1);
    expect(list.operatorSets).toEqual([['a-isp', 'c-isp'], ['b-isp']]);
    expect(list.ranges[0]?.windows.map((w) => [w.indicator, w.operatorSet])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('leaves out what ended before anything is evaluated, and keeps a window of those that are over', async () => {
    const entry = changed(ENTRY, { verifications: [verification('2026-06-25'), verification('2026-07-10')] });
    const records = await recordsOf(HEADER, [entry]);
    const windowsSince = (at: string) =>
      compileList(records, 1, { sinceMs: ms(at) }).ranges[0]?.windows.map((w) => [
        w.collectionFromMs,
        w.collectionUntilMs,
      ]);
    const first = [ms('2026-06-25'), ms('2026-07-02')];
    const second = [ms('2026-07-10'), ms('2026-07-17')];
    expect(windowsSince('2026-07-01T23:59:59.999Z')).toEqual([first, second]);
    expect(windowsSince('2026-07-02')).toEqual([second]);
    expect(windowsSince('2026-07-17')).toEqual([[0, 0]]);
  });

  it('L1: holds nothing without its authorisation, or of a regime or basis that is not known', async () => {
    const records = await recordsOf(HEADER, [ENTRY]);
    expect(compileList({ ...records, authorisations: new Map() }, 1).ranges).toEqual([]);
    for (const [key, value] of [
      ['regime', 'another'],
      ['operators', []],
    ] as const) {
      const [reference, authorisation] = [...records.authorisations][0]!;
      const altered: AuthorityRecords = {
        ...records,
        authorisations: new Map([[reference, { ...authorisation, [key]: value }]]),
      };
      const windows = compileList(altered, 1).ranges.flatMap((range) => range.windows);
      expect(windows.every((w) => w.collectionFromMs >= w.collectionUntilMs)).toBe(true);
    }
    const [record] = records.indicators;
    if (!record) throw new Error('no indicator');
    const scope = { ...record.scope, retention: 'lce-999' };
    const unknown: AuthorityRecords = { ...records, indicators: [{ ...record, scope }] };
    expect(compileList(unknown, 1).ranges[0]?.windows).toMatchObject([
      { collectionFromMs: 0, collectionUntilMs: 0 },
    ]);
  });
});
