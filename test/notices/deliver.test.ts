// Delivery over real servers: what arrives, what is tried again, and what holds up nothing else.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/core/signing-key.ts';
import { Deliverer } from '../../src/notices/deliverer.ts';
import type { NoticeSettings } from '../../src/notices/settings.ts';
import { retryNow, unplannedByOperator } from '../../src/store/notice-outbox.ts';
import { attemptsOf, iterateNotices } from '../../src/store/notices.ts';
import { HAS_OPENSSL, type Issued, Workshop } from '../tls/certificates.ts';
import { Authority, entry, openKept, settings } from './fixture.ts';
import { attachmentsOf, MailServer, WebServer } from './servers.ts';

const A = '203.0.113.7';
const SECRET = 'a secret of the test, long enough';
const NEVER = new AbortController().signal;

const workshop = HAS_OPENSSL ? new Workshop() : null;
afterAll(() => workshop?.remove());
function certificates(): { ca: Issued; server: Issued } {
  const ca = workshop!.authority('operators');
  return { ca, server: workshop!.issue('localhost', ca, 'subjectAltName=DNS:localhost') };
}

let authority: Authority;
let secretFile: string;
beforeEach(async () => {
  authority = new Authority();
  secretFile = join(authority.folder, 'webhook.secret');
  writeFileSync(secretFile, `${SECRET}\n`);
  await authority.import([entry(A)], { operators: ['example-isp'] });
  authority.look();
});

type Channels = NoticeSettings['notices']['channels'];

function webhook(url: string, more: object = {}): Channels[number] {
  return { channel: 'webhook', operator: 'example-isp', url, secretFile, ca: null, plain: true, ...more };
}

function folder(path = authority.folder): Channels[number] {
  return { channel: 'folder', operator: 'example-isp', path };
}

interface Deliveries {
  readonly delivered: string[];
  readonly problems: string[];
}

async function deliver(
  notices: Partial<NoticeSettings['notices']>,
  mail: Partial<NoticeSettings['mail']> = {},
  db = authority.db,
): Promise<Deliveries> {
  const defaults = settings(authority.folder, notices);
  const done: Deliveries = { delivered: [], problems: [] };
  const deliverer = new Deliverer(
    db,
    { ...defaults, mail: { ...defaults.mail, ...mail } },
    {
      onDelivered: ({ channel }) => done.delivered.push(channel),
      onFailed: (_, problem) => done.problems.push(problem),
    },
  );
  await deliverer.drain(NEVER);
  await deliverer.finish();
  return done;
}

const stands = () => [...iterateNotices(authority.db)][0]!;
const attempts = () => attemptsOf(authority.db, 1);

