import { describe, expect, it } from 'vitest';
import type { ListedRange } from '../../src/match/list.ts';
import { C2, flowOf, VICTIM } from './flows.ts';
import { C2_WORD, host, judge, verdict } from './judging.ts';
import { OPEN } from './lists.ts';

const OTHER_C2 = '203.0.113.8';
const C2_V6 = '2001:db8::7';

describe('operator, basis, port and protocol', () => {
  it('L1: an operator that the authorisation does not name', () => {
    expect(verdict({ operatorSet: 0 }, {}, { operator: 'other-isp' })).toBe('otherOperator');
    expect(verdict({ operatorSet: 2 }, {}, { operator: 'other-isp' })).toBe('matched');
  });

  it('L1: an authorisation that names no operator', () => {
    expect(verdict({ operatorSet: 3 })).toBe('otherOperator');
  });

  it('L7: flows delivered under another retention basis', () => {
    expect(verdict({ basis: 0 }, {}, { retentionBasis: 'lce-122' })).toBe('otherBasis');
    expect(verdict({ basis: 1 }, {}, { retentionBasis: 'lce-122' })).toBe('matched');
    expect(verdict({}, {}, { retentionBasis: 'unheard-of' })).toBe('otherBasis');
  });

  it("the port is that of the C2's side", () => {
    expect(verdict({ port: 443 })).toBe('matched');
    expect(verdict({ port: 50_000 })).toBe('otherPort');
    const reversed = { src: C2, dst: VICTIM, srcPort: 443, dstPort: 50_000 };
    expect(verdict({ port: 443 }, reversed)).toBe('matched');
    expect(verdict({ port: 50_000 }, reversed)).toBe('otherPort');
  });

  it('a port or protocol that the flow does not tell is another one', () => {
    expect(verdict({ port: 443 }, { dstPort: null })).toBe('otherPort');
    expect(verdict({ protocol: 6 }, { protocol: null })).toBe('otherPort');
    expect(verdict({ protocol: 17 })).toBe('otherPort');
    expect(verdict({ port: 0 }, { dstPort: 0 })).toBe('matched');
  });
});

describe('one record, one verdict', () => {
  it('is discarded under the reason of the nearest miss, whatever the order of windows', () => {
    const far = { operatorSet: 3 };
    const near = { collectionUntilMs: 0 };
    for (const windows of [
      [far, near],
      [near, far],
    ]) {
      const { tally } = judge([host(C2_WORD, ...windows)], [flowOf()]);
      expect(tally).toEqual({ records: 1, notInForce: 1 });
    }
  });

  it('asks operator, basis, port, traffic, collection, in this order', () => {
    const wrong = { operatorSet: 3, basis: 1, port: 1, trafficUntilMs: 0, collectionUntilMs: 0 };
    expect(verdict(wrong)).toBe('otherOperator');
    expect(verdict({ ...wrong, operatorSet: 0 })).toBe('otherBasis');
    expect(verdict({ ...wrong, operatorSet: 0, basis: 0 })).toBe('otherPort');
    expect(verdict({ ...wrong, operatorSet: 0, basis: 0, port: 443 })).toBe('outsideTraffic');
    expect(verdict({ collectionUntilMs: 0 })).toBe('notInForce');
  });

  it('meets nothing: noHit; so does a record without flows, and a range without windows', () => {
    expect(judge([host(C2_WORD, {})], [flowOf({ dst: OTHER_C2 })]).tally).toEqual({ records: 1, noHit: 1 });
    expect(judge([host(C2_WORD, {})], []).tally).toEqual({ records: 1, noHit: 1 });
    expect(judge([host(C2_WORD)], [flowOf()]).tally).toEqual({ records: 1, noHit: 1 });
    expect(judge([host(C2_WORD, {})], [flowOf({ src: null, dst: null })]).tally).toEqual({
      records: 1,
      noHit: 1,
    });
  });

  it('that meets several indicators is matched once and gives several matches', () => {
    const wide = { ...host(C2_WORD, { indicator: 1 }), first: [C2_WORD - 7], last: [C2_WORD + 200] };
    const { tally, matches } = judge([host(C2_WORD, { indicator: 0 }), wide], [flowOf()]);
    expect(tally).toEqual({ records: 1, matched: 1, matches: 2 });
    expect(matches.map(({ indicator }) => indicator).sort()).toEqual([0, 1]);
    expect(matches.map(({ sameRecord }) => sameRecord)).toEqual([false, true]);
  });

  it('with exchanged times is counted once, however many of its flows say so', () => {
    const { tally } = judge([], [flowOf({ swappedTimes: true }), flowOf({ swappedTimes: true })]);
    expect(tally).toEqual({ records: 1, noHit: 1, swappedTimes: 1 });
  });

  it('of two directions gives one match each', () => {
    const back = flowOf({ src: C2, dst: VICTIM, srcPort: 443, dstPort: 50_000, bytes: 9 });
    const { tally, matches } = judge([host(C2_WORD, { port: 443 })], [flowOf(), back]);
    expect(tally).toEqual({ records: 1, matched: 1, matches: 2 });
    expect(matches).toMatchObject([
      { direction: 'to-c2', victim: VICTIM, victimPort: 50_000, bytes: 1_500 },
      { direction: 'from-c2', victim: VICTIM, victimPort: 50_000, bytes: 9 },
    ]);
  });
  it('of two directions, one of which counted nothing, gives a match for the other alone', () => {
    const unanswered = flowOf({ src: C2, dst: VICTIM, srcPort: 443, dstPort: 50_000, bytes: 0, packets: 0 });
    const { tally, matches } = judge([host(C2_WORD, {})], [flowOf(), unanswered]);
    expect(tally).toEqual({ records: 1, matched: 1, matches: 1 });
    expect(matches).toMatchObject([{ direction: 'to-c2' }]);
  });
});

