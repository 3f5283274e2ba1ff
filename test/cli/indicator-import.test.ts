// From a feed to a match, by the commands: proposed, completed, analysed, verified, revoked, and proposed anew.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../authority/fixture.ts';
import { C2, Commands, FLOWS, onlyC2 } from './commands.ts';

const SAMPLES = join(import.meta.dirname, '../authority/importers/samples');

class Feeds extends Commands {
  readonly reference: string;

  /** The authorisation of the demonstration, with a server listed whose flows are not in the capture. */
  constructor() {
    super();
    this.reference = this.importList((entry) => onlyC2(entry) && { ...entry, address: '198.51.100.99' });
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  take(from: string, file: string, ...rest: readonly string[]) {
    return this.run('indicator', 'import', '--from', from, file, '--authorisation', this.reference, ...rest);
  }
}

function settings(more: Fields = {}): string[] {
  const said: Fields = {
    first_seen: new Date(Date.now() - 200 * 86_400_000).toISOString(),
    first_seen_event: 'a sample was seen to speak with it',
    country: 'NL',
    'threat.activity': 'espionage',
    'threat.kind': 'serious-public-security-threat',
    'threat.relation': 'actor-or-means',
    'threat.description': 'operates it',
    'basis.retention': 'lce-126-1',
    'basis.access': 'lce-127-1-2-2',
    'basis.task': 'nis2-21-2-2',
    ...more,
  };
  return Object.entries(said).flatMap(([field, value]) => ['--set', `${field}=${value}`]);
}

describe('a feed', () => {
  it('proposes; people complete, analyse and verify; then it matches, and revoked it does not come back', () => {
    const feeds = new Feeds();
    const list = feeds.file('list.csv', `ip,port\n${C2},443\n`);
    const taken = feeds.take(
      'csv',
      list,
      '--source',
      'partner-a',
      '--reliability',
      'B',
      '--credibility',
      '2',
    );
    expect(taken).toMatchObject({ status: 0 });
    expect(taken.stdout).toContain(
      `authorisation ${feeds.reference}: 1 taken, 0 merged, 0 unchanged, 0 refused`,
    );
    expect(taken.stdout).toMatch(/of 1: first_seen: is required: .*\(D5\) \(rule L2\)/);
    expect(feeds.json('indicator', 'list').filter(({ address }) => address === C2)).toMatchObject([
      { state: 'proposed', inForce: false },
    ]);
    expect(feeds.done('indicator', 'complete', C2)).toMatch(/: draft; .*\n {2}partner-a \(B2\)\nmissing:\n/s);
    expect(feeds.replay().matched).toBe(0);

    const done = feeds.done(
      'indicator',
      'complete',
      C2,
      '--by',
      'a.analyst',
      '--reason',
      'seen',
      ...settings(),
    );
    expect(done).toContain('complete, version 1 of the indicator');
    expect(feeds.replay().matched).toBe(0);
    const method = ['--method', 'protocol handshake'];
    for (const by of ['a.analyst', 'b.analyst'])
      feeds.done('indicator', 'analyse', C2, '--by', by, '--outcome', 'confirmed', ...method);
    expect(feeds.replay().matched).toBe(0);
    feeds.done('indicator', 'verify', C2, '--by', 'a.analyst', '--outcome', 'active', ...method);
    expect(feeds.replay()).toMatchObject({ matched: FLOWS, newMatches: FLOWS });

    // A feed that has it still changes nothing of it.
    expect(feeds.take('csv', list, '--source', 'partner-b').stdout).toContain('0 taken, 1 merged');
    expect(feeds.replay()).toMatchObject({ matched: FLOWS });

    feeds.done('indicator', 'revoke', C2, '--by', 'a.head', '--reason', 'seized');
    expect(feeds.take('csv', list, '--source', 'partner-a').stdout).toContain('1 came back');
    expect(feeds.replay().matched).toBe(0);
    expect(
      feeds
        .json('indicator', 'list')
        .filter(({ address }) => address === C2)
        .map(({ state }) => state),
    ).toEqual(expect.arrayContaining(['revoked', 'proposed']));
  });
});

describe('indicator import', () => {
  it('ends with 3 where anything was refused, and says each on standard error', () => {
    const feeds = new Feeds();
    const { status, stdout, stderr } = feeds.take('feodo', join(SAMPLES, 'feodo.csv'));
    expect(status).toBe(3);
    expect(stdout).toContain('6 entries, 4 refused\n');
    expect(stderr).toMatch(/feodo\.csv: line 12: dst_ip: "010\.51\.100\.22": a part with a leading zero/);
  });

  it('of very many refusals the first are said, and the reasons of all counted', () => {
    const feeds = new Feeds();
    const { stderr } = feeds.take('text', feeds.file('bad.txt', 'c2.example\n'.repeat(500)));
    expect(stderr.split('\n').filter((line) => line.includes('bad.txt: line'))).toHaveLength(100);
    expect(stderr).toMatch(/400 more refused; those of all by reason:\n {2}500 {2}address: a host name/);
  });

  it('ends with 1 where a file cannot be read as a whole, and the others are taken', () => {
    const feeds = new Feeds();
    const sound = feeds.file('sound.json', '[{"ip_address": "203.0.113.77", "port": 443}]');
    const broken = feeds.file('broken.json', '[{"ip_address": "203.0.113.7",\n "port": }]');
    const { status, stdout, stderr } = feeds.take('feodo', broken, sound, join(feeds.folder, 'none.json'));
    expect(status).toBe(1);
    expect(stdout).toContain('1 taken');
    expect(stderr).toContain('broken.json: malformed JSON at line 2, column 10: expected a value');
    expect(stderr).toContain('none.json: cannot be read (ENOENT)');
    expect(feeds.take('stix', broken)).toMatchObject({ status: 1, stdout: '' });
  });

  it('gives one object as JSON, tried dry too', () => {
    const feeds = new Feeds();
    const { status, stdout } = feeds.take('stix', join(SAMPLES, 'bundle.json'), '--dry-run', '--json');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      taken: 5,
      refused: 11,
      outdated: 1,
      files: [{ entries: 15, refused: 11 }],
      missing: expect.arrayContaining([
        expect.objectContaining({ field: 'country', rule: 'L6', proposals: 5 }),
      ]),
    });
    expect(feeds.json('indicator', 'list').some(({ address }) => address === '203.0.113.14')).toBe(false);
  });