describe('a webhook', () => {
  it.skipIf(!HAS_OPENSSL)('gets the signed notice over HTTPS, authenticated by time and body', async () => {
    const { ca, server } = certificates();
    const web = new WebServer(undefined, server);
    const url = `${await web.start()}/flowsieve?tenant=7`;
    const { delivered } = await deliver({ channels: [webhook(url, { ca: ca.certFile, plain: null })] });
    expect(delivered).toEqual([`webhook ${url.replace('?tenant=7', '')}`]);
    const [{ path, headers, body }] = web.received as [(typeof web.received)[number]];
    expect(path).toBe('/flowsieve?tenant=7');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'flowsieve-notice': stands().id,
      'flowsieve-attempt': '1',
      'flowsieve-key': authority.key.keyId,
    });
    const timestamp = Number(headers['flowsieve-timestamp']);
    expect(Math.abs(timestamp - Date.now() / 1_000)).toBeLessThan(60);
    const hmac = createHmac('sha256', SECRET).update(`${timestamp}.`).update(body).digest('hex');
    expect(headers['flowsieve-hmac-sha256']).toBe(hmac);
    const signature = Buffer.from(String(headers['flowsieve-signature']), 'base64');
    expect(verifySignature(authority.key.publicKeyPem, body, signature)).toBe(true);
    expect(stands()).toMatchObject({ state: 'delivered', acknowledgedAtMs: null });
    expect(authority.events('notice.deliver')).toMatchObject([{ object: stands().id, role: 'system' }]);
  });

  it.skipIf(!HAS_OPENSSL)('is not told where its certificate is of an unknown authority', async () => {
    const { server } = certificates();
    const web = new WebServer(undefined, server);
    const { problems } = await deliver({ channels: [webhook(await web.start(), { plain: null })] });
    expect(problems).toEqual([expect.stringMatching(/certificate/)]);
    expect(web.received).toEqual([]);
  });

  it('that fails is tried again later and later, and has it once it works', async () => {
    const web = new WebServer((response, times) => response.writeHead(times < 3 ? 503 : 200).end('thanks'));
    const channels = [webhook(await web.start())];
    expect(await deliver({ channels })).toEqual({ delivered: [], problems: ['answered 503'] });
    expect(await deliver({ channels })).toEqual({ delivered: [], problems: [] }); // not due yet
    for (let n = 0; n < 2; n++) {
      retryNow(authority.db, Date.now(), null);
      await deliver({ channels });
    }
    expect(attempts().map(({ attempt, problem }) => [attempt, problem])).toEqual([
      [1, 'answered 503'],
      [2, 'answered 503'],
      [3, null],
    ]);
    expect(web.received.map(({ headers }) => headers['flowsieve-attempt'])).toEqual(['1', '2', '3']);
    expect(new Set(web.received.map(({ headers }) => headers['flowsieve-notice'])).size).toBe(1);
  });

  it('waits between attempts twice as long each time, within a quarter, up to a bound', async () => {
    const web = new WebServer((response) => response.writeHead(500).end());
    const channels = [webhook(await web.start())];
    const pauses: number[] = [];
    for (let n = 0; n < 4; n++) {
      await deliver({ channels, maxAttempts: 9, firstRetrySeconds: 100, longestRetrySeconds: 300 });
      const nextAtMs = authority.db.prepare('SELECT nextAtMs FROM noticeDeliveries').pluck().get() as number;
      pauses.push((nextAtMs - attempts()[n]!.endedAtMs) / 1_000);
      retryNow(authority.db, Date.now(), null);
    }
    [100, 200, 300, 300].forEach((pause, n) => {
      expect(pauses[n]).toBeGreaterThanOrEqual(pause * 0.75);
      expect(pauses[n]).toBeLessThanOrEqual(pause * 1.25);
    });
  });

  it('is given up after its attempts, and waits for notice send', async () => {
    const web = new WebServer((response) => response.writeHead(500).end());
    const channels = [webhook(await web.start())];
    for (let n = 0; n < 2; n++) {
      await deliver({ channels, maxAttempts: 2 });
      if (n === 0) retryNow(authority.db, Date.now(), null);
    }
    expect(stands().state).toBe('failed');
    expect(authority.events('notice.fail').map(({ detail }) => detail.isGivenUp)).toEqual([false, true]);
    expect(await deliver({ channels })).toEqual({ delivered: [], problems: [] });
    expect(retryNow(authority.db, Date.now(), stands().id)).toBe(1);
    expect((await deliver({ channels })).problems).toHaveLength(1);
  });

  it('is not followed anywhere else', async () => {
    const elsewhere = new WebServer();
    const location = await elsewhere.start();
    const web = new WebServer((response) => response.writeHead(307, { location }).end());
    const { problems } = await deliver({ channels: [webhook(await web.start())] });
    expect(problems).toEqual(['answered 307: redirects are not followed']);
    expect(elsewhere.received).toEqual([]);
  });

  it('that never answers costs its time, and holds up no other channel', async () => {
    const stuck = new WebServer(() => {});
    const web = new WebServer();
    const channels = [webhook(await stuck.start()), webhook(`${await web.start()}/other`)];
    const done = await deliver({ channels, timeoutSeconds: 1 });
    expect(done.problems).toEqual(['no answer within 1 s']);
    expect(done.delivered).toHaveLength(1);
    const [first, second] = attempts();
    expect(first?.problem === null ? first.endedAtMs : second?.endedAtMs).toBeLessThan(
      Math.max(first!.endedAtMs, second!.endedAtMs),
    );
  });

  it('that answers without end is cut off; what it says is not kept', async () => {
    const web = new WebServer((response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      const more = () => {
        if (response.destroyed) return;
        response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    });
    const { problems } = await deliver({ channels: [webhook(await web.start())] });
    expect(problems).toEqual(['answered 500']);
  });

  it.each([
    ['that nobody listens on', 'http://127.0.0.1:9', /ECONNREFUSED/],
    ['whose name does not exist', 'https://nowhere.invalid', /nowhere\.invalid/],
  ])('%s is a failed attempt', async (_, url, message) => {
    const { problems } = await deliver({ channels: [webhook(url)] });
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['short', 'short', /less than 16 octets/],
    ['absent', null, /secret_file: .*cannot be read \(ENOENT\)/],
  ])('whose secret is %s gets nothing', async (_, secret, message) => {
    const web = new WebServer();
    const file = join(authority.folder, 'other.secret');
    if (secret !== null) writeFileSync(file, secret);
    const { problems } = await deliver({ channels: [webhook(await web.start(), { secretFile: file })] });
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(web.received).toEqual([]);
  });
});

