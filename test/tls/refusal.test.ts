import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iterateLedger } from '../../src/store/ledger.ts';
import { type Start, startDaemon, sums, type TestDaemon } from '../daemon/fixture.ts';
import { ipfix, set, template10, u16, u32 } from '../wire/encoder.ts';
import { FLOW4, flow4 } from '../wire/fixtures.ts';
import { HAS_OPENSSL, type Issued } from './certificates.ts';
import { closedByCollector, connectTcp, named, Parties, streamOf, write } from './fixture.ts';

const CAPTURE = 'softflowd-ipfix.pcap';
const ALL = { records: 1612, matched: 498 };

describe.skipIf(!HAS_OPENSSL)('over TLS (needs openssl to make certificates)', () => {
  let parties: Parties;
  beforeAll(() => {
    parties = new Parties();
  });
  afterAll(() => parties.workshop.remove());

  const start = (change: Partial<ReturnType<Parties['listener']>> = {}, further: Start = {}) =>
    startDaemon({ listeners: [parties.listener(change)], ...further });

  /** What others do meanwhile must not matter. */
  async function sendCapture(to: TestDaemon['to']): Promise<void> {
    const exporter = await parties.connect(to());
    exporter.end(streamOf(CAPTURE));
    await once(exporter, 'close');
  }

  /** Ends when the collector has closed it, or not let it in at all. */
  async function tryToSend(to: TestDaemon['to'], as: Issued | null, options: ConnectionOptions = {}) {
    try {
      const socket = await parties.connect(to(), as, options);
      const closed = closedByCollector(socket);
      socket.write(streamOf(CAPTURE));
      await closed;
      return null;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  }

  const details = ({ log }: TestDaemon) => log.lines.flatMap(({ fields }) => (fields.detail as string) ?? []);

  describe('a client is refused and counted, and nothing of it is taken in,', () => {
    it.each<[string, () => Issued | null, RegExp]>([
      ['that shows no certificate', () => null, /showed no certificate/],
      ['of another authority', () => parties.stranger, /not valid: UNABLE_TO/],
      ['that is not named', () => parties.elsewhere, /not among the clients: SHA-256 [0-9A-F:]{95}$/],
      ['whose common name is a client', () => parties.client, /not among the clients/],
      ['whose name is a wildcard', () => parties.other, /not among the clients/],
      ['whose certificate is for servers', () => parties.forServers, /not valid: INVALID_PURPOSE/],
    ])('%s', async (_, certificate, reason) => {
      const clients = [
        named({ san: 'exporter' }),
        named({ san: 'a.example.org' }),
        named({ san: '127.0.0.8' }),
      ];
      const daemon = await start({ clients });
      await tryToSend(daemon.to, certificate());
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual([expect.stringMatching(reason)]);
      expect([...iterateLedger(daemon.db)]).toMatchObject([
        { operator: '(unknown)', exporter: null, datagrams: 0, refused: 1 },
      ]);
    });

    it('that two entries name', async () => {
      const clients = [
        named({ fingerprint: parties.client.fingerprint }),
        named({ san: 'exporter.example.net' }, 'other-isp'),
      ];
      const daemon = await start({ clients });
      await tryToSend(daemon.to, parties.client);
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual([expect.stringContaining('names several clients')]);
      expect(sums(daemon.db)).toMatchObject({ datagrams: 0, refused: 1 });
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'that would resume a session, whose certificate is gone: %s',
      async (version) => {
        const daemon = await start();
        const versions = { minVersion: version, maxVersion: version };
        const sessions: Buffer[] = [];
        const first = await parties.connect(daemon.to(), parties.client, versions);
        first.on('session', (session) => sessions.push(session));
        first.end(streamOf(CAPTURE));
        await once(first, 'close');
        const session = sessions.at(-1) ?? first.getSession();
        await tryToSend(daemon.to, null, { ...versions, ...(session ? { session } : {}) });
        await daemon.daemon.stop();
        expect(details(daemon)).toEqual(['127.0.0.1: showed no certificate']);
        expect(sums(daemon.db)).toMatchObject({ ...ALL, refused: 1 });
      },
    );

    it('that knows no TLS 1.2', async () => {
      const daemon = await start();
      const code = await tryToSend(daemon.to, parties.client, {
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      expect(code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual([expect.stringContaining('unsupported protocol')]);
      expect(sums(daemon.db).refused).toBe(1);
    });

    it('that speaks no TLS', async () => {
      const daemon = await start();
      const socket = await connectTcp(daemon.to());
      const closed = closedByCollector(socket);
      socket.write(streamOf(CAPTURE));
      await closed;
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual([expect.stringContaining('wrong version number')]);
      expect(sums(daemon.db)).toMatchObject({ datagrams: 0, refused: 1 });
    });

    it('that does not come to the end of its handshake in time', async () => {
      const daemon = await start({ handshakeSeconds: 1 });
      const socket = await connectTcp(daemon.to());
      socket.write(Uint8Array.of(0x16, 3, 1));
      await closedByCollector(socket);
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual(['127.0.0.1: handshake_seconds: no handshake within 1 s']);
      expect(sums(daemon.db).refused).toBe(1);
    });

    it.each([
      ['max_connections', { maxConnections: 2, maxConnectionsPerClient: 2 }],
      ['max_connections_per_client', { maxConnectionsPerClient: 2 }],
    ])('beyond %s, until another has gone', async (limit, limits) => {
      const daemon = await start(limits);
      const open = [await parties.connected(daemon.to()), await parties.connected(daemon.to())];
      expect(await tryToSend(daemon.to, parties.client)).toBeNull();
      open[0]?.end();
      await once(open[0] as Socket, 'close');
      await sendCapture(daemon.to);
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual([expect.stringContaining(`${limit}: `)]);
      expect(sums(daemon.db)).toMatchObject({ ...ALL, refused: 1 });
    });
  });

  describe('a client does not disturb another', () => {
    it('by stalling in the middle of a message', async () => {
      const { daemon, db, to, log } = await start();
      const stalled = await parties.connect(to(), parties.other);
      await write(stalled, streamOf(CAPTURE).subarray(0, 700));
      await sendCapture(to);
      const closed = closedByCollector(stalled);
      await daemon.stop();
      await closed;
      expect(sums(db, '127.0.0.1')).toMatchObject({ matched: 498, undecodable: 1 });
      expect(log.lines.flatMap(({ fields }) => fields.detail ?? [])).toEqual([
        '127.0.0.1: ended in the middle of a message',
      ]);
    });

    it.each([
      ['octets that are no message', Uint8Array.from({ length: 70_000 }, (_, n) => (n * 37) % 251)],
      ['a message shorter than its header', ipfix({}).fill(0, 2, 4)],
      ['NetFlow v9', Buffer.concat([u16(9), u16(1), u32(0), u32(0), u32(0), u32(0)])],
    ])('by sending %s: its connection is ended', async (_, garbage) => {
      const daemon = await start();
      const { db, to } = daemon;
      const sane = await parties.connect(to());
      const whole = streamOf(CAPTURE);
      await write(sane, whole.subarray(0, 1_000));
      const socket = await parties.connect(to(), parties.other);
      const closed = closedByCollector(socket);
      socket.write(
        Buffer.concat([ipfix({}, set(2, template10(256, FLOW4)), set(256, flow4('198.51.100.1'))), garbage]),
      );
      await closed;
      sane.end(whole.subarray(1_000));
      await once(sane, 'close');
      await daemon.daemon.stop();
      expect(details(daemon)).toContainEqual(
        expect.stringMatching(/^127\.0\.0\.1: no IPFIX message: version \d+/),
      );
      expect(sums(db)).toMatchObject({ records: 1613, matched: 498, undecodable: 1 });
    });

    it('by a message that is broken inside: it is counted, and the connection goes on', async () => {
      const { daemon, db, to } = await start();
      const exporter = await parties.connect(to());
      const broken = ipfix({}, Buffer.concat([u16(256), u16(60_000)]));
      exporter.end(Buffer.concat([broken, streamOf(CAPTURE)]));
      await once(exporter, 'close');
      await daemon.stop();
      expect(sums(db)).toMatchObject({ ...ALL, undecodable: 1 });
    });

    it('by connections that never begin a handshake, however many', async () => {
      const daemon = await start();
      const closed: Promise<void>[] = [];
      for (let n = 0; n < 150; n++) closed.push(closedByCollector(await connectTcp(daemon.to())));
      await sendCapture(daemon.to);
      await daemon.daemon.stop();
      await Promise.all(closed);
      expect(sums(daemon.db)).toMatchObject(ALL);
      expect(details(daemon)).toContainEqual('127.0.0.1: made way for newer connections');
    });

    it('by being silent: it is ended', async () => {
      const daemon = await start({ idleSeconds: 1 });
      const socket = await parties.connect(daemon.to(), parties.other);
      await closedByCollector(socket);
      await sendCapture(daemon.to);
      await daemon.daemon.stop();
      expect(details(daemon)).toEqual(['127.0.0.1: idle_seconds: no message for 1 s']);
      expect(sums(daemon.db)).toMatchObject(ALL);
    });
  });
});
