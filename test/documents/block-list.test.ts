// L17: only what is in force and flagged, limited to its protocol and port, in words that nftables, BIND and ExaBGP take.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type BlockEntry, reduced } from '../../src/authority/documents/block-entries.ts';
import { type BlockList, blockList } from '../../src/authority/documents/block-list.ts';
import { BLOCK_FORMATS, type DocumentFormat } from '../../src/authority/documents/kinds.ts';
import type { Database } from '../../src/store/database.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { temporaryFolder } from '../support/cli.ts';
import {
  addressesIn,
  asJson,
  changed,
  database,
  ENTRY,
  type Fields,
  knownAt,
  ms,
  REFERENCE,
  rowsOf,
  take,
  verification,
  written,
} from './fixture.ts';

const NOW = '2026-06-26';
const ANY: Fields = { port: undefined, protocol: undefined };
const entry = (changes: Fields = {}): Fields => changed(ENTRY, { block: true, ...changes });

function listed(db: Database, at: string | number = NOW, operator?: string): unknown[] {
  return addressesIn(
    rowsOf(asJson(blockList(knownAt(db, at), { reference: REFERENCE, operator })), 'addresses'),
  );
}

async function listOf(...entries: Fields[]): Promise<BlockList> {
  const db = database();
  await take(db, entries);
  return blockList(knownAt(db, NOW), { reference: REFERENCE });
}

