// Bad input: a clear message, the right exit status, and everything before and after it is kept.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURES, flowsieve, lines, temporaryFolder } from '../support/cli.ts';
import { DEMO_SCOPE, writeDemoDatabase, writeDemoLists } from '../support/demo-list.ts';

const PCAP = join(CAPTURES, 'softflowd-netflow9.pcap');
const NFCAPD = join(CAPTURES, 'softflowd-netflow9.lz4.nfcapd');
const V5 = join(CAPTURES, 'softflowd-netflow5.pcap');
const V5_MATCHED = 370;

function replay(inputs: readonly string[], prepare?: (db: string) => void) {
  const folder = temporaryFolder();
  const db = join(folder, 'flows.db');
  writeDemoDatabase(db);
  prepare?.(db);
  const run = flowsieve(['replay', ...inputs, '--db', db, '--json', '--quiet', ...DEMO_SCOPE]);
  const stored = lines(flowsieve(['matches', '--db', db, '--json']).stdout).length;
  return { ...run, summary: run.stdout ? JSON.parse(run.stdout) : null, stored };
}

describe('damaged input', () => {
  it('a capture that is cut off keeps what came before it (status 3)', () => {
    const cut = join(temporaryFolder(), 'cut.pcap');
    const bytes = readFileSync(PCAP);
    writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
    const { status, stderr, summary, stored } = replay([cut, V5]);
    expect(stderr).toContain('cut.pcap: the capture is cut off');
    expect(status).toBe(3);
    expect(summary.matched).toBeGreaterThan(V5_MATCHED + 50);
    expect(stored).toBe(summary.matches);
  });

  it('an nfcapd file with a corrupt block loses that block only (status 3)', () => {
    const corrupt = join(temporaryFolder(), 'nfcapd.202611181200');
    const bytes = readFileSync(NFCAPD);
    bytes.fill(0xff, 400, 500);
    writeFileSync(corrupt, bytes);
    const { status, stderr, summary } = replay([corrupt, V5]);
    expect(stderr).toMatch(/nfcapd\.202611181200: .*block/);
    expect(status).toBe(3);
    expect(summary.matched).toBeGreaterThanOrEqual(V5_MATCHED);
  });

  it('a file of another kind is named, and the others are replayed (status 1)', () => {
    const other = join(temporaryFolder(), 'picture.png');
    writeFileSync(other, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    const { status, stderr, summary } = replay([other, V5]);
    expect(stderr).toContain(`cannot read ${other}`);
    expect(stderr).toContain('pcap');
    expect(status).toBe(1);
    expect(summary.matched).toBe(V5_MATCHED);
  });

  it('a missing file is named, and the others are replayed (status 1)', () => {
    const { status, stderr, summary } = replay(['/nowhere/export.pcap', V5]);
    expect(stderr).toContain('/nowhere/export.pcap');
    expect(status).toBe(1);
    expect(summary.matched).toBe(V5_MATCHED);
  });

  it('a truncated gzip file gives what could be read (status 3)', () => {
    const cut = join(temporaryFolder(), 'rows.csv.gz');
    const bytes = readFileSync(join(CAPTURES, 'softflowd-netflow9.nfdump.csv.gz'));
    writeFileSync(cut, bytes.subarray(0, bytes.length - 4_000));
    const { status, stderr, summary } = replay([cut]);
    expect(stderr).toContain('rows.csv.gz');
    expect(status).toBe(3);
    expect(summary.records).toBeGreaterThan(1_000);
  });

  it('an unreadable list stops the replay before anything is read (status 1)', () => {
    const folder = temporaryFolder();
    const list = join(folder, 'list.yaml');
    writeFileSync(list, 'flowsieve: 1\nauthorisation: [');
    const db = join(folder, 'flows.db');
    const args = ['replay', V5, '--db', db, '--json', '--quiet', ...DEMO_SCOPE, '--authorisation', list];
    const run = flowsieve(args);
    expect(run.stderr).toContain('list.yaml');
    expect(run.status).toBe(1);
    expect(run.stdout).toBe('');
    expect(lines(flowsieve(['ledger', '--db', db, '--json']).stdout)).toEqual([]);
  });

  it('no authorisation: nothing matches, and that is said (L1)', () => {
    const db = join(temporaryFolder(), 'flows.db');
    const run = flowsieve(['replay', V5, '--db', db, '--json', '--quiet', ...DEMO_SCOPE]);
    expect(run.stderr).toContain('nothing can match (L1)');
    expect(run.status).toBe(0);
    const summary = JSON.parse(run.stdout);
    expect([summary.matched, summary.discarded.noHit]).toEqual([0, 1252]);
  });

  it('an operator that no authorisation names: nothing matches, and that is said (L1)', () => {
    const folder = temporaryFolder();
    const db = join(folder, 'flows.db');
    const scope = ['--operator', 'unheard-of', '--retention-basis', 'lce-126-1'];
    const lists = writeDemoLists(folder);
    const run = flowsieve([
      'replay',
      V5,
      '--db',
      db,
      '--json',
      '--quiet',
      ...scope,
      '--authorisation',
      ...lists,
    ]);
    expect(run.stderr).toContain('no authorisation names the operator unheard-of');
    const summary = JSON.parse(run.stdout);
    expect(summary.matched).toBe(0);
    expect(summary.discarded.otherOperator).toBe(1252 - 834);
  });

  it('wrong usage is told apart (status 2)', () => {
    expect(flowsieve(['replay', V5]).status).toBe(2);
    expect(flowsieve(['replay', V5, ...DEMO_SCOPE, '--threads', '0']).status).toBe(2);
    expect(flowsieve(['replay', V5, ...DEMO_SCOPE, '--format', 'xml', '--db', ':memory:']).status).toBe(2);
    expect(flowsieve(['no-such-command']).status).toBe(2);
  });

  it('a folder is read in the order of time, in-progress files excepted', () => {
    const folder = join(temporaryFolder(), 'exports');
    mkdirSync(folder);
    copyFileSync(NFCAPD, join(folder, 'nfcapd.202611181205'));
    copyFileSync(V5, join(folder, 'nfcapd.202611181200'));
    copyFileSync(PCAP, join(folder, 'nfcapd.current.1'));
    const { status, summary } = replay([folder]);
    expect([status, summary.files, summary.matched]).toEqual([0, 2, V5_MATCHED + 498]);
  });
});
