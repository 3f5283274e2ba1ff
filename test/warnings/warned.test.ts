// From real exporters' flows to a warning that was sent, on the command line.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import type { Warning } from '../../src/store/warnings.ts';
import { MailServer } from '../notices/servers.ts';
import { flowsieve, type Run, startFlowsieve } from '../support/cli.ts';
import { DEMO_SCOPE, writeDemoLists } from '../support/demo-list.ts';
import { listedEntity, registerOf } from '../victims/entities.ts';

const CAPTURE = join(import.meta.dirname, '../../data/captures/softflowd-netflow9.pcap');
const VICTIM = '192.0.2.50';

class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'flowsieve-test-'));
  readonly db = join(this.folder, 'flows.db');
  private readonly config = join(this.folder, 'flowsieve.yaml');

  configure(smtpPort: number): void {
    writeFileSync(
      this.config,
      [
        `database: ${this.db}`,
        'warnings: {sender: "CERT.example, cert@cert.example", object: "object@cert.example", interval_hours: 0}',
        `mail: {host: localhost, port: ${smtpPort}, tls: none, from: warnings@cert.example}`,
      ].join('\n'),
    );
  }

  run(...args: string[]): Run {
    return flowsieve([...args, '--config', this.config]);
  }

  /** While this process serves mail. */
  async send(): Promise<string> {
    const child = startFlowsieve(['warning', 'send', '--by', 'b.analyst', '--config', this.config]);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      output.out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.err += chunk;
    });
    const [status] = (await once(child, 'close')) as [number];
    expect({ status, err: output.err }).toEqual({ status: 0, err: '' });
    return output.out.trim();
  }

  /** What a command prints as JSON, one object a line. */
  json<T>(...args: string[]): T[] {
    const { status, stdout } = this.run(...args, '--json');
    expect(status).toBe(0);
    return stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  }

  warnings(): Warning[] {
    return this.json<Warning>('warning', 'list');
  }

  warningOf(recipient: string): Warning {
    return this.warnings().find((warning) => warning.recipient.id === recipient) as Warning;
  }
}

describe('a victim is warned', () => {
  const desk = new Desk();
  let hospital: string;
  afterAll(() => rmSync(desk.folder, { recursive: true, force: true }));

  beforeAll(() => {
    desk.configure(1);
    for (const list of writeDemoLists(desk.folder)) desk.run('authorisation', 'import', list);
    desk.run('operator', 'add', 'example-isp', '--contact', 'noc@isp.example', '--language', 'fr');
    const register = join(desk.folder, 'register.json');
    writeFileSync(register, registerOf(listedEntity({ prefixes: [`${VICTIM}/32`] })));
    expect(desk.run('entity', 'import', register).status).toBe(0);
    expect(desk.run('replay', CAPTURE, ...DEMO_SCOPE, '--quiet').status).toBe(0);
  });

  it('is drafted, one warning for each recipient, and nobody twice', () => {
    const drafted = desk.run('warning', 'draft', '--by', 'a.analyst', '--purpose', 'warn victims');
    expect(drafted.status).toBe(0);
    expect(drafted.stdout).toMatch(/ drafted: FS-\d{4}-000001/);
    hospital = desk.warningOf('example-hospital').ticket;
    expect(desk.warningOf('example-hospital')).toMatchObject({
      state: 'draft',
      recipient: { kind: 'entity', mail: 'security@hospital.example', language: 'nl' },
      items: 1,
    });
    const again = desk.run('warning', 'draft', '--by', 'a.analyst', '--purpose', 'warn victims');
    expect(again.stdout).toContain('nothing to warn of');
    expect(again.stdout).toContain('held back: warned already');
  });

  it("reads in the recipient's language, with the ticket, how sure, what to do and how to object", () => {
    const { stdout } = desk.run('warning', 'show', hospital, '--purpose', 'check');
    expect(stdout).toContain(`Subject: [${hospital}] Systemen in uw netwerk`);
    for (const part of [VICTIM, 'Zekerheid: ', 'Wat u kunt doen', 'object@cert.example', 'CERT.example']) {
      expect(stdout).toContain(part);
    }
    const { ticket, recipient } = desk.warningOf('example-isp');
    expect(recipient).toEqual({
      kind: 'operator',
      id: 'example-isp',
      mail: 'noc@isp.example',
      language: 'fr',
    });
    expect(desk.run('warning', 'show', ticket, '--purpose', 'check').stdout).toContain('Certitude : ');
  });

  it('L16: who drafted it cannot approve it, in whatever spelling', () => {
    const refused = desk.run('warning', 'approve', hospital, '--by', 'A.Analyst ');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('it takes another person');
    expect(desk.run('warning', 'approve', hospital, '--by', 'b.analyst').stdout).toContain('approved');
  });

  it('is sent over SMTP, once', async () => {
    const server = new MailServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    desk.configure(await server.start());
    expect(await desk.send()).toBe('1 sent');
    expect(await desk.send()).toBe('0 sent');
    expect(server.received).toHaveLength(1);
    const [mail] = server.received;
    expect(mail?.to).toEqual(['security@hospital.example']);
    expect(mail?.text).toContain(VICTIM);
    expect(mail?.text).toContain('Auto-Submitted: auto-generated');
    expect(desk.warningOf('example-hospital').state).toBe('sent');
  });

  it('is taken back by a mail when a dispute has shown that the server was none (L11)', async () => {
    const [indicator] = desk.warningOf('example-hospital').indicators as [string];
    const open = desk.json<{ id: number }>(
      'dispute',
      'open',
      indicator,
      '--operator',
      'example-isp',
      '--ground',
      'shared host',
      '--by',
      'noc',
    );
    const decide = (by: string) =>
      desk.run(
        'dispute',
        'decide',
        String(open[0]?.id),
        '--outcome',
        'upheld',
        '--reason',
        'it is',
        '--by',
        by,
      );
    expect(decide('a.analyst').status).toBe(0);
    expect(decide('b.analyst').status).toBe(0);
    const server = new MailServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    desk.configure(await server.start());
    expect(await desk.send()).toBe('1 sent');
    expect(server.received[0]?.text).toMatch(/Subject: \[FS-\d{4}-\d{6}\] Ingetrokken/);
    expect(desk.warningOf('example-hospital').state).toBe('retracted');
    expect(await desk.send()).toBe('0 sent');
  });

  it('leaves no address of a victim in any event', () => {
    const db = openDatabase(desk.db);
    const events = [...readEvents(db)].map((event) => JSON.stringify(event));
    const victims = db.prepare('SELECT DISTINCT victim FROM matches').pluck().all() as string[];
    db.close();
    expect(victims.length).toBeGreaterThan(1);
    expect(events.filter((event) => victims.some((victim) => event.includes(`"${victim}"`)))).toEqual([]);
  });
});
