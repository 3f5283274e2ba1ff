import { describe, expect, it } from 'vitest';
import { DISCARD_REASONS, TALLY } from '../../src/core/counters.ts';
import { Findings, tallyOf } from '../../src/match/findings.ts';

describe('findings', () => {
  it('count a record with its verdict, whichever it is', () => {
    const findings = new Findings();
    findings.count(0, TALLY.matched, 1);
    for (const [n, reason] of DISCARD_REASONS.entries()) findings.count(0, TALLY[reason], n + 2);
    const [row] = findings.toResult(1).tallies as [readonly number[]];
    expect(tallyOf(row, 'records')).toBe(1 + 2 + 3 + 4 + 5 + 6 + 7);
  });

  it('count no record for what is no verdict, and none without one', () => {
    const findings = new Findings();
    findings.count(0, TALLY.undecodable, 3);
    findings.count(0, TALLY.swappedTimes, 2);
    const [row] = findings.toResult(1).tallies as [readonly number[]];
    expect([tallyOf(row, 'records'), tallyOf(row, 'undecodable'), tallyOf(row, 'swappedTimes')]).toEqual([
      0, 3, 2,
    ]);
    expect(() => findings.count(0, TALLY.records, 1)).toThrow('by their verdicts');
  });

  it('keep the groups apart', () => {
    const findings = new Findings();
    for (const group of [7, 3, 7, 7]) findings.count(group, TALLY.noHit, 10);
    const { tallies } = findings.toResult(1);
    expect(tallies.map((row) => [row[0], tallyOf(row, 'noHit')])).toEqual([
      [7, 30],
      [3, 10],
    ]);
  });

  it('keep the first problems and count the rest', () => {
    const findings = new Findings();
    for (let n = 0; n < 1_000; n++) findings.problem({ what: `damage ${n}`, offset: n });
    const { problems } = findings.toResult(1);
    expect(problems.length).toBeLessThan(100);
    expect(problems[0]).toEqual({ what: 'damage 0', offset: 0 });
    const told = problems.length - 1;
    expect(problems.at(-1)?.what).toContain(`${1_000 - told} more`);
  });

  it('carry notes only where there are any', () => {
    const findings = new Findings();
    expect('notes' in findings.toResult(1)).toBe(false);
    findings.notes = { exporters: [] };
    expect(findings.toResult(4)).toMatchObject({ generation: 4, notes: { exporters: [] } });
  });
});
