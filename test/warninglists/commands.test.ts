// The commands about warning lists, and what it takes to list an address in spite of one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { register as authorisation } from '../../src/cli/authorisation.ts';
import { register as indicator } from '../../src/cli/indicator.ts';
import { register as warninglist } from '../../src/cli/warninglist.ts';
import { changed, DAY_MS, type Fields, fileOf, HEADER, verification } from '../authority/fixture.ts';

import { lines, temporaryFolder } from '../support/cli.ts';
import { type InProcessRun, runInProcess } from '../support/in-process.ts';
import { entry, folderOf, list, NAME } from './fixture.ts';

const RESOLVER = '9.9.9.9';
const RESOLVERS = 'Well-known public DNS resolvers';

let folder: string;
let config: string;

beforeEach(() => {
  folder = temporaryFolder();
  config = join(folder, 'flowsieve.yaml');
  writeFileSync(config, 'warning_lists: {on_authorised: block}\n');
});

function run(...args: readonly string[]): Promise<InProcessRun> {
  return runInProcess([authorisation, indicator, warninglist], join(folder, 'test.db'), args);
}

/** In force now, but for what warning lists do. */
async function imported(...addresses: readonly string[]): Promise<InProcessRun> {
  const at = new Date(Date.now() - DAY_MS).toISOString();
  const now = { first_seen: at, verifications: [verification(at)] };
  const file = join(folder, 'list.json');
  const header: Fields = changed(HEADER, { decided: at, ends: undefined });
  const entries = addresses.map((address) => entry(address, now));
  writeFileSync(file, JSON.stringify(fileOf(header, entries)));
  return run('authorisation', 'import', file, '--by', 'a.analyst');
}

/** State by address. */
async function states(...options: readonly string[]): Promise<Record<string, string>> {
  const { out } = await run('indicator', 'list', '--json', ...options);
  return Object.fromEntries(
    lines<{ address: string; state: string }>(out).map(({ address, state }) => [address, state]),
  );
}

const override = (by: string, ...options: readonly string[]): Promise<InProcessRun> =>
  run('indicator', 'override', RESOLVER, '--by', by, '--reason', 'see ticket 1234', ...options);

describe('authorisation import', () => {
  it('warns of hard lists on standard error, of soft ones in its report; nothing is refused', async () => {
    const { out, err, status } = await imported(RESOLVER, '203.0.113.7');
    expect(err).toMatch(
      /list\.json: indicators\[0\] \(9\.9\.9\.9\): warning: on the hard warning list Well-known public DNS resolvers, version \d+\n/,
    );
    expect(out).toContain('warning: on soft warning lists: Documentation addresses: 1\n');
    expect(status).toBe(0);
    expect(await states()).toEqual({ [RESOLVER]: 'active', '203.0.113.7': 'active' });
  });
});

describe('L21: an address on a hard warning list', () => {
  it('is blocked where the settings say so, until two different people override', async () => {
    await imported(RESOLVER);
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'suspended' });
    expect((await override('a.head')).status).toBe(0);
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'suspended' });
    const again = await override('A.Head ');
    expect(again).toMatchObject({
      status: 1,
      err: expect.stringContaining('it takes another person (rule L21)'),
    });
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'suspended' });
    expect((await override('b.head')).status).toBe(0);
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'active' });
  });

  it('needs overriding again where another list meets it later, and not where the same does', async () => {
    await imported(RESOLVER);
    await override('a.head');
    await override('b.head');
    const one = folderOf({
      'one.json': list({ name: RESOLVERS, version: 99_991_231, list: ['9.9.9.0/24'] }),
    });
    await run('warninglist', 'update', '--from', one);
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'active' });
    const other = folderOf({ 'other.json': list({ list: ['9.9.9.0/24'] }) });
    const { out } = await run('warninglist', 'update', '--from', other, '--hard', NAME);
    expect(out).toContain(`${RESOLVER} (002/2026, indicator--`);
    expect(out).toContain(`on ${NAME}, version 1: matches all the same: look whether`);
    expect(out).toContain('checked 1 indicators and proposals: 1 new hard hits, 0 new soft hits, 0 gone\n');
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'suspended' });
    await override('a.head', '--cause', `warninglist:${NAME}`);
    await override('b.head', '--cause', `warninglist:${NAME}`);
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'active' });
  });

  it('is free again once the list meets it no more', async () => {
    await imported(RESOLVER);
    const without = folderOf({
      'one.json': list({ name: RESOLVERS, version: 99_991_231, list: ['9.9.9.8'] }),
    });
    const { out } = await run('warninglist', 'update', '--from', without);
    expect(out).toContain('0 new hard hits, 0 new soft hits, 1 gone\n');
    expect(await states('--config', config)).toEqual({ [RESOLVER]: 'active' });
  });
});

const SETTINGS = {
  first_seen_event: 'the panel was served from there',
  ...{ country: 'NL', 'threat.activity': 'espionage', 'threat.kind': 'serious-public-security-threat' },
  ...{ 'threat.relation': 'actor-or-means', 'threat.description': 'operates its tool through this server' },
  ...{ 'basis.retention': 'lce-126-1', 'basis.access': 'lce-127-1-2-2', 'basis.task': 'nis2-21-2-2' },
};

