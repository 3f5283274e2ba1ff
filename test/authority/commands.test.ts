// The commands, run in this process on a database of their own: output, exit status.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { register as authorisation } from '../../src/cli/authorisation.ts';
import { register as operator } from '../../src/cli/operator.ts';
import { changed, DAY_MS, ENTRY, type Fields, fileOf, HEADER, verification } from './fixture.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowsieve-commands-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

async function run(...args: readonly string[]): Promise<Run> {
  const output = { out: '', err: '' };
  const gather = (to: 'out' | 'err') => (text: string | Uint8Array) => {
    output[to] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(gather('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(gather('err'));
  process.exitCode = undefined;
  const program = new Command()
    .option('--db <file>')
    .option('--config <file>')
    .option('--json')
    .exitOverride();
  for (const register of [authorisation, operator]) register(program);
  try {
    await program.parseAsync([...args, '--db', join(folder, 'test.db')], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return { ...output, status: Number(process.exitCode ?? 0) };
}

/** In force when the test runs: decided and verified yesterday. */
function recent(changes: Fields = {}): Fields {
  const at = new Date(Date.now() - DAY_MS).toISOString();
  return changed(ENTRY, { first_seen: at, verifications: [verification(at)], ...changes });
}

function write(name: string, entries: readonly unknown[], header: Fields = {}): string {
  const path = join(folder, name);
  const decided = new Date(Date.now() - DAY_MS).toISOString();
  writeFileSync(path, stringify(fileOf(changed(HEADER, { decided, ends: undefined, ...header }), entries)));
  return path;
}

function json<T>(text: string): T {
  return JSON.parse(text) as T;
}

describe('authorisation import', () => {
  it('says what was taken in', async () => {
    const { out, err, status } = await run('authorisation', 'import', write('list.yaml', [recent()]));
    expect(out).toContain(
      'authorisation 002/2026, version 1: indicators: 1 added\noperators now known: example-isp\n',
    );
    expect([err, status]).toEqual(['', 0]);
  });

  it('ends with 3 where entries were refused, and names entry, line, field, value and rule', async () => {
    const path = write('list.yaml', [recent(), recent({ address: '198.51.100.1', country: 'XX' })]);
    const { out, err, status } = await run('authorisation', 'import', path);
    expect(status).toBe(3);
    expect(out).toContain('1 added, 1 refused');
    expect(err).toMatch(
      /list\.yaml: indicators\[1\] \(198\.51\.100\.1, line \d+\): country: "XX": .* \(rule L6\)\n$/,
    );
    const again = await run('authorisation', 'import', path, '--json');
    expect(again.status).toBe(3);
    expect(json(again.out)).toMatchObject({ changed: false, refused: 1 });
  });

  it('ends with 1 where a file was refused, and takes the others in', async () => {
    const bad = write('bad.yaml', [recent()], { operators: [] });
    const good = write('good.yaml', [recent()]);
    const { out, err, status } = await run(
      'authorisation',
      'import',
      bad,
      join(folder, 'none.yaml'),
      good,
      '--json',
    );
    expect(status).toBe(1);
    expect(err).toContain('authorisation.operators: []: is required');
    expect(err).toContain('none.yaml: cannot be read (ENOENT)');
    expect(json(out)).toMatchObject({ file: good, changed: true });
  });
});

describe('authorisation list and show', () => {
  beforeEach(async () => {
    const path = write('list.yaml', [
      recent(),
      recent({ address: '198.51.100.1', verifications: [] }),
      recent({ address: '2001:db8:c2::/48', 'basis.retention': 'lce-122' }),
    ]);
    await run('authorisation', 'import', path);
  });

  it('list counts what is in force', async () => {
    const { out } = await run('authorisation', 'list', '--json');
    expect(json(out)).toMatchObject({
      reference: '002/2026',
      indicators: 3,
      inForce: 1,
      operators: ['example-isp'],
    });
    expect((await run('authorisation', 'list')).out).toMatch(
      /002\/2026 +AUT-2026-00049 .* example-isp +3 +1 +1\n$/,
    );
  });

  it('show names for each indicator both windows, the rules, and what is in the way', async () => {
    const { out } = await run('authorisation', 'show', '002/2026');
    expect(out).toMatch(/203\.0\.113\.7 tcp port 443 +IN FORCE +indicator--/);
    expect(out).toMatch(/traffic +from +\S+Z +L3 +first seen/);
    expect(out).toMatch(
      /collection +from +\S+Z +L1 +the authorisation was decided\n +until +\S+Z +L9 +verification due/,
    );
    expect(out).toMatch(/198\.51\.100\.1 tcp port 443 +NOT IN FORCE \(proposed\)/);
    expect(out).toContain('not in force: L9: it has not been verified active');
    expect(out).toContain('not in force: L3: the operator has not declared how long');
    expect(out).toContain('1 of 3 indicators in force\n');
  });

  it('show --json is one object, of one indicator where one is named by its id or address', async () => {
    type Shown = {
      indicators: { id: string; address: string; inForce: boolean; state: string; effectiveFromMs: number }[];
    };
    const all = json<Shown>((await run('authorisation', 'show', '002/2026', '--json')).out);
    expect(all.indicators.map(({ inForce }) => inForce).sort()).toEqual([false, false, true]);
    for (const name of [
      '203.0.113.7',
      '::ffff:203.0.113.7',
      all.indicators.find(({ inForce }) => inForce)?.id ?? '',
    ]) {
      const one = json<Shown>(
        (await run('authorisation', 'show', '002/2026', '--json', '--indicator', name)).out,
      );
      expect(one.indicators).toMatchObject([{ address: '203.0.113.7', state: 'active' }]);
    }
  });

  it('what does not exist is said to', async () => {
    await expect(run('authorisation', 'show', '003/2026')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(run('authorisation', 'show', '002/2026', '--indicator', '192.0.2.1')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('operator add --retention puts in force what waited for it', async () => {
    await run(
      'operator',
      'add',
      'example-isp',
      '--retention',
      'lce-122=P6M',
      'lce-126-1=P9M',
      '--name',
      'Example ISP',
    );
    expect(json((await run('authorisation', 'list', '--json')).out)).toMatchObject({ inForce: 2 });
    expect(json((await run('operator', 'list', '--json')).out)).toMatchObject({
      id: 'example-isp',
      name: 'Example ISP',
      retention: { 'lce-122': 'P6M', 'lce-126-1': 'P9M' },
    });
    expect((await run('operator', 'list')).out).toContain('lce-122=P6M lce-126-1=P9M');
  });
});

describe('operator add refuses', () => {
  it.each([
    ['an unknown basis', 'lce-121=P6M', 'there is no basis lce-121: did you mean lce-122?'],
    ['a term that no zone has', 'lce-126-1=P3M', 'one of P12M, P9M, P6M'],
    ['no duration', 'lce-122=6 months', 'not a duration'],
    ['no term', 'lce-122', 'BASIS=TERM'],
  ])('%s', async (_, term, message) => {
    await expect(run('operator', 'add', 'an-isp', '--retention', term)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    });
  });

  it('an id that is none', async () => {
    await expect(run('operator', 'add', 'an isp')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
