// From an authorisation file to the verdict on a flow: the rules that need the matcher to be seen (L1, L3, L7, fail closed).
import { describe, expect, it } from 'vitest';
import { compileList } from '../../src/authority/compile.ts';
import { DISCARD_REASONS, TALLY } from '../../src/core/counters.ts';
import type { Flow } from '../../src/core/flow.ts';
import { Findings } from '../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import { Matcher } from '../../src/match/matcher.ts';
import type { Evaluation } from '../../src/match/messages.ts';
import { changed, ENTRY, type Fields, HEADER, ms, recordsOf } from './fixture.ts';

const EVALUATION: Evaluation = {
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  atMs: ms('2026-06-26T00:00:00Z'),
  straddling: 'contained',
};

function flow(start: string, end: string): Flow {
  return {
    src: '192.0.2.10',
    dst: '203.0.113.7',
    srcPort: 50_000,
    dstPort: 443,
    protocol: 6,
    bytes: 1000,
    packets: 10,
    startMs: ms(start),
    endMs: ms(end),
    exportMs: ms(end),
    timeSource: 'absolute',
    swappedTimes: false,
    tcpFlags: null,
    sampling: null,
    alternates: [],
  };
}

async function verdict(
  flowed: Flow,
  evaluation: Partial<Evaluation> = {},
  entry: Fields = {},
): Promise<string> {
  const records = await recordsOf(HEADER, [changed(ENTRY, entry)]);
  const index = AddressIndex.open(buildIndex(compileList(records, 1)));
  const findings = new Findings();
  new Matcher(index, { ...EVALUATION, ...evaluation }).judge([flowed], 0, findings);
  const [, ...tally] = findings.toResult(1).tallies[0] ?? [];
  if (tally[TALLY.matched] === 1) return 'matched';
  return DISCARD_REASONS.find((reason) => tally[TALLY[reason]] === 1) ?? 'nothing';
}

const DURING = flow('2026-06-25T12:00:00Z', '2026-06-25T12:01:00Z');

describe('a flow to a listed address', () => {
  it('is matched where both windows hold it', async () => {
    expect(await verdict(DURING)).toBe('matched');
    expect(await verdict(flow('2026-03-02T10:00:00Z', '2026-03-02T10:00:00Z'))).toBe('matched');
  });

  it('L1: is not, from an operator that the authorisation does not name', async () => {
    expect(await verdict(DURING, { operator: 'other-isp' })).toBe('otherOperator');
  });

  it('L3: is not, a millisecond before the traffic window', async () => {
    expect(await verdict(flow('2026-03-02T09:59:59.999Z', '2026-03-02T10:00:00Z'))).toBe('outsideTraffic');
  });

  it('L3: is not, under a basis whose term the operator has not declared', async () => {
    const entry = { 'basis.retention': 'lce-122' };
    expect(await verdict(DURING, { retentionBasis: 'lce-122' }, entry)).toBe('notInForce');
  });

  it('L7: is not, when delivered under another basis than the indicator’s', async () => {
    expect(await verdict(DURING, { retentionBasis: 'lce-122' })).toBe('otherBasis');
  });

  it('L9: is not, at the instant at which the verification is overdue', async () => {
    expect(await verdict(DURING, { atMs: ms('2026-07-01T23:59:59.999Z') })).toBe('matched');
    expect(await verdict(DURING, { atMs: ms('2026-07-02T00:00:00Z') })).toBe('notInForce');
  });

  it.each([
    ['L8: proposed', { analyses: [] }],
    ['L9: never verified', { verifications: [] }],
  ])('is counted as not in force where the indicator is %s', async (_, entry) => {
    expect(await verdict(DURING, {}, entry)).toBe('notInForce');
  });
});
