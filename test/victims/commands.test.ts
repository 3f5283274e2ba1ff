// `flowsieve victims`: what it lists, shows and hands out, and that each reading is recorded.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { register as victims } from '../../src/cli/victims.ts';
import { listConsultations } from '../../src/store/consultations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { declareOperator } from '../../src/store/operators.ts';
import { classesHanded } from '../../src/victims/exports/formats.ts';
import { job, keep, match, request, row, START_MS, writer } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { runInProcess } from '../support/in-process.ts';

const HOUR_MS = 3_600_000;
let folder: string;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'test.db');
  const db = openDatabase(path);
  for (const id of ['example-isp', 'other-isp'])
    declareOperator(db, id, {}, { by: 'a.head', role: 'engineer', at: START_MS });
  const counted = row({ records: 6, matched: 6, kernelDropped: 3 });
  const strong = [0, 1, 2].map((hour) =>
    match(counted, {
      victim: '198.51.100.7',
      startMs: START_MS + hour * HOUR_MS,
      endMs: START_MS + hour * HOUR_MS,
    }),
  );
  const weak = { tcpFlags: 2, packets: 1, bytes: 60 };
  const found = [
    ...strong,
    match(counted, { victim: '198.51.100.8' }),
    match(counted, { victim: '198.51.100.9', ...weak }),
    match(counted, { victim: '198.51.100.10', direction: 'from-c2', ...weak }),
  ];
  writer(db).commit(request(job(db), { matches: found, ledger: [counted] }));
  const other = row({ records: 1, matched: 1 });
  const theirs = {
    matches: [match(other, { victim: '192.0.2.77', indicatorId: 'indicator--2' })],
    ledger: [other],
  };
  writer(db).commit(request(job(db, { operator: 'other-isp', fingerprint: '2' }), theirs));
  db.close();
});

const run = (...args: string[]) => runInProcess([victims], path, ['victims', ...args]);
const jsonLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const shown = async (...args: string[]) =>
  jsonLines((await run(...args, '--json', '--purpose', 'p')).out).map(
    ({ victim, class: of }) => `${victim} ${of}`,
  );
const consultations = () => listConsultations(keep(openDatabase(path)));

describe('flowsieve victims', () => {
  it('lists the strongest evidence first, with its meaning, coverage and beacon', async () => {
    const { out, err } = await run('--purpose', 'ticket 1234');
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
      '198.51.100.7 E3',
      '198.51.100.8 E2',
      '192.0.2.77 E2',
      '198.51.100.9 E1',
      '198.51.100.10 E0',
    ]);
    expect(lines[0]).toMatch(
      /E3 both ways, several hours .* 3 flows in 3 h .* beacon: insufficient evidence/,
    );
    expect(lines[0]).toMatch(
      /coverage 3 datagrams dropped by the kernel {2}not in the register {2}example-isp/,
    );
    expect(err).toBe('5 lines\n');
  });

  it.each([
    [
      ['--class', 'E2'],
      ['198.51.100.8 E2', '192.0.2.77 E2'],
    ],
    [
      ['--class', 'E2+'],
      ['198.51.100.7 E3', '198.51.100.8 E2', '192.0.2.77 E2'],
    ],
    [
      ['--class', 'e0,E3'],
      ['198.51.100.7 E3', '198.51.100.10 E0'],
    ],
    [['--operator', 'other-isp'], ['192.0.2.77 E2']],
    [['--indicator', 'indicator--2'], ['192.0.2.77 E2']],
    [['--indicator', '203.0.113.7', '--class', 'E1'], ['198.51.100.9 E1']],
    [['--indicator', '203.0.113.70'], []],
    [['--authorisation', '003/2026'], []],
    [['--since', '2026-06-30T14:00:00Z'], ['198.51.100.7 E3']],
    [['--since', '2026-06-30T14:00:00.001Z'], []],
    [['--until', '2026-06-30T12:00:00Z'], []],
    [['--sort', 'flows', '--limit', '1'], ['198.51.100.7 E3']],
    [['--limit', '0'], []],
    [['--entity', 'nobody'], []],
  ])('%j gives %j', async (args, expected) => {
    expect(await shown(...args)).toEqual(expected);
  });

  it('is recorded before anything is shown, with the filter and how many (L18)', async () => {
    await run('--class', 'E1', '--operator', 'example-isp', '--purpose', 'ticket 1234', '--by', 'a.analyst');
    expect(consultations()).toMatchObject([
      {
        kind: 'victims',
        by: 'a.analyst',
        role: 'analyst',
        purpose: 'ticket 1234',
        filter: { operator: 'example-isp', classes: ['E1'] },
        rows: 1,
      },
    ]);
  });

  it('refuses classes and orders that there are none of', async () => {
    await expect(run('--class', 'E9')).rejects.toThrow(/E9: there are E0, E1, unknown-sampled, E2, E3, E4/);
    await expect(run('--sort', 'size')).rejects.toThrow(/Allowed choices are class, last/);
  });
});

