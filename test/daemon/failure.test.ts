// Fail closed: without a list or a store nothing is taken in, which is counted and said, and ends when the cause does.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { openDatabase } from '../../src/store/database.ts';
import { countMatches } from '../../src/store/matches.ts';
import { CAPTURES, startDaemon, sums } from './fixture.ts';

const capture = () => capturedDatagrams(join(CAPTURES, 'softflowd-netflow5.pcap'));
const DATAGRAMS = 42;
const RECORDS = 1252;
const MATCHED = 370;

describe('a store that refuses to write', () => {
  it('closes the intake, and nothing that was judged before is lost', async () => {
    const { daemon, db, log, to } = await startDaemon();
    expect(daemon.health).toMatchObject({ ready: true, store: 'ok' });
    db.pragma('query_only = ON');
    await exportFrom('127.0.0.5', capture(), to());
    const { level, fields } = await log.next('the store cannot write');
    expect([level, fields.reason]).toEqual(['error', expect.stringContaining('read-only')]);
    expect(daemon.health).toMatchObject({ ready: false, store: { problem: fields.reason } });

    await exportFrom('127.0.0.6', capture(), to());
    db.pragma('query_only = OFF');
    await log.next('the obstacle is gone');
    await exportFrom('127.0.0.7', capture(), to());
    expect(await daemon.stop()).toBe(true);
    expect(sums(db, '127.0.0.7')).toMatchObject({ records: RECORDS, matched: MATCHED, notTaken: 0 });
    const { datagrams, notTaken, records } = sums(db);
    expect(datagrams + notTaken).toBe(3 * DATAGRAMS);
    expect(records % RECORDS === 0 || notTaken > 0).toBe(true);
  });

  it('says at the end that something is lost', async () => {
    const { daemon, db, to } = await startDaemon();
    db.pragma('query_only = ON');
    await exportFrom('127.0.0.5', capture(), to());
    expect(await daemon.stop()).toBe(false);
  });
});

describe('another process that writes for a while', () => {
  it('is waited for, and nothing is lost', async () => {
    const { daemon, db, folder, log, to } = await startDaemon();
    const other = openDatabase(join(folder, 'flows.db'));
    other.exec('BEGIN IMMEDIATE');
    await exportFrom('127.0.0.5', capture(), to());
    const { level, fields } = await log.next('another process is writing');
    expect([level, fields]).toEqual(['warn', { waitingMatches: MATCHED }]);
    expect(daemon.health.ready).toBe(true);
    await exportFrom('127.0.0.6', capture(), to());
    other.exec('COMMIT');
    await expect
      .poll(() => sums(db))
      .toMatchObject({ records: 2 * RECORDS, matched: 2 * MATCHED, notTaken: 0 });
    other.close();
    expect(await daemon.stop()).toBe(true);
    expect(log.lines.filter(({ level: of }) => of === 'error')).toEqual([]);
  });

  it('is waited for at the end, too', async () => {
    const { daemon, db, folder, log, to } = await startDaemon();
    const other = openDatabase(join(folder, 'flows.db'));
    other.exec('BEGIN IMMEDIATE');
    await exportFrom('127.0.0.5', capture(), to());
    const stopping = daemon.stop();
    // The commit of the end is refused at least once before the other is done.
    await new Promise((resolve) => setImmediate(resolve));
    other.exec('COMMIT');
    other.close();
    expect(await stopping).toBe(true);
    expect(sums(db)).toMatchObject({ records: RECORDS, matched: MATCHED, notTaken: 0 });
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a list that cannot be renewed', () => {
  it('stops matching until it can', async () => {
    const { daemon, db, log, to } = await startDaemon();
    db.exec('ALTER TABLE authorityState RENAME TO hidden');
    await log.next('the list in force cannot be renewed');
    expect(daemon.health.ready).toBe(false);
    await exportFrom('127.0.0.5', capture(), to());
    await expect.poll(() => sums(db).notTaken).toBe(DATAGRAMS);
    expect(countMatches(db)).toBe(0);
    db.exec('ALTER TABLE hidden RENAME TO authorityState');
    await log.next('the obstacle is gone');
    expect(daemon.health.ready).toBe(true);
    await exportFrom('127.0.0.6', capture(), to());
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: RECORDS, matched: MATCHED, notTaken: DATAGRAMS });
  });
});

describe('without any authorisation', () => {
  it('a daemon is ready, and matches nothing (L1)', async () => {
    const { daemon, db, to } = await startDaemon({ withoutList: true });
    expect(daemon.health.ready).toBe(true);
    await exportFrom('127.0.0.5', capture(), to());
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: RECORDS, matched: 0, noHit: RECORDS });
  });
});
