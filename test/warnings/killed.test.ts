// A daemon that is killed while the mail server holds its answer to the whole message: nobody can tell whether it counts as sent.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { draftWarning, recordWarningStep } from '../../src/store/warning-steps.ts';
import { findWarning } from '../../src/store/warnings.ts';
import { Served } from '../daemon/served.ts';
import { MailServer } from '../notices/servers.ts';
import { flowsieve, temporaryFolder } from '../support/cli.ts';

function approve(db: Database, id: string): string {
  const recipient = { kind: 'operator', id, mail: `noc@${id}.example`, language: 'en' } as const;
  const item = {
    victim: '192.0.2.50',
    indicator: 'indicator--1',
    operator: id,
    retentionBasis: 'lce-126-1',
    lastMs: 1,
  };
  const ticket = draftWarning(db, recipient, [item], { by: 'a.analyst', role: 'analyst' });
  recordWarningStep(db, ticket, 'approve', null, { by: 'b.analyst', role: 'analyst' });
  return ticket;
}

describe('a daemon that is killed while it sends a warning (needs the build: npm run build)', () => {
  it('is followed by none that sends it again: it is left as unclear, for a person', async () => {
    const folder = temporaryFolder();
    const db = openDatabase(join(folder, 'flows.db'));
    const server = new MailServer({ authOptional: true, disabledCommands: ['STARTTLS'] }, () => {});
    writeFileSync(
      join(folder, 'flowsieve.yaml'),
      [
        'database: flows.db',
        'listeners: [{protocol: udp, host: 127.0.0.1, port: 0, operator: isp, retention_basis: lce-126-1, exporters: [127.0.0.0/8]}]',
        'http: {port: 0}',
        'warnings: {sender: "CERT.example", object: "object@cert.example"}',
        `mail: {host: localhost, port: ${await server.start()}, tls: none, from: warnings@cert.example}`,
      ].join('\n'),
    );
    const ticket = approve(db, 'first-isp');
    const first = new Served(folder);
    await server.until(1);
    first.child.kill('SIGKILL');
    expect(await first.ended).toEqual([null, 'SIGKILL']);

    const second = new Served(folder);
    await second.log.next('started');
    // Due later, so sent after whatever else is due.
    approve(db, 'second-isp');
    await server.until(2);
    expect(server.received.map(({ to }) => to)).toEqual([
      ['noc@first-isp.example'],
      ['noc@second-isp.example'],
    ]);
    expect(findWarning(db, ticket)).toMatchObject({
      state: 'approved',
      mails: [{ attempts: 1, begunAtMs: expect.any(Number), sentAtMs: null }],
    });
    const { stdout } = flowsieve(['warning', 'list', '--config', join(folder, 'flowsieve.yaml')]);
    expect(stdout).toMatch(new RegExp(`${ticket}[^]*unclear`));
    db.close();
  });
});
