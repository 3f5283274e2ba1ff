// `flowsieve notice`, as people and operators use it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changed, fileOf, HEADER, verification } from '../authority/fixture.ts';
import { flowsieve, lines, temporaryFolder, writeJson } from '../support/cli.ts';
import { HAS_OPENSSL } from '../tls/certificates.ts';
import { entry } from './fixture.ts';

const A = '203.0.113.7';

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly acknowledgedAtMs: number | null;
}

/** A list in force now, a drop folder for its operator. */
function prepared() {
  const folder = temporaryFolder();
  const drop = join(folder, 'drop');
  mkdirSync(drop);
  const verifications = [verification(new Date(Date.now() - 3_600_000).toISOString())];
  const header = changed(HEADER, { ends: undefined });
  const list = writeJson(folder, 'list.json', fileOf(header, [entry(A, { verifications })]));
  const config = join(folder, 'flowsieve.yaml');
  writeFileSync(
    config,
    'database: test.db\nnotices:\n  channels: [{channel: folder, operator: example-isp, path: drop}]\n',
  );
  const run = (...args: string[]) => flowsieve([...args, '--config', config]);
  expect(run('authorisation', 'import', list).status).toBe(0);
  const listed = () => lines<Listed>(run('notice', 'list', '--json').stdout);
  return { folder, drop, run, listed };
}

describe('flowsieve notice', () => {
  it('a revocation by command is raised, signed and delivered when the command returns (L10)', () => {
    const { folder, drop, run, listed } = prepared();
    const revoked = run('indicator', 'revoke', A, '--by', 'a.analyst', '--reason', 'sinkholed');
    expect(revoked).toMatchObject({ status: 0, stderr: '' });
    expect(listed()).toMatchObject([{ kind: 'revocation', state: 'delivered', acknowledgedAtMs: null }]);
    expect(statSync(join(folder, 'test.db-key.pem')).mode & 0o777).toBe(0o600);

    const publicKey = join(folder, 'public.pem');
    writeFileSync(publicKey, run('notice', 'key').stdout);
    const [name] = readdirSync(drop).filter((file) => file.endsWith('.json')) as [string];
    const file = join(drop, name);
    const verify = (...args: string[]) =>
      flowsieve(['notice', 'verify', file, '--public-key', publicKey, ...args]);
    expect(verify()).toMatchObject({ status: 0, stdout: expect.stringContaining('genuine') });
    const inBase64 = join(folder, 'signature.txt');
    writeFileSync(inBase64, `${readFileSync(`${file}.sig`).toString('base64')}\n`);
    expect(verify('--signature', inBase64).status).toBe(0);
    if (HAS_OPENSSL) {
      const args = ['pkeyutl', '-verify', '-pubin', '-inkey', publicKey, '-rawin', '-in', file];
      expect(spawnSync('openssl', [...args, '-sigfile', `${file}.sig`]).status).toBe(0);
    }
    const { id } = listed()[0]!;
    expect(run('notice', 'show', id, '--raw').stdout).toBe(readFileSync(file, 'utf8'));
    writeFileSync(file, readFileSync(file, 'utf8').replace('revocation', 'suspension'));
    expect(verify('--json')).toMatchObject({ status: 1, stdout: expect.stringContaining('"genuine":false') });
  });

  it('shows, acknowledges and lists what is open', () => {
    const { run, listed } = prepared();
    expect(run('notice', 'send')).toMatchObject({
      status: 0,
      stdout: 'notices: 1 raised, 1 delivered, 0 failed, 0 escalated\n',
    });
    const { id } = listed()[0]!;
    expect(run('notice', 'show', id).stdout).toMatch(
      /new indicators are in force \(rule L6\)[\s\S]*: delivered/,
    );
    expect(JSON.parse(run('notice', 'show', id, '--json').stdout)).toMatchObject({
      content: { indicators: [{ address: A }] },
      attempts: [{ attempt: 1, problem: null }],
    });
    const acknowledged = run(
      'notice',
      'acknowledge',
      id,
      '--operator',
      'example-isp',
      '--by',
      'noc',
      '--json',
    );
    expect(lines(acknowledged.stdout)).toMatchObject([
      { id, by: 'noc', isNew: true, latencyMs: expect.any(Number) },
    ]);
    expect(run('notice', 'list', '--open', '--json').stdout).toBe('');
    expect(run('notice', 'acknowledge', id, '--operator', 'other-isp')).toMatchObject({ status: 1 });
    expect(run('notice', 'show', 'notice--none')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no notice'),
    });
  });

  it('a change stands where its notices cannot be delivered, and the command says so', () => {
    const { drop, run, listed } = prepared();
    run('notice', 'send');
    execFileSync('rm', ['-r', drop]);
    const revoked = run('indicator', 'revoke', A, '--reason', 'sinkholed');
    expect(revoked.status).toBe(0);
    expect(revoked.stderr).toMatch(
      /^notice notice--.* for example-isp, folder .*: ENOENT.*: tried again later\n$/,
    );
    expect(listed()).toMatchObject([{ kind: 'new' }, { kind: 'revocation', state: 'due' }]);
    mkdirSync(drop);
    expect(run('notice', 'send', listed()[1]!.id).status).toBe(0);
    expect(listed()[1]).toMatchObject({ state: 'delivered' });
  });

  it('warns where an operator has no channel', () => {
    const { folder, run } = prepared();
    writeFileSync(join(folder, 'flowsieve.yaml'), 'database: test.db\n');
    expect(run('indicator', 'revoke', A, '--reason', 'sinkholed')).toMatchObject({
      status: 0,
      stderr: 'example-isp: a notice waits: the configuration has no channel to it (notices.channels)\n',
    });
  });

  it('config check tells of channels that cannot be used', () => {
    const { folder, run } = prepared();
    writeFileSync(join(folder, 'short.secret'), 'short\n');
    const hook =
      'channel: webhook, operator: example-isp, url: "https://isp.example/", secret_file: short.secret';
    writeFileSync(
      join(folder, 'flowsieve.yaml'),
      `notices:\n  channels: [{${hook}}, {channel: folder, operator: example-isp, path: none}]\n`,
    );
    const { status, stderr } = run('config', 'check');
    expect(status).toBe(2);
    expect(stderr).toMatch(/notices\.channels\[0\]\.secret_file: .*short\.secret: has less than 16 octets/);
    expect(stderr).toMatch(/notices\.channels\[1\]\.path: .*none: cannot be written to \(ENOENT\)/);
  });

  it('keeps every key that was ever in use', () => {
    const { folder, run } = prepared();
    const first = run('notice', 'key').stdout;
    expect(run('notice', 'key').stdout).toBe(first);
    execFileSync('mv', [join(folder, 'test.db-key.pem'), join(folder, 'old.pem')]);
    const second = run('notice', 'key').stdout;
    expect(second).not.toBe(first);
    const all = lines<{ keyId: string; publicKeyPem: string }>(run('notice', 'key', '--all').stdout);
    expect(all.map(({ publicKeyPem }) => publicKeyPem)).toEqual([first, second]);
  });
});
