// Real exporters, each in a process of its own, exporting to a daemon: softflowd, pmacctd's nfprobe, nfreplay.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { CAPTURES, startDaemon, sums, type TestDaemon } from './fixture.ts';

const run = promisify(execFile);
const TRAFFIC = resolve(import.meta.dirname, '../../data/traffic.mjs');

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const env = { ...process.env, PATH };
const has = (tool: string) => spawnSync('which', [tool], { env }).status === 0;

/** The four hours of packets from which the bundled captures were made. */
async function traffic(): Promise<string> {
  const file = join(temporaryFolder(), 'traffic.pcap');
  await run(process.execPath, [TRAFFIC, file]);
  return file;
}

/** Everything that this traffic must give, as data/README.md has it. */
const ALL = {
  records: 1612,
  matched: 498,
  noHit: 1066,
  otherOperator: 6,
  otherBasis: 4,
  otherPort: 2,
  outsideTraffic: 4,
  notInForce: 32,
};
const IPV4_ONLY = { records: 1252, matched: 370, noHit: 834 };

async function exported(
  send: (to: { address: string; port: number }, daemon: TestDaemon) => Promise<unknown>,
) {
  const daemon = await startDaemon();
  await send(daemon.to(), daemon);
  expect(await daemon.daemon.stop()).toBe(true);
  return sums(daemon.db);
}

describe.skipIf(!has('softflowd'))('softflowd (needs the tool)', () => {
  it.each([
    ['5', [], IPV4_ONLY],
    ['9', ['-6'], ALL],
    ['10', ['-6'], ALL],
  ])('exporting version %s gives every flow', async (version, options, expected) => {
    const file = await traffic();
    const counted = await exported(({ address, port }) => {
      const args = [
        '-d',
        '-a',
        '-r',
        file,
        '-n',
        `${address}:${port}`,
        '-c',
        'none',
        '-p',
        `${file}.pid`,
        '-v',
        version,
      ];
      return run('softflowd', [...args, ...options], { env });
    });
    expect(counted).toMatchObject(expected);
    expect(counted).toMatchObject({ undecodable: 0, kernelDropped: 0, slabDropped: 0, refused: 0 });
  });
});

describe.skipIf(!has('pmacctd'))('pmacctd with nfprobe (needs the tool)', () => {
  it.each(['9', '10'])('exporting version %s gives every flow', async (version) => {
    const file = await traffic();
    const counted = await exported(async ({ address, port }) => {
      const configuration = `${file}.conf`;
      writeFileSync(
        configuration,
        [
          'daemonize: false',
          `pcap_savefile: ${file}`,
          'plugins: nfprobe',
          'aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags',
          `nfprobe_receiver: ${address}:${port}`,
          `nfprobe_version: ${version}`,
        ].join('\n'),
      );
      // It ends with a failure when it has read the file.
      await run('pmacctd', ['-f', configuration], { env }).catch(() => {});
    });
    expect(counted).toMatchObject(ALL);
  });
});

describe.skipIf(!has('nfreplay'))('nfreplay (needs the tool)', () => {
  it('sending an nfcapd file again gives every flow', async () => {
    const file = join(CAPTURES, 'softflowd-netflow9.lz4.nfcapd');
    expect(existsSync(file)).toBe(true);
    const counted = await exported(({ address, port }) =>
      run('nfreplay', ['-r', file, '-H', address, '-p', String(port), '-v', '9', '-d', '100'], { env }),
    );
    expect(counted).toMatchObject(ALL);
  });
});