  it('L21: what is on a hard warning list, or wide, is said to be blocked', () => {
    const feeds = new Feeds();
    const { stderr } = feeds.take('text', feeds.file('list.txt', '127.0.0.1\n203.0.112.0/22\n'));
    expect(stderr).toMatch(
      /127\.0\.0\.1: BLOCKED until two people override \(L21\): it is on the hard warning list/,
    );
    expect(stderr).toContain('203.0.112.0/22: BLOCKED until two people override (L21)');
    expect(feeds.done('indicator', 'show', '203.0.112.0/22')).toMatch(/hit +prefix: hard/);
  });

  it.each([
    [['--from', 'rss'], /Allowed choices are stix, misp/],
    [['--from', 'text', '--reliability', 'G'], /A \(always reliable\)/],
    [['--from', 'text', '--credibility', '0'], /1 \(confirmed\)/],
    [['--from', 'text', '--set', 'contry=NL'], /did you mean country\?/],
    [['--from', 'text', '--columns', 'address=x'], /goes with --from csv/],
    [['--from', 'text', '--by', ' '], /--by: must not be empty/],
  ])('%s is wrong usage', (args, message) => {
    const feeds = new Commands();
    const run = feeds.run('indicator', 'import', ...args, 'x.txt', '--authorisation', '1/2026');
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(message);
  });

  it('of an authorisation that is not known fails', () => {
    const feeds = new Feeds();
    const { status, stderr } = feeds.run(
      ...[
        'indicator',
        'import',
        '--from',
        'text',
        feeds.file('a.txt', '203.0.113.7'),
        '--authorisation',
        '9/2026',
      ],
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is no authorisation 9/2026')]);
  });
});
