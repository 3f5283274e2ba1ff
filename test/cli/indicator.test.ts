// How indicators are named, listed and changed: in this process, on a database of its own.
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { register as authorisation } from '../../src/cli/authorisation.ts';
import { register as indicator } from '../../src/cli/indicator.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import {
  changed,
  DAY_MS,
  ENTRY,
  type Fields,
  fileOf,
  HEADER,
  REQUISITION,
  REQUISITIONED,
  verification,
} from '../authority/fixture.ts';

import { lines, temporaryFolder } from '../support/cli.ts';

let folder: string;
const output = { out: '', err: '' };

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** @returns the exit status */
async function run(...args: readonly string[]): Promise<number> {
  Object.assign(output, { out: '', err: '' });
  for (const [stream, to] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      output[to] += String(text);
      return true;
    });
  }
  process.exitCode = 0;
  const program = new Command()
    .option('--db <file>')
    .option('--config <file>')
    .option('--json')
    .exitOverride();
  for (const register of [authorisation, indicator]) register(program);
  try {
    await program.parseAsync([...args, '--db', join(folder, 'test.db')], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return Number(process.exitCode);
}

async function json(...args: readonly string[]): Promise<Fields[]> {
  await run(...args, '--json');
  return lines(output.out);
}

const isoBefore = (ms: number) => new Date(Date.now() - ms).toISOString();

/** Decided ten days ago, verified `verifiedDaysAgo`. */
function recent(changes: Fields = {}, verifiedDaysAgo = 1): Fields {
  const verifications = [verification(isoBefore(verifiedDaysAgo * DAY_MS))];
  return changed(ENTRY, { first_seen: isoBefore(20 * DAY_MS), verifications, ...changes });
}

async function put(entries: readonly Fields[], header: Fields = {}): Promise<void> {
  const db = openDatabase(join(folder, 'test.db'));
  const head = changed(HEADER, { decided: isoBefore(10 * DAY_MS), ends: undefined, ...header });
  const { refusals } = await importAuthorisation(db, JSON.stringify(fileOf(head, entries)), { by: 'a.head' });
  expect(refusals).toEqual([]);
  db.close();
}

const REFUSED = expect.objectContaining({ code: 'REFUSED' });
const suspend = (...args: string[]) => run('indicator', 'suspend', ...args, '--reason', 'in doubt');

describe('an indicator is named', () => {
  it('by its id or its address, however that is written', async () => {
    await put([recent()]);
    const [listed] = await json('indicator', 'list');
    for (const name of [String(listed?.id), '203.0.113.7', '::ffff:203.0.113.7']) {
      expect((await json('indicator', 'show', name))[0]).toMatchObject({ id: listed?.id, state: 'active' });
    }
    await expect(run('indicator', 'show', '203.0.113.8')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'there is no indicator 203.0.113.8: indicator list shows those there are',
    });
  });

  it('in one authorisation, or everywhere, where several hold its address', async () => {
    await put([recent(), recent({ port: 8443 })]);
    await put([recent()], { reference: '003/2026', file: 'AUT-3' });
    await expect(suspend('203.0.113.7')).rejects.toThrow(
      /^203\.0\.113\.7 means 3 indicators: .*(\n {2}indicator--\S+ {2}203\.0\.113\.7 tcp port 8?443 \(00[23]\/2026\)){3}$/,
    );
    await expect(suspend('203.0.113.7', '--authorisation', '002/2026')).rejects.toThrow(/means 2 indicators/);
    await suspend('203.0.113.7', '--authorisation', '003/2026');
    expect(
      (await json('indicator', 'list', '--state', 'suspended')).map((line) => line.authorisation),
    ).toEqual(['003/2026']);
    const everywhere = ['203.0.113.7', '--everywhere'];
    // All or none: one of them is suspended already.
    await expect(suspend(...everywhere)).rejects.toEqual(REFUSED);
    expect(await json('indicator', 'list', '--state', 'suspended')).toHaveLength(1);
    await run('indicator', 'revoke', ...everywhere, '--reason', 'seized');
    expect(output.out.match(/: revoke, step [12]; now revoked/g)).toHaveLength(3);
    await expect(suspend(...everywhere, '--generation', '0')).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('indicator list', () => {
  it('shows for each its state, its span, when it is to be verified, and what is in the way', async () => {
    const at = Date.now();
    await put([
      recent(),
      recent({ address: '198.51.100.1' }, 8),
      recent({ address: '2001:db8::/48', analyses: [] }),
    ]);
    const shown = await json('indicator', 'list');
    expect(shown.map(({ address, state }) => [address, state])).toEqual([
      ['198.51.100.1', 'suspended'],
      ['203.0.113.7', 'active'],
      ['2001:db8::/48', 'proposed'],
    ]);
    const [overdue, active, proposed] = shown as { [key: string]: number }[];
    expect(active).toMatchObject({ port: 443, protocol: 6, inForce: true, obstacles: [] });
    expect((active?.verificationDueMs ?? 0) - at).toBeGreaterThan(5.9 * DAY_MS);
    expect(active?.untilMs).toBe(active?.verificationDueMs);
    expect(overdue).toMatchObject({ inForce: false, sinceMs: null, obstacles: [{ rule: 'L9' }] });
    expect(proposed).toMatchObject({ inForce: false, obstacles: [{ rule: 'L8', atMs: null }] });
    await run('indicator', 'list');
    expect(output.out).toMatch(/^address +port +protocol +authorisation +state .* in the way\n/);
    expect(output.out).toMatch(/198\.51\.100\.1 .* suspended .* L9: verification due, last by a\.analyst\n/);
  });

  it('of an authorisation, an operator, a state', async () => {
    await put([recent()]);
    await put([recent()], { reference: '003/2026', file: 'AUT-3', operators: ['other-isp'] });
    const of = async (...filter: string[]) =>
      (await json('indicator', 'list', ...filter)).map((line) => line.authorisation);
    expect(await of()).toEqual(['002/2026', '003/2026']);
    expect(await of('--authorisation', '003/2026')).toEqual(['003/2026']);
    expect(await of('--operator', 'example-isp')).toEqual(['002/2026']);
    expect(await of('--state', 'revoked')).toEqual([]);
    await expect(of('--state', 'dead')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('as it was known at an instant: of an indicator that came later nothing', async () => {
    await put([recent()]);
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 2));
    await put([recent(), recent({ address: '198.51.100.1' })]);
    await suspend('203.0.113.7');
    expect(await json('indicator', 'list', '--as-known-at', between)).toMatchObject([
      { address: '203.0.113.7', state: 'active' },
    ]);
    expect((await json('indicator', 'list')).map(({ state }) => state)).toEqual(['active', 'suspended']);
  });
});

describe('indicator verify', () => {
  const active = ['--outcome', 'active', '--method', 'handshake'];

  it('takes many; who is refused does not stop the others', async () => {
    await put([recent(), recent({ address: '198.51.100.1' })]);
    await run('indicator', 'revoke', '198.51.100.1', '--reason', 'seized');
    expect(await run('indicator', 'verify', '203.0.113.7', '198.51.100.1', ...active)).toBe(3);
    expect(output.out).toMatch(/^203\.0\.113\.7 .*: verify, step 1; now active\n$/);
    expect(output.err).toMatch(/\(198\.51\.100\.1, 002\/2026\): state: "revoked": .*\(rule L10\)\n/);
    await expect(run('indicator', 'verify', '198.51.100.1', ...active)).rejects.toEqual(REFUSED);
  });

  it('records nothing where one that is named does not exist', async () => {
    await put([recent()]);
    await expect(run('indicator', 'verify', '203.0.113.7', '198.51.100.1', ...active)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await json('indicator', 'show', '203.0.113.7'))[0]?.steps).toEqual([]);
  });

  it('L9: all that are due: at the instant, and not a millisecond before', async () => {
    await put([recent(), recent({ address: '198.51.100.1' }, 8)]);
    const due = async (...rest: string[]) =>
      (await json('indicator', 'verify', '--all-due', ...active, ...rest)).map(({ address }) => address);
    expect(await due()).toEqual(['198.51.100.1']);
    expect(await due()).toEqual([]);
    const [, shown] = await json('indicator', 'list');
    const at = Number(shown?.verificationDueMs);
    expect(await due('--due-before', new Date(at - 1).toISOString())).toEqual([]);
    expect(await due('--due-before', new Date(at).toISOString())).toEqual(['203.0.113.7']);
  });

  it('says how it is to be used', async () => {
    for (const wrong of [[], ['203.0.113.7', '--all-due'], ['203.0.113.7', '--due-before', '2026-01-01']])
      await expect(run('indicator', 'verify', ...wrong, ...active)).rejects.toMatchObject({ code: 'USAGE' });
    const future = new Date(Date.now() + DAY_MS).toISOString();
    for (const wrong of [
      ['--outcome', 'up'],
      ['--method', ' '],
      ['--at', future],
    ])
      await expect(run('indicator', 'verify', '--all-due', ...active, ...wrong)).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(/^indicator verify: (outcome|method|at): ".*": .* \(rule L9\)$/),
      });
  });
});

describe('what a change rests on', () => {
  it('is kept by its digest, given as one or as a file', async () => {
    await put([recent()]);
    const file = join(folder, 'handshake.bin');
    writeFileSync(file, 'a server hello');
    const digest = hash('sha256', 'a server hello');
    const analyse = [
      'indicator',
      'analyse',
      '203.0.113.7',
      '--outcome',
      'confirmed',
      '--method',
      'handshake',
    ];
    for (const evidence of [file, digest.toUpperCase()]) {
      expect((await json(...analyse, '--evidence', evidence))[0]).toMatchObject({ evidence: digest });
    }
    await expect(run(...analyse, '--evidence', 'none.bin')).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: '--evidence none.bin: neither a SHA-256 digest nor a file that can be read (ENOENT)',
    });
  });

  it.each(['suspend', 'reinstate', 'revoke', 'override'])('%s requires a reason', async (kind) => {
    await expect(run('indicator', kind, '203.0.113.7')).rejects.toMatchObject({
      code: 'commander.missingMandatoryOptionValue',
    });
  });

  it('--generation refuses what was decided on an older state', async () => {
    await put([recent()]);
    await suspend('203.0.113.7', '--generation', '0');
    const revoke = (n: string) =>
      run('indicator', 'revoke', '203.0.113.7', '--reason', 'seized', '--generation', n);
    await expect(revoke('0')).rejects.toMatchObject({ code: 'CONFLICT' });
    await revoke('1');
    expect(output.out).toMatch(/revoke, step 2; now revoked/);
  });
});

