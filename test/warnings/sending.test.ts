import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMailer } from '../../src/notices/mail.ts';
import { openDatabase } from '../../src/store/database.ts';
import { sendAgain } from '../../src/store/warning-mails.ts';
import { draftWarning, recordWarningStep } from '../../src/store/warning-steps.ts';
import { findWarning, type Recipient } from '../../src/store/warnings.ts';
import { type Post, sendWarnings } from '../../src/victims/warnings/sending.ts';

const RECIPIENT: Recipient = { kind: 'operator', id: 'example-isp', mail: 'noc@isp.example', language: 'fr' };
const ITEM = {
  victim: '192.0.2.50',
  indicator: 'indicator--1',
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  lastMs: 1,
};
const SENDER = { name: 'CERT.example', object: 'object@cert.example' };
const A = { by: 'a.analyst', role: 'analyst' };
const B = { by: 'b.analyst', role: 'analyst' };

function approved() {
  const db = openDatabase(':memory:');
  const ticket = draftWarning(db, RECIPIENT, [ITEM], A);
  recordWarningStep(db, ticket, 'approve', null, B);
  const sent: string[] = [];
  const send = (post: Post['send'], atMs = Date.now()) =>
    sendWarnings(
      db,
      {
        async send(mail) {
          await post(mail);
          sent.push(mail.messageId);
        },
      },
      SENDER,
      B,
      { nowMs: atMs },
    );
  return { db, ticket, sent, send };
}

const smtpError = (command: string, responseCode?: number) =>
  Object.assign(new Error('it says 192.0.2.50'), { code: 'EPROTOCOL', command, responseCode });
const works: Post['send'] = async () => {};

describe('a warning is sent once', () => {
  it('what a process began and did not end, no other sends again by itself', async () => {
    const { db, ticket, sent, send } = approved();
    void send(() => new Promise(() => {}));
    expect(await send(works)).toEqual({ sent: 0, failed: 0, unclear: 0 });
    expect(findWarning(db, ticket).mails[0]).toMatchObject({ attempts: 1, sentAtMs: null });
    expect(sendAgain(db, ticket, B)).toBe(1);
    expect(await send(works)).toEqual({ sent: 1, failed: 0, unclear: 0 });
    expect(sent).toEqual([findWarning(db, ticket).mails[0]?.messageId]);
    expect(findWarning(db, ticket).state).toBe('sent');
  });

  it.each([
    ['the connection breaks while the message is on its way', smtpError('DATA')],
    ['time runs out', Object.assign(new Error('late'), { name: 'TimeoutError' })],
  ])('where %s, a person must look', async (_, error) => {
    const { db, ticket, send } = approved();
    const report = await send(() => Promise.reject(error));
    expect(report).toEqual({ sent: 0, failed: 0, unclear: 1 });
    expect(await send(works, Date.now() + 86_400_000)).toEqual({ sent: 0, failed: 0, unclear: 0 });
    expect(JSON.stringify(findWarning(db, ticket).mails)).not.toContain('192.0.2.50');
  });

  it.each([
    ['connecting', smtpError('CONN')],
    ['the recipient', smtpError('RCPT TO', 450)],
    ['the message', smtpError('DATA', 451)],
  ])('where the server refuses %s, it is tried again later, with the same Message-ID', async (_, error) => {
    const { db, ticket, sent, send } = approved();
    const atMs = Date.now();
    expect(await send(() => Promise.reject(error), atMs)).toEqual({ sent: 0, failed: 1, unclear: 0 });
    const { messageId, problem } = findWarning(db, ticket).mails[0]!;
    expect(problem).toContain('EPROTOCOL');
    expect((await send(works, atMs + 59_999)).sent).toBe(0);
    expect((await send(works, atMs + 60_000)).sent).toBe(1);
    expect(sent).toEqual([messageId]);
  });

  it('where the server takes the connection and says nothing, it is tried again later', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const from = 'warnings@cert.example';
    const mailer = openMailer({
      ...{ host: '127.0.0.1', port, tls: 'none', ca: null, user: null, passwordFile: null, from },
      timeoutSeconds: 1,
    });
    onTestFinished(() => {
      mailer.close();
      silent.close();
    });
    const { send } = approved();
    expect(await send((mail) => mailer.send(mail))).toEqual({ sent: 0, failed: 1, unclear: 0 });
  });

  it('nothing is sent where it is not said who warns', async () => {
    const { db } = approved();
    await expect(sendWarnings(db, { send: works }, null, B)).rejects.toThrow(/warnings\.sender/);
  });
});

describe('a warning is taken back', () => {
  it('by nobody hearing of it where it was not sent', async () => {
    const { db, ticket, send } = approved();
    expect(recordWarningStep(db, ticket, 'retract', 'a mistake', A).mails).toEqual([]);
    expect((await send(works)).sent).toBe(0);
  });

  it('by a second mail where it was, or may have been', async () => {
    const { db, ticket, sent, send } = approved();
    await send(works);
    recordWarningStep(db, ticket, 'retract', 'a mistake', A);
    let text = '';
    await send(async (mail) => {
      text = `${mail.subject}\n${mail.text}`;
    });
    expect(sent).toHaveLength(2);
    expect(text).toContain(`[${ticket}] Retiré`);
    expect(text).toContain('a mistake');
    expect(() => recordWarningStep(db, ticket, 'acknowledge', null, A)).toThrow(/retracted/);
  });
});

describe('what is retracted while it is being sent', () => {
  it('is not tried again where it was not sent', async () => {
    const { db, ticket, send } = approved();
    const report = await send(async () => {
      recordWarningStep(db, ticket, 'retract', 'a mistake', A);
      throw smtpError('RCPT TO', 450);
    });
    expect(report.failed).toBe(1);
    expect(findWarning(db, ticket).mails).toEqual([]);
  });

  it('is not sent again by hand: only the mail that takes it back is', async () => {
    const { db, ticket, sent, send } = approved();
    await send(() => Promise.reject(smtpError('DATA')));
    recordWarningStep(db, ticket, 'retract', 'a mistake', A);
    sendAgain(db, ticket, B);
    await send(works);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain('.retraction.');
  });
});

describe('drafting', () => {
  it('a draft that nobody approved grows; an approved one does not', () => {
    const db = openDatabase(':memory:');
    const first = draftWarning(db, RECIPIENT, [ITEM], A);
    expect(draftWarning(db, RECIPIENT, [{ ...ITEM, victim: '192.0.2.51' }], A)).toBe(first);
    expect(findWarning(db, first).items).toBe(2);
    recordWarningStep(db, first, 'approve', null, B);
    expect(draftWarning(db, RECIPIENT, [{ ...ITEM, victim: '192.0.2.52' }], A)).not.toBe(first);
  });
});
