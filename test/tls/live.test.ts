import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { flowsOf, startDaemon } from '../daemon/fixture.ts';
import { countsOf, replayed } from '../daemon/replayed.ts';
import { HAS_OPENSSL } from './certificates.ts';
import { IPFIX_CAPTURES, Parties, streamOf } from './fixture.ts';

const _CAPTURE = 'softflowd-ipfix.pcap';

describe.skipIf(!HAS_OPENSSL)('IPFIX over TLS (needs openssl to make certificates)', () => {
  const parties = HAS_OPENSSL ? new Parties() : (null as unknown as Parties);
  afterAll(() => parties?.workshop.remove());

  const start = (change = {}) => startDaemon({ listeners: [parties.listener(change)] });

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
});
