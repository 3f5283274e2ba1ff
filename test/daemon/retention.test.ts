// Retention beside the real daemon: what is due goes while flows come in, and no event ever names a victim.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { CAPTURES, flowsieve, lines, temporaryFolder } from '../support/cli.ts';
import { DEMO_SCOPE, writeDemoDatabase } from '../support/demo-list.ts';
import { Served } from './served.ts';

function prepared() {
  const folder = temporaryFolder();
  const listener =
    '{protocol: udp, host: 127.0.0.1, port: 0, operator: example-isp, retention_basis: lce-126-1, exporters: [127.0.0.0/8]}';
  writeFileSync(
    join(folder, 'flowsieve.yaml'),
    `database: flows.db\nlisteners: [${listener}]\nhttp: {port: 0}\n`,
  );
  const config = join(folder, 'flowsieve.yaml');
  const run = (...args: string[]) => flowsieve([...args, '--config', config]);
  writeDemoDatabase(join(folder, 'flows.db'));
  return { folder, run };
}

interface Read {
  readonly victim: string;
  readonly authorisation: string;
}

/** Files beside the database that the program wrote. */
function written(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.startsWith('flows.db'));
  return names.map((name) => readFileSync(join(folder, name)).toString('latin1')).join('');
}

describe('the daemon', () => {
  it('erases what is due from every byte, and takes flows in meanwhile', async () => {
    const { folder, run } = prepared();
    const capture = join(CAPTURES, 'softflowd-netflow9.pcap');
    expect(run('replay', capture, '--quiet', ...DEMO_SCOPE).status).toBe(0);
    const read = lines<Read>(run('matches', '--json', '--purpose', 'test').stdout);
    const victims = [...new Set(read.map(({ victim }) => victim))];
    expect(victims.length).toBeGreaterThan(0);
    const present = victims.filter((victim) => written(folder).includes(victim));
    expect(present).toEqual(victims);
    for (const reference of new Set(read.map(({ authorisation }) => authorisation))) {
      run('investigation', 'close', '--authorisation', reference, '--by', 'a.head', '--reason', 'all warned');
    }

    const served = new Served(folder);
    const to = await served.to();
    const { fields } = await served.log.next('matches erased');
    expect(fields.matches).toBe(read.length);
    await exportFrom('127.0.0.5', capturedDatagrams(capture), to);
    served.child.kill('SIGTERM');
    expect(await served.ended).toEqual([0, null]);
    // What came in after the closing keeps a term of its own.
    expect(lines(run('matches', '--json', '--purpose', 'test').stdout).length).toBeGreaterThan(0);
    expect(run('ledger', '--by', 'operator').status).toBe(0);
  });
});

describe('L22: the audit log of a whole run', () => {
  it('names no victim: import, replay, readings, sequester, destruction, backup, purge, subject', () => {
    const { folder, run } = prepared();
    run('replay', join(CAPTURES, 'softflowd-netflow9.pcap'), '--quiet', ...DEMO_SCOPE);
    const read = lines<Read & { c2: string }>(run('matches', '--json', '--purpose', 'test').stdout);
    const listed = new Set(read.map(({ c2 }) => c2));
    const victims = [...new Set(read.map(({ victim }) => victim))].filter((victim) => !listed.has(victim));
    const victim = victims[0] as string;
    const reference = read[0]?.authorisation as string;
    run('victims', 'show', victim, '--purpose', `about ${victim}`);
    run('subject', '--ip', victim, '--purpose', `request of ${victim}`);
    run('sequester', 'place', '--authorisation', reference, '--by', 'a.head', '--reason', 'order');
    for (const by of ['a.head', 'b.head'])
      run('sequester', 'destroy', '--authorisation', reference, '--by', by, '--reason', 'order');
    run('backup', join(folder, 'copy.db'));
    run('purge');
    const shown = run('audit', 'export').stdout;
    const actions = new Set(lines<{ action?: string }>(shown).map(({ action }) => action));
    for (const action of ['consultation.record', 'sequester.place', 'matches.destroy', 'backup.create']) {
      expect(actions).toContain(action);
    }
    expect(
      victims.filter((address) => shown.includes(`"${address}"`) || shown.includes(` ${address}`)),
    ).toEqual([]);
    expect(run('audit', 'verify').status).toBe(0);
  });
});
