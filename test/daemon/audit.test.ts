// The audit log through the real daemon and command line: heads at intervals and on demand, put outside, and verified.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../src/store/sqlite.ts';
import { flowsieve, lines, temporaryFolder } from '../support/cli.ts';
import { writeDemoDatabase } from '../support/demo-list.ts';
import { Served } from './served.ts';

/** A database with lists, a configuration beside it, and a folder outside for heads. */
function prepared() {
  const folder = temporaryFolder();
  const outside = join(folder, 'outside');
  mkdirSync(outside);
  const listener =
    '{protocol: udp, host: 127.0.0.1, port: 0, operator: example-isp, retention_basis: lce-126-1, exporters: [127.0.0.0/8]}';
  writeFileSync(
    join(folder, 'flowsieve.yaml'),
    `database: flows.db\nlisteners: [${listener}]\nhttp: {port: 0}\naudit: {anchor_folder: outside}\n`,
  );
  writeDemoDatabase(join(folder, 'flows.db'));
  const run = (...args: string[]) =>
    flowsieve(['audit', ...args, '--config', join(folder, 'flowsieve.yaml')]);
  return { folder, outside, run };
}

describe('the daemon', () => {
  it('signs a head over what has happened, and puts it outside', async () => {
    const { folder, outside, run } = prepared();
    const served = new Served(folder);
    const { fields } = await served.log.next('tree head signed');
    expect(fields.events).toBeGreaterThan(1);
    served.child.kill('SIGTERM');
    expect(await served.ended).toEqual([0, null]);
    const [name] = readdirSync(outside) as [string];
    expect(name).toMatch(/^tree-head-\d{12}-\d+\.json$/);
    expect(JSON.parse(readFileSync(join(outside, name), 'utf8'))).toEqual(
      JSON.parse(run('head', '--json').stdout),
    );
    expect(run('verify', '--against', outside)).toMatchObject({ status: 0 });
  });

  it('says so when the log it would sign was changed, and signs nothing', async () => {
    const { folder, outside, run } = prepared();
    expect(run('head', '--sign').status).toBe(0);
    const db = new Sqlite(join(folder, 'flows.db'));
    db.exec('DROP TRIGGER eventsNoDelete; DELETE FROM events WHERE sequence > 1');
    db.close();
    const served = new Served(folder);
    const { fields } = await served.log.next('a periodic task failed');
    expect(fields).toMatchObject({ task: 'audit' });
    served.child.kill('SIGTERM');
    await served.ended;
    expect(readdirSync(outside)).toHaveLength(1);
  });
});

describe('flowsieve audit', () => {
  it('shows, signs, exports and proves; and verifies all of it with the public key alone', () => {
    const { folder, outside, run } = prepared();
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const head = run('head', '--sign', '--by', 'an.engineer', '--json');
    expect(run('head', '--sign', '--json').stdout).toBe(head.stdout);
    const { treeSize } = JSON.parse(head.stdout) as { treeSize: number };
    expect(run('show', '--action', 'audit', '--json').stdout).toContain('"actor":"an.engineer"');
    expect(lines(run('show', '--action', 'authorisation', '--limit', '1', '--json').stdout)).toHaveLength(1);

    const key = file('key.pem', run('key').stdout);
    const sound = run('verify', '--public-key', key, '--against', outside);
    expect(sound).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/1 signed heads, 1 from outside: nothing was/),
    });
    expect(JSON.parse(run('verify', '--json').stdout)).toMatchObject({
      sound: true,
      coveredTo: treeSize,
      faults: [],
    });

    const exported = file('log.ndjson', run('export').stdout);
    expect(flowsieve(['audit', 'verify', exported, '--public-key', key, '--against', outside]).status).toBe(
      0,
    );
    const proof = file('proof.json', run('prove', '1').stdout);
    expect(flowsieve(['audit', 'verify', proof, '--public-key', key]).status).toBe(0);

    const other = file('other.json', head.stdout.replace(/"timestampMs":\d/, '"timestampMs":2'));
    expect(run('verify', '--against', other)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/the outside head .* does not carry a valid signature/),
    });
    const edited = file(
      'edited.ndjson',
      readFileSync(exported, 'utf8').replace('"role":"analyst"', '"role":"auditor"'),
    );
    expect(flowsieve(['audit', 'verify', edited])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^event \d+ \(.*\) is not the one that was logged/),
    });
  });

  it('verifies the database itself, and ends with 1 where it was changed', () => {
    const { folder, run } = prepared();
    run('head', '--sign');
    const db = new Sqlite(join(folder, 'flows.db'));
    db.exec("DROP TRIGGER eventsNoUpdate; UPDATE events SET actor = 'nobody' WHERE sequence = 2");
    db.close();
    const verified = run('verify', '--json');
    expect(verified.status).toBe(1);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      sound: false,
      faultCount: 1,
      faults: [{ kind: 'edited', from: 2 }],
    });
  });

  it('says what it cannot do', () => {
    const { folder, run } = prepared();
    expect(run('head')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no tree head was signed yet/),
    });
    expect(run('verify', '--public-key', join(folder, 'flowsieve.yaml'))).toMatchObject({ status: 2 });
    expect(run('verify', join(folder, 'none')).stderr).toMatch(/none: ENOENT/);
    expect(run('verify', '--against', join(folder, 'flowsieve.yaml')).stderr).toMatch(
      /something else than signed/,
    );
  });
});
