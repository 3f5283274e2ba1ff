import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { temporaryFolder } from '../support/cli.ts';
import { CAPTURES, startDaemon, sums, udp } from './fixture.ts';

/** softflowd repeats its templates every 16 datagrams: the second part begins without. */
const DATAGRAMS = [...capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap'))];
const TEMPLATES_EVERY = 16;
const SPLIT = 20;
const RECORDS = 1612;

/** One that was free a moment ago: the listener must come back on the same. */
async function freePort(): Promise<number> {
  const { daemon, to } = await startDaemon({ withoutList: true });
  const { port } = to();
  await daemon.stop();
  return port;
}

describe('a daemon that is restarted in mid-stream', () => {
  it('decodes without waiting for templates, and loses nothing that was delivered', async () => {
    const folder = temporaryFolder();
    const listeners = [udp({ port: await freePort() })];
    const first = await startDaemon({ folder, listeners });
    await exportFrom('127.0.0.5', DATAGRAMS.slice(0, SPLIT), first.to());
    await first.daemon.stop();
    const second = await startDaemon({ folder, listeners });
    await exportFrom('127.0.0.5', DATAGRAMS.slice(SPLIT), second.to());
    await second.daemon.stop();
    expect(sums(second.db)).toMatchObject({
      datagrams: DATAGRAMS.length,
      records: RECORDS,
      matched: 498,
      early: 0,
    });
  });

  it('keeps templates in a file for its owner alone, with no address of a flow', async () => {
    const { daemon, options, to } = await startDaemon();
    await exportFrom('127.0.0.5', DATAGRAMS, to());
    await daemon.stop();
    expect(statSync(options.templateFile).mode & 0o777).toBe(0o600);
    const text = readFileSync(options.templateFile, 'utf8');
    expect(text.match(/\d+\.\d+\.\d+\.\d+/g)).toEqual(['127.0.0.1', '127.0.0.5']);
    expect(existsSync(`${options.templateFile}.new`)).toBe(false);
  });

  it.each([
    ['', 'no JSON'],
    ['{"flowsieveListeners": 1, "listeners": {"udp 127.0.0.1:0 x y": {"exporters": 7}}}', 'no snapshot'],
    ['{"flowsieveListeners": 2, "listeners": {}}', 'of another version'],
    ['[]', 'no object'],
  ])('sets a file aside that it cannot use: %j, %s', async (content) => {
    const folder = temporaryFolder();
    const templateFile = join(folder, 'templates.json');
    writeFileSync(templateFile, content);
    const { daemon, db, log, to } = await startDaemon({ folder, templateFile });
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringContaining('the templates of the last run'),
      }),
    );
    expect(readFileSync(`${templateFile}.unusable`, 'utf8')).toBe(content);
    await exportFrom('127.0.0.5', DATAGRAMS, to());
    await daemon.stop();
    expect(sums(db).records).toBe(RECORDS);
  });
});

describe('a daemon that stops', () => {
  it('commits what lay in its socket, and may be stopped again', async () => {
    const { daemon, db, to } = await startDaemon({ flushAfterMs: 10_000 });
    await exportFrom('127.0.0.5', DATAGRAMS, to());
    expect(await Promise.all([daemon.stop(), daemon.stop()])).toEqual([true, true]);
    expect(await daemon.stop()).toBe(true);
    expect(sums(db).records).toBe(RECORDS);
    expect(daemon.health.ready).toBe(false);
  });

  it('counts the sets whose template never came', async () => {
    const { daemon, db, to } = await startDaemon();
    await exportFrom('127.0.0.5', DATAGRAMS.slice(1, TEMPLATES_EVERY), to());
    await daemon.stop();
    const { early, earlyDropped, records } = sums(db);
    expect(records).toBe(0);
    expect(early).toBeGreaterThan(0);
    expect(earlyDropped).toBe(early);
  });
});
