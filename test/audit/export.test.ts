// What leaves the database: exports and proofs, checked with the public key alone, and every way of changing them.
import { describe, expect, it } from 'vitest';
import { verifyExport } from '../../src/audit/export-file.ts';
import type { Verification } from '../../src/audit/fault.ts';
import { type ConsistencyProof, type InclusionProof, proofFaults } from '../../src/audit/proof-file.ts';
import type { VerificationOptions } from '../../src/audit/verification.ts';
import { exportLog, proveEvent, proveGrowth } from '../../src/store/audit-log.ts';
import { Log } from './logged.ts';

async function check(lines: readonly string[], options: VerificationOptions = {}): Promise<Verification> {
  return verifyExport(
    (async function* () {
      yield* lines;
    })(),
    'export.ndjson',
    options,
  );
}

const exported = (log: Log, sinceMs: number | null = null) => [...exportLog(log.db, sinceMs)];
/** Line of an event in an export from the beginning, which has one line before the first, and heads in between. */
const lineOf = (lines: readonly string[], sequence: number) =>
  lines.findIndex((line) => line.startsWith(`{"type":"event","sequence":${sequence},`));
const edit = (line: string, change: object) => JSON.stringify({ ...JSON.parse(line), ...change });

describe('an export', () => {
  it('is checked without the database, with the public key alone', async () => {
    const log = new Log(10, 40);
    log.grow(2);
    const options = { publicKeys: [log.key.publicKeyPem], against: log.heads };
    expect(await check(exported(log), options)).toEqual({
      treeSize: 43,
      events: 43,
      heads: 2,
      coveredTo: 40,
      faults: [],
      faultCount: 0,
      keys: 'given',
    });
  });

  it('may begin later: what came before is a few hashes, for which the heads vouch', async () => {
    const log = new Log(20);
    log.grow(30, 'late', Date.UTC(2027, 0, 1));
    log.sign();
    const lines = exported(log, Date.UTC(2027, 0, 1));
    expect([lineOf(lines, 21), lineOf(lines, 22)]).toEqual([-1, 1]);
    const edited = lines.with(1, edit(lines[1] as string, { actor: 'x', leaf: undefined }));
    expect((await check(edited)).faults).toMatchObject([{ kind: 'tree', from: 22 }]);
  });

  it('that begins later is sound where the log is', async () => {
    const log = new Log(10);
    const later = Date.UTC(2027, 0, 1);
    log.grow(5, 'early', later - 1);
    log.grow(20, 'late', later);
    log.sign();
    const lines = exported(log, later);
    expect(await check(lines, { publicKeys: [log.key.publicKeyPem] })).toMatchObject({
      faults: [],
      coveredTo: log.size - 1,
    });
    expect(await check(lines)).toMatchObject({ faults: [], keys: 'from the log' });
    const [first, ...rest] = lines as [string, ...string[]];
    const edge = (JSON.parse(first) as { edge: string[] }).edge.map((hash) => hash.replace(/^../, '00'));
    expect((await check([edit(first, { edge }), ...rest])).faults).toMatchObject([{ kind: 'tree' }]);
  });

  it.each([
    [
      'edited',
      (lines: string[]) =>
        lines.with(lineOf(lines, 21), edit(lines[lineOf(lines, 21)] as string, { actor: 'x' })),
      { kind: 'edited', from: 21 },
    ],
    [
      'edited with its leaf',
      (lines: string[]) =>
        lines.with(
          lineOf(lines, 21),
          edit(lines[lineOf(lines, 21)] as string, { actor: 'x', leaf: undefined }),
        ),
      { kind: 'tree', from: 11, to: 40 },
    ],
    [
      'deleted',
      (lines: string[]) => lines.toSpliced(lineOf(lines, 21), 1),
      { kind: 'missing', from: 21, to: 21 },
    ],
    [
      'exchanged',
      (lines: string[]) =>
        lines
          .with(lineOf(lines, 21), lines[lineOf(lines, 22)] as string)
          .with(lineOf(lines, 22), lines[lineOf(lines, 21)] as string),
      { kind: 'missing', from: 21 },
    ],
    [
      'renumbered',
      (lines: string[]) =>
        lines.with(
          lineOf(lines, 21),
          edit(lines[lineOf(lines, 22)] as string, {
            sequence: 21,
            leaf: JSON.parse(lines[lineOf(lines, 21)] as string).leaf,
          }),
        ),
      { kind: 'edited', from: 21 },
    ],
    ['cut off', (lines: string[]) => lines.slice(0, lineOf(lines, 30)), { kind: 'truncated' }],
    [
      'cut off, with another end',
      (lines: string[]) => [...lines.slice(0, lineOf(lines, 30)), '{"type":"end","lastSequence":41}'],
      { kind: 'truncated' },
    ],
    [
      'without a head',
      (lines: string[]) => lines.toSpliced(lineOf(lines, 10) + 1, 1),
      { kind: 'head', from: 11 },
    ],
  ])('that was %s is found out', async (_, change, fault) => {
    const { faults } = await check(change(exported(new Log(10, 40))));
    expect(faults).toContainEqual(expect.objectContaining(fault));
  });

  it('cut off with a fitting end is found out by a head kept outside', async () => {
    const log = new Log(10, 40);
    const lines = exported(log);
    const cut = [...lines.slice(0, lineOf(lines, 30)), '{"type":"end","lastSequence":29}'];
    expect((await check(cut)).faults).toEqual([]);
    expect((await check(cut, { against: log.heads })).faults).toMatchObject([
      { kind: 'truncated', from: 30, to: 40 },
    ]);
  });

  it.each([
    [['no json']],
    [[]],
    [['{"type":"audit-export","version":1,"startSize":3,"edge":[]}']],
    [['{"type":"audit-export","version":9}']],
  ])('that is none (%j) is refused', async (lines) => {
    await expect(check(lines)).rejects.toThrow(/export\.ndjson/);
  });

  it('with a line that is neither event nor head is refused, with its number', async () => {
    const lines = exported(new Log(10));
    await expect(check(lines.with(3, '{"type":"event","sequence":"3"}'))).rejects.toThrow(
      /line 4 is neither/,
    );
    await expect(check([...lines, lines[2] as string])).rejects.toThrow(/stands behind the end/);
  });
});