/** What a feed proposes, complete, analysed and verified: in force, but for what warning lists do. */
async function proposed(address: string): Promise<void> {
  await imported();
  const feed = join(folder, 'feed.txt');
  writeFileSync(feed, `${address}\n`);
  const at = new Date(Date.now() - DAY_MS).toISOString();
  const set = Object.entries({ ...SETTINGS, first_seen: at }).flatMap(([field, value]) => [
    '--set',
    `${field}=${value}`,
  ]);
  const from = ['--from', 'text', '--authorisation', '002/2026', '--source', 'partner-a'];
  const rating = ['--reliability', 'B', '--credibility', '2'];
  await run('indicator', 'import', feed, ...from, ...rating, ...set);
  const finding = ['--method', 'handshake', '--outcome'];
  await run('indicator', 'analyse', address, '--by', 'a.analyst', ...finding, 'confirmed');
  await run('indicator', 'analyse', address, '--by', 'b.analyst', ...finding, 'confirmed');
  await run('indicator', 'verify', address, '--by', 'a.analyst', ...finding, 'active');
}

describe('L21: a proposal on a hard warning list', () => {
  it('is blocked whatever the settings, until two different people override', async () => {
    await proposed(RESOLVER);
    expect(await states()).not.toEqual({ [RESOLVER]: 'active' });
    await override('a.head');
    expect((await override('a.head')).status).toBe(1);
    expect(await states()).not.toEqual({ [RESOLVER]: 'active' });
    await override('b.head');
    expect(await states()).toEqual({ [RESOLVER]: 'active' });
  });

  it('that was in force is blocked by an update, and told of', async () => {
    await proposed('62.235.1.1');
    expect(await states()).toEqual({ '62.235.1.1': 'active' });
    const from = folderOf({ 'one.json': list({ list: ['62.235.0.0/16'] }) });
    const { out } = await run('warninglist', 'update', '--from', from, '--hard', NAME);
    expect(out).toContain(`on ${NAME}, version 1: matches nothing until two people override\n`);
    expect(await states()).toEqual({ '62.235.1.1': 'suspended' });
  });

  it('on a soft one is warned about, and in force', async () => {
    await proposed('203.0.113.7');
    expect(await states()).toEqual({ '203.0.113.7': 'active' });
  });

  it('is checked while it is a draft, too', async () => {
    await imported();
    writeFileSync(join(folder, 'feed.txt'), '62.235.1.1\n');
    await run(
      'indicator',
      'import',
      join(folder, 'feed.txt'),
      '--from',
      'text',
      '--authorisation',
      '002/2026',
    );
    const from = folderOf({ 'one.json': list({ list: ['62.235.1.1'] }) });
    const { out } = await run('warninglist', 'update', '--from', from, '--hard', NAME, '--json');
    expect(lines(out)).toContainEqual(
      expect.objectContaining({ what: 'hit', address: '62.235.1.1', origin: 'draft', severity: 'hard' }),
    );
  });
});

describe('warninglist update', () => {
  it('refuses a bad file alone, says why, and ends with 3', async () => {
    const from = folderOf({
      'lists/a/list.json': list(),
      'lists/b/list.json': list({ name: 'Another', version: 'one' }),
    });
    const { out, err, status } = await run('warninglist', 'update', '--from', from);
    expect(err).toBe('lists/b/list.json: refused: version: "one": must be a whole number, 0 or more\n');
    expect(out).toContain(`${NAME}: added: version 1, soft, 2 entries\n`);
    expect(out).toContain('1 added, 0 changed, 0 unchanged, 0 not about addresses, 1 refused\n');
    expect(status).toBe(3);
  });

  it('needs a reason to make a list soft', async () => {
    const soft = ['warninglist', 'update', '--soft', RESOLVERS];
    expect(await run(...soft)).toMatchObject({
      status: 2,
      err: expect.stringContaining('--soft needs --reason'),
    });
    expect((await run(...soft, '--reason', 'we watch resolvers')).out).toContain(`${RESOLVERS}: changed: `);
    expect(await run(...soft, '--hard', RESOLVERS, '--reason', 'x')).toMatchObject({ status: 2 });
  });

  it('gives lists, hits and a count as JSON', async () => {
    await imported(RESOLVER, '8.8.4.5');
    const from = folderOf({ 'one.json': list({ list: ['8.8.4.5'] }) });
    const found = lines((await run('warninglist', 'update', '--from', from, '--json')).out);
    expect(found).toMatchObject([
      { what: 'list', file: 'one.json', name: NAME, outcome: 'added', faults: [] },
      {
        what: 'hit',
        address: '8.8.4.5',
        authorisation: '002/2026',
        origin: 'file',
        list: NAME,
        severity: 'soft',
      },
      { what: 'checked', indicators: 2 },
    ]);
  });
});

describe('warninglist list and check', () => {
  it('show what is in use, and which lists an address meets', async () => {
    const from = folderOf({ 'one.json': list() });
    await run('warninglist', 'update', '--from', from, '--by', 'an.engineer');
    const listed = lines((await run('warninglist', 'list', '--json')).out);
    expect(listed).toContainEqual(
      expect.objectContaining({ name: NAME, recordedBy: 'an.engineer', entries: 2 }),
    );
    expect(listed).toContainEqual(
      expect.objectContaining({ name: RESOLVERS, recordedBy: null, severity: 'hard' }),
    );
    expect((await run('warninglist', 'list')).out).toMatch(/Root DNS servers +\d+ +hard +26 +the program/);
    const checked = await run('warninglist', 'check', '203.0.113.9', '62.235.1.1');
    expect(checked.out.split('\n')).toEqual([
      `203.0.113.9: soft: ${NAME}, version 1`,
      expect.stringMatching(/^203\.0\.113\.9: soft: Documentation addresses, version \d+$/),
      '62.235.1.1: on no list',
      '',
    ]);
    expect(await run('warninglist', 'check', '010.0.0.1')).toMatchObject({ status: 2 });
  });
});