describe('a folder', () => {
  it('gets the notice and its signature, whole, readable to the group', async () => {
    const drop = join(authority.folder, 'drop');
    expect((await deliver({ channels: [folder(drop)] })).problems).toEqual([expect.stringMatching(/ENOENT/)]);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(drop);
    retryNow(authority.db, Date.now(), null);
    expect((await deliver({ channels: [folder(drop)] })).delivered).toHaveLength(1);
    const name = `notice-${stands().id.slice('notice--'.length)}.json`;
    expect(readdirSync(drop).sort()).toEqual([name, `${name}.sig`]);
    const [body, signature] = [readFileSync(join(drop, name)), readFileSync(join(drop, `${name}.sig`))];
    expect(verifySignature(authority.key.publicKeyPem, body, signature)).toBe(true);
    expect(statSync(join(drop, name)).mode & 0o777).toBe(0o640);
  });
});

describe('mail', () => {
  const PASSWORD = 'a password';
  const to: Channels[number] = { channel: 'mail', operator: 'example-isp', to: 'noc@isp.example' };

  async function mailServer(options: object = {}) {
    const { ca, server } = certificates();
    const mail = new MailServer({
      cert: server.cert,
      key: server.key,
      onAuth: ({ username, password }, _, done) =>
        password === PASSWORD ? done(null, { user: username ?? '' }) : done(new Error('no such user')),
      ...options,
    });
    const passwordFile = join(authority.folder, 'password');
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    const from = 'flowsieve@csirt.example';
    const port = await mail.start();
    return {
      mail,
      setting: { host: 'localhost', port, ca: ca.certFile, from, user: 'flowsieve', passwordFile },
    };
  }

  it.skipIf(!HAS_OPENSSL)('carries the essentials in words, and the signed notice attached', async () => {
    const { mail, setting } = await mailServer();
    expect(await deliver({ channels: [to] }, setting)).toEqual({
      delivered: ['mail noc@isp.example'],
      problems: [],
    });
    const [{ text, ...envelope }] = mail.received as [(typeof mail.received)[number]];
    expect(envelope).toEqual({
      ...{ from: 'flowsieve@csirt.example', to: ['noc@isp.example'], user: 'flowsieve', isSecure: true },
    });
    const { id } = stands();
    expect(text).toContain(`Message-ID: <${id}@csirt.example>`);
    expect(text).toContain('Subject: [FlowSieve] new: authorisation 002/2026');
    expect(text).toContain('TLP:AMBER+STRICT');
    expect(text).toContain(`${A} (tcp 443): deliver`);
    const attached = attachmentsOf(text);
    const [body, signature] = [attached.get(`${id}.json`)!, attached.get(`${id}.json.sig`)!];
    expect(verifySignature(authority.key.publicKeyPem, body, signature)).toBe(true);
    expect(JSON.parse(body.toString('utf8'))).toMatchObject({ id, indicators: [{ address: A }] });
  });

  it.skipIf(!HAS_OPENSSL)('goes over TLS from the first octet where that is set', async () => {
    const { mail, setting } = await mailServer({ secure: true });
    expect((await deliver({ channels: [to] }, { ...setting, tls: 'implicit' })).problems).toEqual([]);
    expect(mail.received).toMatchObject([{ isSecure: true }]);
  });

  it.skipIf(!HAS_OPENSSL)(
    'is not sent to a server that offers no encryption, or shows a strange certificate',
    async () => {
      const plain = await mailServer({ disabledCommands: ['STARTTLS'] });
      expect((await deliver({ channels: [to] }, plain.setting)).problems).toEqual([
        expect.stringMatching(/STARTTLS/),
      ]);
      const strange = await mailServer();
      retryNow(authority.db, Date.now(), null);
      const { problems } = await deliver({ channels: [to] }, { ...strange.setting, ca: null });
      expect(problems).toEqual([expect.stringMatching(/certificate/)]);
      expect([...plain.mail.received, ...strange.mail.received]).toEqual([]);
    },
  );

  it.skipIf(!HAS_OPENSSL)('that is refused is tried again', async () => {
    let isOver = false;
    const { mail, setting } = await mailServer({
      onRcptTo: (_: unknown, __: unknown, done: (error?: Error) => void) =>
        done(isOver ? undefined : new Error('try later')),
    });
    expect((await deliver({ channels: [to] }, setting)).problems).toEqual([
      expect.stringMatching(/try later/),
    ]);
    isOver = true;
    retryNow(authority.db, Date.now(), null);
    expect((await deliver({ channels: [to] }, setting)).problems).toEqual([]);
    expect(mail.received).toHaveLength(1);
  });

  it.skipIf(!HAS_OPENSSL)('with a wrong password is a failed attempt that does not tell it', async () => {
    const { setting } = await mailServer();
    writeFileSync(setting.passwordFile, 'another');
    const { problems } = await deliver({ channels: [to] }, setting);
    expect(problems).toEqual([expect.not.stringMatching(/another/)]);
  });
});