describe('flowsieve victims show', () => {
  it('shows all evidence with a time line', async () => {
    const { out } = await run('show', '198.51.100.7', '--purpose', 'p');
    expect(out).toContain(
      '198.51.100.7  E3: the victim and the C2 server exchanged traffic in at least 3 distinct',
    );
    expect(out).toContain('2026-06-30  ............###.........  3 flows to, 0 from');
    expect(out).toContain('to C2       3 flows, 3600 bytes, 27 packets, TCP flags FSPA');
  });

  it('gives the time line as JSON too, and keeps the address out of the record', async () => {
    const { out } = await run('show', '198.51.100.7', '--json', '--purpose', 'p');
    expect(jsonLines(out)[0].timeline).toMatchObject([{ dayMs: Date.UTC(2026, 5, 30), hours: [12, 13, 14] }]);
    expect(JSON.stringify(consultations())).not.toContain('198.51.100.7');
    const events = [...readEvents(keep(openDatabase(path)))];
    expect(JSON.stringify(events)).not.toContain('198.51.100.7');
  });

  it('says where nothing is known, and refuses what is no address', async () => {
    expect((await run('show', '198.51.100.99', '--purpose', 'p')).err).toBe(
      'nothing is known of this address\n',
    );
    expect(await run('show', 'host.example', '--purpose', 'p')).toMatchObject({ status: 2 });
  });
});

describe('flowsieve victims export', () => {
  const forOperator = ['export', '--for', 'operator', 'example-isp', '--purpose', 'identify'];

  it('hands an operator its own victims from E2 on, and is recorded', async () => {
    const { out, err } = await run(...forOperator, '--format', 'intelmq', '--by', 'a.analyst');
    expect(jsonLines(out).map((event) => event['source.ip'])).toEqual(['198.51.100.7', '198.51.100.8']);
    expect(err).toBe('2 victims\n');
    expect(consultations()).toMatchObject([
      {
        kind: 'export',
        by: 'a.analyst',
        purpose: 'identify',
        filter: {
          for: { kind: 'operator', id: 'example-isp' },
          format: 'intelmq',
          classes: ['E2', 'E3', 'E4'],
        },
        rows: 2,
      },
    ]);
  });

  it('weaker classes only where they are asked for; an analyst gets all, where none is called compromised', async () => {
    const weak = await run(...forOperator, '--format', 'intelmq', '--class', 'E0,E1');
    expect(jsonLines(weak.out).map((event) => event['source.ip'])).toEqual(['198.51.100.10', '198.51.100.9']);
    const forAnalyst = ['export', '--for', 'analyst', '--purpose', 'p', '--format'];
    const victims = jsonLines((await run(...forAnalyst, 'json')).out).filter(
      (line) => line.type === 'victim',
    );
    expect(victims).toHaveLength(5);
    expect(jsonLines((await run(...forAnalyst, 'intelmq')).out)).toHaveLength(3);
    expect(classesHanded({ kind: 'analyst' }, 'xarf')).toEqual(['E2', 'E3', 'E4']);
    const asked = await run(...forAnalyst, 'intelmq', '--class', 'E0+');
    expect(jsonLines(asked.out)).toHaveLength(5);
  });

  it('writes to a new file that only its owner reads', async () => {
    const file = join(folder, 'out.csv');
    await run(...forOperator, '--format', 'csv', '--out', file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1 + 4 + 1);
    expect(await run(...forOperator, '--format', 'csv', '--out', file)).toMatchObject({ status: 1 });
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1 + 4 + 1);
  });

  it.each([
    [['--for', 'operator', 'nobody'], /there is no operator nobody/, 1],
    [['--for', 'entity', 'nobody'], /there is no entity nobody/, 1],
    [['--for', 'operator'], /--for operator: which\?/, 2],
  ])('%j is refused, and leaves no file', async (audience, why, status) => {
    const file = join(folder, 'out.csv');
    const refused = await run('export', ...audience, '--format', 'csv', '--purpose', 'p', '--out', file);
    expect([refused.err, refused.status]).toEqual([expect.stringMatching(why), status]);
    expect(existsSync(file)).toBe(false);
  });

  it('needs a purpose, an audience and a format; XARF, who reports', async () => {
    await expect(run('export', '--for', 'analyst', '--format', 'csv')).rejects.toThrow(/--purpose/);
    await expect(run('export', '--for', 'everybody', '--format', 'csv')).rejects.toThrow(/Write operator ID/);
    await expect(run('export', '--for', 'analyst', '--purpose', 'p')).rejects.toThrow(/--format/);
    const xarf = [...forOperator, '--format', 'xarf'];
    expect(await run(...xarf)).toMatchObject({ status: 2, err: expect.stringMatching(/organisation\.name/) });
    const config = join(folder, 'c.yaml');
    writeFileSync(config, 'organisation: {name: Example CSIRT, mail: warnings@csirt.example}\n');
    expect(jsonLines((await run(...xarf, '--config', config)).out)).toHaveLength(2);
  });
});