/** What a format says, without its comments. */
function said(list: BlockList, format: DocumentFormat): string[] {
  return written(list, format)
    .split('\n')
    .filter((line) => line !== '' && !/^[#;]/.test(line));
}

describe('L17: what is to be blocked', () => {
  it.each([
    ['flagged', { block: true }, ['203.0.113.7']],
    ['not flagged', { block: false }, []],
    ['by default', { block: undefined }, []],
  ])('%s', async (_, changes, expected) => {
    const db = database();
    await take(db, [entry(changes)]);
    expect(listed(db)).toEqual(expected);
  });

  it.each([
    ['the millisecond before the verification is due', '2026-07-01T23:59:59.999Z', ['203.0.113.7']],
    ['from when it is due', '2026-07-02T00:00:00Z', []],
  ])('is in force: %s', async (_, at, expected) => {
    const db = database();
    await take(db, [entry()]);
    expect(listed(db, at)).toEqual(expected);
  });

  it.each([
    ['the millisecond before it was revoked', -1, ['203.0.113.7']],
    ['from when it was', 0, []],
  ])('L10: %s', async (_, difference, expected) => {
    const db = database();
    await take(db, [entry()]);
    const [row] = rowsOf(asJson(blockList(knownAt(db, NOW), { reference: REFERENCE })), 'addresses');
    const at = ms('2026-06-30T12:00:00Z');
    recordStep(
      db,
      String(row?.indicator),
      { kind: 'revoke', reason: 'moved' },
      { by: 'a.analyst', role: 'analyst', at },
    );
    expect(listed(db, at + difference)).toEqual(expected);
  });

  it('is for one operator what is in force for it', async () => {
    const db = database();
    const own = entry({ address: '198.51.100.1', 'basis.retention': 'lce-122' });
    await take(db, [entry(), own], undefined, { operators: ['example-isp', 'other-isp'] });
    expect(listed(db, NOW, 'other-isp')).toEqual(['203.0.113.7']);
  });
});

describe('L17: limited to what the indicator names', () => {
  const cases: [name: string, changes: Fields, said: Record<(typeof BLOCK_FORMATS)[number], string[]>][] = [
    [
      'an address',
      ANY,
      {
        plain: ['203.0.113.7'],
        nftables: ['ip daddr @c2_ip4 counter drop', 'ip saddr @c2_ip4 counter drop', '      203.0.113.7'],
        rpz: ['32.7.113.0.203.rpz-ip IN CNAME .'],
        flowspec: ['destination 203.0.113.7/32; }', 'source 203.0.113.7/32; }'],
      },
    ],
    [
      'a prefix of IPv6',
      { ...ANY, address: '2001:db8:c2::/48' },
      {
        plain: ['2001:db8:c2::/48'],
        nftables: ['ip6 daddr @c2_ip6 counter drop', '      2001:db8:c2::/48'],
        rpz: ['48.zz.c2.db8.2001.rpz-ip IN CNAME .'],
        flowspec: ['destination 2001:db8:c2::/48/0; }'],
      },
    ],
    [
      'a protocol and port',
      {},
      {
        plain: ['203.0.113.7 tcp 443'],
        nftables: [
          'ip daddr . meta l4proto . th dport @c2_ip4_protocol_port counter drop',
          'ip saddr . meta l4proto . th sport @c2_ip4_protocol_port counter drop',
          '      203.0.113.7 . 6 . 443',
        ],
        rpz: [],
        flowspec: [
          'destination 203.0.113.7/32; protocol =6; destination-port =443; }',
          'source 203.0.113.7/32; protocol =6; source-port =443; }',
        ],
      },
    ],
    [
      'a port of IPv6',
      { address: '2001:db8::1', protocol: undefined, port: 53 },
      {
        plain: ['2001:db8::1 any 53'],
        nftables: ['ip6 daddr . th dport @c2_ip6_port counter drop', '      2001:db8::1 . 53'],
        rpz: [],
        flowspec: ['destination 2001:db8::1/128/0; destination-port =53; }'],
      },
    ],
    [
      'a protocol without ports',
      { protocol: 'icmp', port: undefined },
      {
        plain: ['203.0.113.7 icmp'],
        nftables: ['ip daddr . meta l4proto @c2_ip4_protocol counter drop', '      203.0.113.7 . 1'],
        rpz: [],
        flowspec: ['destination 203.0.113.7/32; protocol =1; }'],
      },
    ],
  ];

  it.each(cases)('%s', async (_, changes, expected) => {
    const list = await listOf(entry(changes));
    for (const format of BLOCK_FORMATS) {
      for (const words of expected[format]) expect(written(list, format)).toContain(words);
    }
    if (expected.rpz.length === 0) {
      expect(said(list, 'rpz')).toHaveLength(3);
      expect(written(list, 'rpz')).toContain('; left out: ');
    }
  });

  it.each([
    ['2001:db8::1', '128.1.zz.db8.2001.rpz-ip'],
    ['2001:db8:0:1:0:0:0:1', '128.1.zz.1.0.db8.2001.rpz-ip'],
    ['2001:db8:1:1:1:1:1:1', '128.1.1.1.1.1.1.db8.2001.rpz-ip'],
    ['2001:db8:1:0:1:1:1:1', '128.1.1.1.1.0.1.db8.2001.rpz-ip'],
    ['203.0.113.0/25', '25.0.113.0.203.rpz-ip'],
  ])('RPZ: %s', async (address, trigger) => {
    expect(said(await listOf(entry({ ...ANY, address })), 'rpz').at(-1)).toBe(`${trigger} IN CNAME .`);
  });

  it('a comment cannot be left by what an authorisation says of itself', async () => {
    const db = database();
    await take(db, [entry(ANY)], undefined, { file: 'AUT; table inet x' });
    for (const format of BLOCK_FORMATS) {
      const lines = written(blockList(knownAt(db, NOW), { reference: REFERENCE }), format).split('\n');
      expect(lines.filter((line) => line.includes('AUT;')).every((line) => /^[#;] /.test(line))).toBe(true);
    }
  });
});

/** Few addresses, so that they overlap. */
const blocked = fc.record({
  last: fc.integer({ min: 0, max: 7 }),
  free: fc.integer({ min: 0, max: 3 }),
  protocol: fc.constantFrom(null, 6, 17),
  port: fc.constantFrom(null, 53, 443),
});

function toEntry({
  last,
  free,
  protocol,
  port,
}: typeof blocked extends fc.Arbitrary<infer T> ? T : never): BlockEntry {
  const first = 0xcb007100 + ((last >> free) << free);
  const until = first + 2 ** free - 1;
  return {
    family: 4,
    address: `${formatIp4(first)}/${32 - free}`,
    protocol,
    port,
    first: [first],
    last: [until],
  };
}

function formatIp4(word: number): string {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
}

describe('L17: overlapping entries', () => {
  const blocks = (entries: readonly BlockEntry[], address: number, protocol: number, port: number): boolean =>
    entries.some(
      (one) =>
        (one.first[0] as number) <= address &&
        address <= (one.last[0] as number) &&
        (one.protocol ?? protocol) === protocol &&
        (one.port ?? port) === port,
    );

  test.prop([fc.array(blocked, { maxLength: 10 })], { seed: 45, numRuns: 300 })(
    'what is left blocks the same, and none of it lies in another',
    (stories) => {
      const all = stories.map(toEntry);
      const left = reduced(all);
      for (let at = 0; at < 8; at++) {
        for (const protocol of [6, 17, 1]) {
          for (const port of [53, 443, 80]) {
            const address = 0xcb007100 + at;
            expect(blocks(left, address, protocol, port)).toBe(blocks(all, address, protocol, port));
          }
        }
      }
      for (const [at, one] of left.entries()) {
        const others = left.filter((_, other) => other !== at);
        expect(
          blocks(
            others.filter((other) => covers(other, one)),
            one.first[0] as number,
            one.protocol ?? -1,
            one.port ?? -1,
          ),
        ).toBe(false);
      }
    },
  );

  function covers(a: BlockEntry, b: BlockEntry): boolean {
    return (a.first[0] as number) <= (b.first[0] as number) && (b.last[0] as number) <= (a.last[0] as number);
  }
});

const flags = fc.array(fc.record({ block: fc.boolean(), verified: fc.boolean() }), {
  minLength: 1,
  maxLength: 10,
});

describe('L17: only in force and flagged', () => {
  test.prop([flags], { seed: 45, numRuns: 40 })('whatever the list, in every format', async (stories) => {
    const db = database();
    const entries = stories.map(({ block, verified }, at) =>
      changed(ENTRY, {
        ...ANY,
        address: `203.0.113.${100 + at}`,
        block,
        verifications: verified ? [verification('2026-06-25T00:00:00Z')] : [],
      }),
    );
    await take(db, entries);
    const list = blockList(knownAt(db, NOW), { reference: REFERENCE });
    const expected = stories.flatMap((story, at) =>
      story.block && story.verified ? [`203.0.113.${100 + at}`] : [],
    );
    for (const format of [...BLOCK_FORMATS, 'json', 'markdown'] as const) {
      const text =
        format === 'rpz'
          ? written(list, format).replace(/32\.(\d+)\.113\.0\.203/g, '203.0.113.$1')
          : written(list, format);
      expect([...new Set(text.match(/203\.0\.113\.1\d\d/g) ?? [])].sort()).toEqual(expected.sort());
    }
    db.close();
  });
});

/** Why a checker cannot be asked; `null` = it can. */
function missing(command: string, args: readonly string[], input = ''): string | null {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8', input });
  if (error) return `${command} is not installed`;
  return status === 0 ? null : `${command} cannot be used here: ${stderr.trim().split('\n')[0]}`;
}

const CHECKERS: [
  tool: string,
  format: DocumentFormat,
  why: string | null,
  command: (file: string) => [string, string[]],
][] = [
  [
    'nft',
    'nftables',
    missing('nft', ['-c', '-f', '-'], 'add table inet t\n'),
    (file) => ['nft', ['-c', '-f', file]],
  ],
  [
    'named-checkzone',
    'rpz',
    missing('named-checkzone', ['-v']),
    (file) => ['named-checkzone', ['-k', 'fail', 'rpz.example', file]],
  ],
  ['exabgp', 'flowspec', missing('exabgp', ['--version']), (file) => ['exabgp', ['--validate', file]]],
];

describe('what does the blocking takes it', () => {
  const everything = [
    entry(),
    entry({ ...ANY, address: '198.51.100.0/24' }),
    entry({ address: '198.51.100.9' }),
    entry({ ...ANY, address: '198.51.100.128/25' }),
    entry({ address: '203.0.113.0/24', port: 80 }),
    entry({ address: '203.0.113.7', protocol: 'udp', port: undefined }),
    entry({ address: '203.0.113.7', protocol: undefined, port: 8443 }),
    entry({ address: '192.0.2.1', protocol: 'icmp', port: undefined }),
    entry({ ...ANY, address: '2001:db8:c2::/48' }),
    entry({ address: '2001:db8::1', protocol: undefined, port: 53 }),
    entry({ address: '2001:db8::2' }),
    entry({ address: '2001:db8::3', protocol: 'icmpv6', port: undefined }),
    entry({ ...ANY, address: '2001:db8:1:2:3:4:5:6' }),
  ];

  for (const [tool, format, why, command] of CHECKERS) {
    it.skipIf(why !== null).each([
      ['a list of every kind of entry', everything],
      ['an empty list', []],
    ])(`${tool}: %s${why === null ? '' : ` (skipped: ${why})`}`, async (_, entries) => {
      const file = join(temporaryFolder(), `list.${format}`);
      const text = written(await listOf(...entries), format);
      writeFileSync(file, format === 'flowspec' ? neighbour(text) : text);
      const [program, args] = command(file);
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    });
  }
});

/** ExaBGP's flow section stands within a neighbour. */
function neighbour(flow: string): string {
  return `neighbor 192.0.2.1 {
  router-id 192.0.2.2; local-address 192.0.2.2; local-as 64512; peer-as 64512;
  family { ipv4 flow; ipv6 flow; }
${flow}}
`;
}