describe('several processes', () => {
  it('deliver everything, and nothing twice', async () => {
    const web = new WebServer();
    const channels = [webhook(await web.start())];
    for (let n = 10; n < 20; n++) {
      await authority.import([entry(`198.51.100.${n}`)], { reference: `${n}/2026` });
    }
    authority.look();
    const others = [openKept(authority.path), openKept(authority.path)];
    await Promise.all([authority.db, ...others].map((db) => deliver({ channels }, {}, db)));
    const ids = web.received.map(({ headers }) => headers['flowsieve-notice']);
    expect(ids).toHaveLength(11);
    expect(new Set(ids).size).toBe(11);
  });
});

describe('an operator without a channel', () => {
  it('has its notices wait, and gets them when it has one', async () => {
    await deliver({});
    expect(stands().state).toBe('unplanned');
    expect(unplannedByOperator(authority.db)).toEqual([{ operator: 'example-isp', notices: 1 }]);
    expect((await deliver({ channels: [folder()] })).delivered).toHaveLength(1);
    expect(stands().state).toBe('delivered');
  });

  it('that the configuration has taken away is a failed attempt', async () => {
    const web = new WebServer((response) => response.writeHead(500).end());
    const channels = [webhook(await web.start())];
    await deliver({ channels });
    retryNow(authority.db, Date.now(), null);
    expect((await deliver({ channels: [folder()] })).problems).toEqual([
      'the configuration has this channel no more',
    ]);
  });
});
