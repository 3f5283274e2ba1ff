import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { openDatabase } from '../../src/store/database.ts';
import { countMatches } from '../../src/store/matches.ts';
import { flowsieve, temporaryFolder } from '../support/cli.ts';
import { writeDemoDatabase } from '../support/demo-list.ts';
import { CAPTURES, sums } from './fixture.ts';
import { Served } from './served.ts';

const capture = (name = 'softflowd-netflow9.pcap') => capturedDatagrams(join(CAPTURES, name));

function configure(folder: string, exporters: string): void {
  const listener = `{protocol: udp, host: 127.0.0.1, port: 0, operator: example-isp, retention_basis: lce-126-1, exporters: [${exporters}]}`;
  writeFileSync(
    join(folder, 'flowsieve.yaml'),
    `database: flows.db\nlisteners: [${listener}]\nhttp: {port: 0}\n`,
  );
}

function serve(exporters = '127.0.0.0/8', folder = temporaryFolder()): Served {
  configure(folder, exporters);
  writeDemoDatabase(join(folder, 'flows.db'));
  return new Served(folder);
}

function reading<T>(path: string, read: (db: ReturnType<typeof openDatabase>) => T): T {
  const db = openDatabase(path);
  try {
    return read(db);
  } finally {
    db.close();
  }
}

describe('flowsieve serve', () => {
  it('takes flows in, reloads at SIGHUP, and ends at SIGTERM with everything committed', async () => {
    const served = serve('127.0.0.5');
    const to = await served.to();
    expect(await served.get('/healthz')).toEqual({ status: 200, body: { alive: true } });
    expect(await served.get('/readyz')).toMatchObject({
      status: 200,
      body: { ready: true, list: { generation: 2 }, store: 'ok' },
    });
    expect((await served.get('/api/none')).status).toBe(404);
    await exportFrom('127.0.0.5', capture(), to);

    configure(served.folder, '127.0.0.5, 127.0.0.6');
    served.child.kill('SIGHUP');
    await served.log.next('configuration reloaded');
    await exportFrom('127.0.0.6', capture(), to);

    writeFileSync(join(served.folder, 'flowsieve.yaml'), 'listeners: [{protocol: udp, opperator: x}]');
    served.child.kill('SIGHUP');
    const { fields } = await served.log.next('the configuration is not taken over');
    expect(fields.reason).toMatch(/did you mean operator\?/);

    served.child.kill('SIGTERM');
    expect(await served.ended).toEqual([0, null]);
    expect(served.log.lines.at(-1)?.message).toBe('stopped');
    expect(reading(served.db, (db) => sums(db))).toMatchObject({
      records: 2 * 1612,
      matched: 2 * 498,
      refused: 0,
    });
  });

  it('writes no address of a flow into its log', async () => {
    const served = serve();
    const to = await served.to();
    await exportFrom('127.0.0.5', capture(), to);
    await exportFrom('127.0.0.5', [new Uint8Array(7), ...capture(), new Uint8Array([0, 9, 0, 1])], to);
    served.child.kill('SIGTERM');
    await served.ended;
    const text = JSON.stringify(served.log.lines);
    expect(text).toContain('shorter than');
    expect(text).not.toMatch(/192\.0\.2\.|203\.0\.113\.|198\.51\.100\.|2001:db8/);
  });

  it('keeps what was committed when it is killed, whole, and goes on from there', async () => {
    const served = serve();
    const to = await served.to();
    await exportFrom('127.0.0.5', capture(), to);
    await expect.poll(() => reading(served.db, (db) => sums(db).records), { interval: 50 }).toBe(1612);
    const sending = exportFrom('127.0.0.6', capture('nfprobe-netflow9.pcap'), to);
    await expect
      .poll(() => reading(served.db, (db) => sums(db).datagrams), { interval: 5 })
      .toBeGreaterThan(58);
    served.child.kill('SIGKILL');
    expect(await served.ended).toEqual([null, 'SIGKILL']);
    await sending;
    reading(served.db, (db) => {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(sums(db, '127.0.0.5')).toMatchObject({ records: 1612, matches: 498 });
      // The ledger and the matches are of the same commits.
      expect(countMatches(db)).toBe(sums(db).matches);
    });
    const next = new Served(served.folder);
    await exportFrom('127.0.0.7', capture(), await next.to());
    next.child.kill('SIGINT');
    expect(await next.ended).toEqual([0, null]);
    expect(reading(served.db, (db) => sums(db, '127.0.0.7'))).toMatchObject({ records: 1612, matched: 498 });
  });

  it('aborts at the second signal', async () => {
    const served = serve();
    const to = await served.to();
    await served.get('/readyz');
    // Another process writes: the last commit has to wait.
    const other = openDatabase(served.db);
    other.exec('BEGIN IMMEDIATE');
    await exportFrom('127.0.0.5', capture(), to);
    served.child.kill('SIGTERM');
    await served.log.next('stopping');
    served.child.kill('SIGTERM');
    expect((await served.ended)[0]).toBe(130);
    other.exec('COMMIT');
    other.close();
  });

  it('does not start without a listener, on a wrong configuration, or on an address that is taken', async () => {
    const folder = temporaryFolder();
    const db = join(folder, 'flows.db');
    const run = flowsieve(['serve', '--db', db]);
    expect(run).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('listeners: at least one is needed'),
    });
    const served = serve('127.0.0.0/8', folder);
    const { port } = await served.to();
    const file = join(folder, 'flowsieve.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('port: 0, op', `port: ${port}, op`).replace('flows.db', 'other.db'));
    const second = flowsieve(['serve', '--config', file]);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`cannot listen on 127.0.0.1 port ${port}, UDP`);
  });
});