describe('L21: a hard hit is overridden by two people', () => {
  it('and the same person otherwise spelt is one', async () => {
    await put([recent()]);
    const [listed] = await json('indicator', 'list');
    const db = openDatabase(join(folder, 'test.db'));
    const hit = { kind: 'hit', outcome: 'hard', cause: 'warninglist:resolvers' } as const;
    recordStep(db, String(listed?.id), hit, { by: 'flowsieve', role: 'system' });
    db.close();
    const override = (by: string) =>
      run('indicator', 'override', '203.0.113.7', '--by', by, '--reason', 'dedicated');
    await override('a.head');
    await expect(override(' A.Head')).rejects.toThrow(
      /by: " A.Head": has overridden .* another person \(rule L21\)/,
    );
    await override('b.head');
    await run('indicator', 'show', '203.0.113.7');
    expect(output.out).toMatch(
      /hit +warninglist:resolvers: hard, since .*; overridden by a\.head, b\.head\n/,
    );
  });
});

describe('authorisation approve and confirm', () => {
  it('I1: an approval that the regime asks for puts it in force; two spellings are one person', async () => {
    await put([recent()], { approvals: [{ by: 'the.head', at: isoBefore(9 * DAY_MS) }] });
    await run('authorisation', 'approve', '002/2026', '--by', 'another.head');
    expect(output.out).toBe('authorisation 002/2026: approve, step 1; 1 of its indicators in force\n');
    await expect(run('authorisation', 'approve', '002/2026', '--by', 'The.Head ')).rejects.toThrow(
      /002\/2026: by: "The.Head ": has approved it already.*rule I1/,
    );
  });

  it('I3: an urgent decision is confirmed before its deadline, and only then', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const now = isoBefore(60_000);
    const header = changed(REQUISITION, {
      decided: now,
      ends: new Date(Date.now() + 30 * DAY_MS).toISOString(),
      notified: now,
      approvals: [{ by: 'the.head', at: now }],
      urgent: true,
      confirm_by: soon,
      'mentions.urgent_reason': 'the server is used now',
    });
    const entry = changed(REQUISITIONED, {
      verifications: [verification(now)],
      first_seen: isoBefore(DAY_MS),
    });
    const db = openDatabase(join(folder, 'test.db'));
    const { refusals } = await importAuthorisation(db, JSON.stringify(fileOf(header, [entry])));
    db.close();
    expect(refusals).toEqual([]);
    expect(await json('authorisation', 'confirm', '002/2026', '--by', 'the.head')).toMatchObject([
      { kind: 'confirm', by: 'the.head', inForce: 1 },
    ]);
    await expect(run('authorisation', 'confirm', '002/2026')).rejects.toThrow(/state: "confirmed".*rule I3/);
    await run('authorisation', 'end', '002/2026', '--reason', 'done');
    await expect(run('authorisation', 'confirm', '002/2026')).rejects.toThrow(/state: "ended".*rule I3/);
  });
});