describe('a proof', () => {
  const log = () => new Log(10, 40, 75);

  it('that an event is in the log holds with the public key alone', () => {
    const { db, key } = log();
    for (const sequence of [1, 10, 21, 75]) {
      expect(proofFaults(proveEvent(db, sequence), [key.publicKeyPem])).toEqual([]);
    }
  });

  it('of another event, under another key or head, does not hold', () => {
    const { db, key } = log();
    const proof = proveEvent(db, 21);
    const faults = (change: Partial<InclusionProof>, keys = [key.publicKeyPem]) =>
      proofFaults({ ...proof, ...change }, keys);
    expect(faults({ event: { ...proof.event, actor: 'x' } })).toMatchObject([
      expect.stringMatching(/is not in the tree/),
    ]);
    expect(faults({}, [])).toMatchObject([expect.stringMatching(/give its public key/)]);
    expect(faults({ head: { ...proof.head, treeSize: 74 } })).toMatchObject([
      expect.stringMatching(/valid signature/),
    ]);
  });

  it('needs a head that covers the event', () => {
    const { db } = log();
    expect(() => proveEvent(db, 76)).toThrow(/no signed head covers event 76 yet/);
    expect(() => proveEvent(db, 77)).toThrow(/there is no event 77; the last is 76/);
  });

  it('that the log only grew holds between heads', () => {
    const { db, key } = log();
    const proof = proveGrowth(db, 10, 75);
    expect(proofFaults(proof, [key.publicKeyPem])).toEqual([]);
    const swapped: ConsistencyProof = { ...proof, from: proof.to, to: proof.from };
    expect(proofFaults(swapped, [key.publicKeyPem])).toMatchObject([
      expect.stringMatching(/did not grow out of/),
    ]);
  });

  it('between sizes that no head covers says so', () => {
    const { db, key } = log();
    expect(proofFaults(proveGrowth(db, 11, 40), [key.publicKeyPem])).toMatchObject([
      expect.stringMatching(/no head was signed over exactly 11/),
    ]);
    expect(() => proveGrowth(db, 40, 10)).toThrow(/the earlier size comes first/);
    expect(() => proveGrowth(db, 10, 99)).toThrow(/has 75 events, not 99/);
  });
});