describe('victim and C2', () => {
  it('a match holds what the store needs, and the group it is accounted under', () => {
    expect(judge([host(C2_WORD, { indicator: 3 })], [flowOf()]).matches).toEqual([
      {
        indicator: 3,
        victim: VICTIM,
        victimPort: 50_000,
        c2: C2,
        c2Port: 443,
        protocol: 6,
        direction: 'to-c2',
        startMs: 1_000,
        endMs: 2_000,
        bytes: 1_500,
        packets: 3,
        tcpFlags: 27,
        sampling: null,
        timeSource: 'absolute',
        group: 5,
        sameRecord: false,
      },
    ]);
  });

  it('both ends listed: each indicator reports, with the other end as victim', () => {
    const ranges = [host(C2_WORD, { indicator: 0 }), host(C2_WORD + 1, { indicator: 1 })];
    const { tally, matches } = judge(ranges, [flowOf({ src: OTHER_C2 })]);
    expect(tally).toEqual({ records: 1, matched: 1, matches: 2 });
    expect(matches).toMatchObject([
      { indicator: 0, direction: 'to-c2', c2: C2, victim: OTHER_C2 },
      { indicator: 1, direction: 'from-c2', c2: OTHER_C2, victim: C2 },
    ]);
  });

  it('one indicator at both ends is reported once, as the destination', () => {
    const both = { ...host(C2_WORD, {}), last: [C2_WORD + 1] };
    const { matches } = judge([both], [flowOf({ src: OTHER_C2 })]);
    expect(matches).toMatchObject([{ direction: 'to-c2', c2: C2, victim: OTHER_C2 }]);
  });

  it('one indicator at both ends passes by its source where the destination fails', () => {
    const both = { ...host(C2_WORD, { port: 50_000 }), last: [C2_WORD + 1] };
    const { tally, matches } = judge([both], [flowOf({ src: OTHER_C2 })]);
    expect(tally).toEqual({ records: 1, matched: 1, matches: 1 });
    expect(matches).toMatchObject([{ direction: 'from-c2', c2: OTHER_C2, victim: C2 }]);
  });

  it('a further pair is matched too: its own other side is the victim, with its port', () => {
    const tunnel = { src: '198.51.100.1', dst: C2, srcPort: 4_500, dstPort: 4_501 };
    const { matches } = judge([host(C2_WORD, {})], [flowOf({ dst: '192.0.2.99', alternates: [tunnel] })]);
    expect(matches).toMatchObject([{ victim: '198.51.100.1', victimPort: 4_500, c2: C2, c2Port: 4_501 }]);
  });

  it("a further pair without its other side falls back to the flow's", () => {
    const translated = { src: null, dst: C2, srcPort: null, dstPort: 443 };
    const { matches } = judge([host(C2_WORD, {})], [flowOf({ dst: '192.0.2.99', alternates: [translated] })]);
    expect(matches).toMatchObject([{ victim: VICTIM, victimPort: 50_000, c2: C2, c2Port: 443 }]);
  });

  it('a destination in a further pair goes before a source in the flow itself', () => {
    const back = { src: VICTIM, dst: C2, srcPort: 1, dstPort: 2 };
    const { matches } = judge([host(C2_WORD, {})], [flowOf({ src: C2, dst: VICTIM, alternates: [back] })]);
    expect(matches).toMatchObject([{ direction: 'to-c2', victimPort: 1, c2Port: 2 }]);
  });

  it('IPv6 addresses are met, and IPv4-mapped ones as IPv4', () => {
    const six = { ...OPEN, indicator: 1 };
    const words = [0x2001_0db8, 0, 0, 7];
    const ranges: ListedRange[] = [
      { family: 6, first: words, last: words, windows: [six] },
      { family: 6, first: [0, 0, 0xffff, C2_WORD], last: [0, 0, 0xffff, C2_WORD], windows: [OPEN] },
    ];
    expect(judge(ranges, [flowOf({ dst: C2_V6 })]).matches).toMatchObject([{ indicator: 1, c2: C2_V6 }]);
    expect(judge(ranges, [flowOf()]).matches).toMatchObject([{ indicator: 0, c2: C2 }]);
    expect(judge(ranges, [flowOf({ dst: '::ffff:203.0.113.7' })]).matches).toMatchObject([{ indicator: 0 }]);
    expect(judge(ranges, [flowOf({ dst: 'not an address' })]).tally).toEqual({ records: 1, noHit: 1 });
  });
});
