import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iterateLedger } from '../../src/store/ledger.ts';
import { flowsOf, type Start, startDaemon, sums } from '../daemon/fixture.ts';
import { countsOf, replayed } from '../daemon/replayed.ts';
import { ipfix, set, template10, u16 } from '../wire/encoder.ts';
import { FLOW4, flow4 } from '../wire/fixtures.ts';
import { HAS_OPENSSL } from './certificates.ts';
import { connectTcp, IPFIX_CAPTURES, Parties, plain, streamOf, write } from './fixture.ts';

const CAPTURE = 'softflowd-ipfix.pcap';
const ALL = { records: 1612, matched: 498 };

const announce = (id: number) => ipfix({}, set(2, template10(id, FLOW4)));
const withdraw = (id: number) => ipfix({}, set(2, u16(id), u16(0)));
const data = (id: number) => ipfix({}, set(id, flow4('198.51.100.1')));

describe.skipIf(!HAS_OPENSSL)('IPFIX over TLS (needs openssl to make certificates)', () => {
  let parties: Parties;
  beforeAll(() => {
    parties = new Parties();
  });
  afterAll(() => parties.workshop.remove());

  const start = (change: Start = {}) => startDaemon({ listeners: [parties.listener()], ...change });

  it.each(IPFIX_CAPTURES)('gives the matches and the counts of the replay: %s', async (capture) => {
    const { daemon, db, to } = await start();
    const exporter = await parties.connect(to());
    exporter.end(streamOf(capture));
    await once(exporter, 'close');
    expect(await daemon.stop()).toBe(true);
    const replay = await replayed(capture);
    expect(flowsOf(db)).toEqual(flowsOf(replay));
    expect(countsOf(db)).toEqual(countsOf(replay));
    replay.close();
  });

  it.each([1, 7, 1_000, 16_000])('gives the same in pieces of %i octets', async (size) => {
    const { daemon, db, to } = await start();
    const exporter = await parties.connect(to());
    const whole = streamOf('openvswitch-ipfix.pcap');
    // Octet by octet would be a record of TLS each: the beginning, with its templates, is enough of that.
    for (let at = 0; at < whole.length; ) {
      const next = at < 2_000 || size >= 1_000 ? at + size : whole.length;
      exporter.write(whole.subarray(at, next));
      at = next;
    }
    exporter.end();
    await once(exporter, 'close');
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: 540, undecodable: 0, early: 0 });
  });

  it('is accounted for by exporter and operator, as UDP is', async () => {
    const { daemon, db, to } = await start();
    const [first, second] = [
      await parties.connect(to(), parties.client, { localAddress: '127.0.0.5' }),
      await parties.connect(to(), parties.other, { localAddress: '127.0.0.6' }),
    ];
    first.end(streamOf(CAPTURE));
    second.end(streamOf(CAPTURE));
    await Promise.all([once(first, 'close'), once(second, 'close')]);
    await daemon.stop();
    const lines = [...iterateLedger(db)].filter(({ records }) => records > 0);
    expect(lines).toMatchObject([
      { operator: 'example-isp', exporter: '127.0.0.5', ...ALL },
      // By the indicators whose authorisation names it.
      { operator: 'other-isp', exporter: '127.0.0.6', records: 1612, matched: 6 },
    ]);
    expect(lines[0]?.lastSeenMs).toBeGreaterThan(0);
  });

  it('what an open connection had brought is committed at the end', async () => {
    const { daemon, db, to } = await start({ flushAfterMs: 10_000 });
    const exporter = await parties.connect(to());
    await write(exporter, streamOf(CAPTURE));
    const closed = once(exporter.resume(), 'close');
    expect(await daemon.stop()).toBe(true);
    expect(sums(db)).toMatchObject(ALL);
    await closed;
  });

  it('templates are those of one connection, and end with it', async () => {
    const { daemon, db, to } = await start();
    const [first, second] = [await parties.connect(to()), await parties.connect(to())];
    await write(first, announce(256));
    await write(second, Buffer.concat([announce(300), data(256)]));
    await write(first, Buffer.concat([data(256), data(300)]));
    first.end();
    await once(first, 'close');
    const third = await parties.connect(to());
    third.end(data(256));
    second.end(data(300));
    await Promise.all([once(second, 'close'), once(third, 'close')]);
    await daemon.stop();
    expect(sums(db)).toMatchObject({ datagrams: 7, records: 2, early: 3, earlyDropped: 3 });
  });

  it('a template that is withdrawn is gone, and can be announced as another', async () => {
    const { daemon, db, to } = await start();
    const exporter = await parties.connect(to());
    exporter.end(
      Buffer.concat([
        announce(256),
        data(256),
        withdraw(256),
        data(256),
        announce(257),
        data(257),
        data(256),
      ]),
    );
    await once(exporter, 'close');
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: 2, early: 2, earlyDropped: 2, undecodable: 0 });
  });
});

describe('IPFIX over plain TCP', () => {
  it('gives the matches and the counts of the replay', async () => {
    const { daemon, db, to } = await startDaemon({ listeners: [plain()] });
    const exporter = await connectTcp(to());
    exporter.end(streamOf(CAPTURE));
    await once(exporter.resume(), 'close');
    await daemon.stop();
    const replay = await replayed(CAPTURE);
    expect(flowsOf(db)).toEqual(flowsOf(replay));
    expect(countsOf(db)).toEqual(countsOf(replay));
    replay.close();
  });

  it('is refused from an address that is not among the exporters', async () => {
    const { daemon, db, to, log } = await startDaemon({ listeners: [plain({ exporters: ['127.0.0.5'] })] });
    const stranger = await connectTcp(to());
    await once(stranger.resume(), 'close');
    const exporter = await connectTcp(to(), '127.0.0.5');
    exporter.end(streamOf(CAPTURE));
    await once(exporter.resume(), 'close');
    await daemon.stop();
    expect(sums(db)).toMatchObject({ ...ALL, refused: 1 });
    expect(log.lines.flatMap(({ fields }) => fields.detail ?? [])).toEqual([
      '127.0.0.1: is not among the exporters of the listener',
    ]);
  });
});
