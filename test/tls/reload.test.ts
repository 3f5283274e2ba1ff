import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CredentialFiles, readCredentials } from '../../src/ingest/tls/credentials.ts';
import { iterateLedger } from '../../src/store/ledger.ts';
import { startDaemon, sums } from '../daemon/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { HAS_OPENSSL } from './certificates.ts';
import { closedByCollector, named, Parties, plain, streamOf, write } from './fixture.ts';

const CAPTURE = 'softflowd-ipfix.pcap';
const ALL = { records: 1612, matched: 498 };

describe.skipIf(!HAS_OPENSSL)('a reload of a TLS listener (needs openssl to make certificates)', () => {
  let parties: Parties;
  beforeAll(() => {
    parties = new Parties();
  });
  afterAll(() => parties.workshop.remove());

  const shown = (socket: TLSSocket) => socket.getPeerX509Certificate()?.fingerprint256;

  it('shows a new certificate to new connections, and ends none', async () => {
    const { daemon, db, options, to } = await startDaemon({ listeners: [parties.listener()] });
    const { port } = to();
    const early = await parties.connected(to());
    const whole = streamOf(CAPTURE);
    await write(early, whole.subarray(0, 3_000));
    expect(shown(early)).toBe(parties.server.fingerprint);
    const renewed = parties.issueServer();
    const credentials = { cert: renewed.cert, key: renewed.key, ca: parties.ca.cert };
    await daemon.reload({ ...options, listeners: [parties.listener({ credentials })] });
    expect(to().port).toBe(port);
    const late = await parties.connect(to(), parties.other);
    expect(shown(late)).toBe(renewed.fingerprint);
    early.end(whole.subarray(3_000));
    late.end();
    await Promise.all([once(early, 'close'), once(late.resume(), 'close')]);
    await daemon.stop();
    expect(sums(db)).toMatchObject({ ...ALL, refused: 0, undecodable: 0 });
  });

  it('ends the connections of a client that is no longer named, and takes it in no more', async () => {
    const { daemon, db, options, to, log } = await startDaemon({ listeners: [parties.listener()] });
    const gone = await parties.connected(to());
    const stays = await parties.connected(to(), parties.other);
    const closed = closedByCollector(gone);
    const clients = [named({ san: '127.0.0.9' }, 'other-isp')];
    await daemon.reload({ ...options, listeners: [parties.listener({ clients })] });
    await closed;
    await closedByCollector(await parties.connect(to()));
    stays.end(streamOf(CAPTURE));
    await once(stays, 'close');
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: 1612, refused: 1 });
    expect(log.lines.flatMap(({ fields }) => fields.detail ?? [])).toEqual([
      expect.stringContaining('no longer among the clients'),
      expect.stringContaining('not among the clients'),
    ]);
  });

  it('gives what comes after it to another operator, over a new connection', async () => {
    const { daemon, db, options, to } = await startDaemon({ listeners: [parties.listener()] });
    const before = await parties.connected(to());
    const closed = closedByCollector(before);
    const { fingerprint } = parties.client;
    const clients = [named({ fingerprint }, 'other-isp')];
    await daemon.reload({ ...options, listeners: [parties.listener({ clients })] });
    await closed;
    const after = await parties.connect(to());
    after.end(streamOf(CAPTURE));
    await once(after, 'close');
    await daemon.stop();
    expect([...iterateLedger(db)].filter(({ records }) => records > 0)).toMatchObject([
      { operator: 'other-isp', records: 1612 },
    ]);
  });

  it('with another authority asks everybody for a certificate again; what had arrived is taken in', async () => {
    const { daemon, db, options, to } = await startDaemon({ listeners: [parties.listener()] });
    const before = await parties.connected(to());
    await write(before, streamOf(CAPTURE));
    const closed = closedByCollector(before);
    const { listeners } = options;
    const ca = parties.workshop.authority('new operators');
    const { cert, key } = parties.server;
    const credentials = { cert, key, ca: ca.cert };
    await daemon.reload({ ...options, listeners: [parties.listener({ credentials })] });
    await closed;
    await closedByCollector(await parties.connect(to()));
    await daemon.reload({ ...options, listeners });
    const after = await parties.connect(to());
    after.end(streamOf(CAPTURE));
    await once(after, 'close');
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: 2 * 1612, refused: 1 });
  });

  it('changes between TLS and plain TCP on the same port', async () => {
    const { daemon, options, to } = await startDaemon({ listeners: [parties.listener()] });
    const { port } = to();
    await daemon.reload({ ...options, listeners: [plain({ port })] });
    expect(daemon.health.listeners).toMatchObject([{ name: `tcp 127.0.0.1:${port}`, bound: { port } }]);
    expect(daemon.health.ready).toBe(true);
  });

  describe('files that cannot be used are named, with their key', () => {
    const files = (change: Partial<CredentialFiles> = {}): CredentialFiles => ({
      cert: parties.server.certFile,
      key: parties.server.keyFile,
      ca: parties.ca.certFile,
      ...change,
    });
    const file = (text: string) => {
      const path = join(temporaryFolder(), 'file.pem');
      writeFileSync(path, text);
      return path;
    };

    it('those that can are read', () => {
      const { cert, key } = parties.server;
      expect(readCredentials(files())).toEqual({ cert, key, ca: parties.ca.cert });
    });

    it.each(['cert', 'key', 'ca'] as const)('%s', (field) => {
      const missing = join(temporaryFolder(), 'none.pem');
      const read = (path: string) => readCredentials(files({ [field]: path }));
      expect(read(missing)).toEqual({
        problem: expect.stringContaining(`${field}: ${missing}: cannot be read: ENOENT`),
      });
      for (const text of ['', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
        const damaged = file(text);
        expect(read(damaged)).toEqual({ problem: expect.stringContaining(`${field}: ${damaged}: `) });
      }
      const long = file('x'.repeat(2 ** 20 + 1));
      expect(read(long)).toEqual({
        problem: expect.stringContaining(`${field}: ${long}: has 1048577 octets`),
      });
    });

    it('a key of another certificate', () => {
      const { keyFile } = parties.client;
      expect(readCredentials(files({ key: keyFile }))).toEqual({
        problem: expect.stringContaining(
          `key: ${keyFile}: does not go with cert ${parties.server.certFile}: `,
        ),
      });
    });

    it('one bad certificate among those of several authorities', () => {
      const bundle = file(`${parties.ca.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
      expect(readCredentials(files({ ca: bundle }))).toEqual({
        problem: expect.stringContaining(`ca: ${bundle}: `),
      });
    });
  });
});
