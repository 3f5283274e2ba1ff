// `authorisation report`: what it writes where, what it refuses and why.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { register as authorisation } from '../../src/cli/authorisation.ts';
import { FlowSieveError } from '../../src/core/errors.ts';
import { DAY_MS, fileOf } from '../authority/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { changed, ENTRY, type Fields, HEADER, REFERENCE, verification } from './fixture.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...args: string[]): Promise<{ out: string; err: string }> {
  const output = { out: '', err: '' };
  const gather = (to: 'out' | 'err') => (text: string | Uint8Array) => {
    output[to] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(gather('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(gather('err'));
  const program = new Command().option('--db <file>').option('--config <file>').option('--json');
  authorisation(program);
  const all = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: gather('err') });
    command.commands.forEach(all);
  };
  all(program);
  try {
    await program.parseAsync([...args, '--db', join(folder, 'test.db')], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return output;
}

const report = (...args: string[]) => run('authorisation', 'report', ...args);

async function refusal(...args: string[]): Promise<string> {
  const error = await report(...args).catch((cause: unknown) => cause);
  if (error instanceof FlowSieveError || error instanceof CommanderError) return error.message;
  throw error;
}

/** In force when the test runs. */
async function take(...changes: Fields[]): Promise<void> {
  const at = new Date(Date.now() - DAY_MS).toISOString();
  const entries = changes.map((one) =>
    changed(ENTRY, { first_seen: at, verifications: [verification(at)], ...one }),
  );
  const file = join(folder, 'list.json');
  writeFileSync(file, JSON.stringify(fileOf(changed(HEADER, { decided: at, ends: undefined }), entries)));
  await run('authorisation', 'import', file);
}

describe('what is written', () => {
  beforeEach(() => take({ tlp: 'CLEAR', block: true }, { address: '198.51.100.1' }));

  it.each(['changes', 'context-note', 'operator-request', 'block-list', 'alert'])('%s', async (kind) => {
    const markdown = await report(kind, REFERENCE, '--format', 'markdown');
    expect(markdown.out).toMatch(/^# .*\n\n- Marking: TLP:/);
    const json = await report(kind, REFERENCE, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ document: kind, authorisation: { reference: REFERENCE } });
  });

  it.each([
    ['markdown', /^SHA-256 of the lines above: ([0-9a-f]{64})$/],
    ['json', /^"sha256":"([0-9a-f]{64})"\}$/],
    ['plain', /^# SHA-256 of the lines above: ([0-9a-f]{64})$/],
    ['rpz', /^; SHA-256 of the lines above: ([0-9a-f]{64})$/],
  ])('ends with the SHA-256 of the lines before the last: %s', async (format, last) => {
    const { out } = await report('block-list', REFERENCE, '--format', format);
    const lines = out.trimEnd().split('\n');
    const before = `${lines.slice(0, -1).join('\n')}\n`;
    expect(lines.at(-1)?.match(last)?.[1]).toBe(createHash('sha256').update(before).digest('hex'));
  });

  it('into a file that is whole, and its owner’s alone', async () => {
    const file = join(folder, 'alert.md');
    expect((await report('alert', REFERENCE, '--out', file)).out).toBe('');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('| 203.0.113.7 | tcp | 443 |');
    await report('alert', REFERENCE, '--out', file, '--json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ document: 'alert' });
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('L16: what is not CLEAR is refused by name, and not in the alert', async () => {
    const { out, err } = await report('alert', REFERENCE);
    expect(err).toBe(
      'flowsieve: 198.51.100.1 is left out: tlp: "AMBER+STRICT": only CLEAR may be public (rule L16)\n',
    );
    expect(out).not.toContain('198.51.100.1');
  });

  it('as known before it was taken in: there is no such authorisation', async () => {
    const before = new Date(Date.now() - DAY_MS).toISOString();
    expect(await refusal('context-note', REFERENCE, '--as-known-at', before)).toMatch(
      /^there is no authorisation 002\/2026 as known at /,
    );
  });

  it('changes are told since the list was taken in, where nothing else is said', async () => {
    await take({ tlp: 'CLEAR', block: true }, { address: '198.51.100.2' });
    const { facts } = JSON.parse((await report('changes', REFERENCE, '--json')).out) as { facts: Fields };
    expect(facts).toMatchObject({ since: REFERENCE, listedBefore: 2, listedNow: 2, added: 1, withdrawn: 1 });
  });
});

describe('what is refused', () => {
  beforeEach(() => take({}));

  it.each<[args: string[], message: RegExp]>([
    [
      ['poem', REFERENCE],
      /'poem' is invalid for argument 'kind'\. Allowed choices are changes, context-note/,
    ],
    [['changes', '999/2026'], /^there is no authorisation 999\/2026/],
    [['changes', REFERENCE, '--since', '2999-01-01'], /^--since 2999-01-01T00:00:00\.000Z: must lie before /],
    [['changes', REFERENCE, '--since', 'yesterday'], /not a date/],
    [
      ['changes', REFERENCE, '--since-authorisation', 'X'],
      /^--since-authorisation X: there is no such authorisation$/,
    ],
    [['changes', REFERENCE, '--since', '2026-01-01', '--since-authorisation', 'X'], /not both$/],
    [['alert', REFERENCE, '--since', '2026-01-01'], /^--since is for changes, not for alert$/],
    [['alert', REFERENCE], /^002\/2026: nothing that is in force is marked TLP:CLEAR, .*\(rule L16\)$/],
    [['alert', REFERENCE, '--as-known-at', '2999-01-01'], /^--as-known-at .*: lies in the future$/],
    [['alert', REFERENCE, '--format', 'rpz'], /^--format rpz is for block-list, not for alert/],
    [
      ['operator-request', REFERENCE, '--operator', 'x'],
      /^--operator x: 002\/2026 names example-isp \(L1\)$/,
    ],
    [['register', REFERENCE], /^002\/2026: the regime nis2-csirt has no register kept \(I5\)$/],
    [
      ['register', 'intelligence-services/x'],
      /the registers of intelligence-services are intelligence-services\/requisitions/,
    ],
    [['register', 'somewhere'], /^somewhere is neither an authorisation nor a regime; there are the regimes/],
    [
      ['register', 'intelligence-services', '--month', '2026-13'],
      /^--month 2026-13: not a month such as 2026-07$/,
    ],
    [['changes', REFERENCE, '--out', '/nowhere/x.md'], /^\/nowhere\/x\.md: cannot be written \(ENOENT\)$/],
  ])('%j', async (args, message) => {
    expect(await refusal(...args)).toMatch(message);
  });

  it('what is refused leaves no file', async () => {
    const file = join(folder, 'alert.md');
    await refusal('alert', REFERENCE, '--out', file);
    expect(existsSync(file)).toBe(false);
  });

  it('a register of which nothing is kept yet is empty', async () => {
    const { out } = await report(
      'register',
      'intelligence-services/identifications',
      '--month',
      '2026-07',
      '--json',
    );
    expect(JSON.parse(out)).toMatchObject({
      facts: { month: '2026-07' },
      sections: [{ id: 'identifications', rows: [] }],
    });
  });
});
