// Which inputs an argument means, and in what order.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nameMatcher } from '../../src/ingest/glob.ts';
import { expandInputs } from '../../src/ingest/inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = [
  '2026/07/nfcapd.202607011205',
  '2026/07/nfcapd.202607011200',
  '2026/06/nfcapd.202606302355',
  '2026/07/nfcapd.current.812',
  '2026/07/.hidden',
  '.cache/nfcapd.202501010000',
  'captures/b.pcap',
  'captures/a.pcap',
  'captures/[odd].pcap',
];
for (const [n, name] of FILES.entries()) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), '');
  utimesSync(join(folder, name), 1_800_000_000 + n, 1_800_000_000 + n);
}
symlinkSync('..', join(folder, 'captures/up'));

async function expanded(...patterns: string[]): Promise<string[]> {
  const inputs = await expandInputs(
    patterns.map((pattern) => (pattern === '-' ? '-' : join(folder, pattern))),
  );
  return inputs.map((path) => (path === '-' ? '-' : relative(folder, path)));
}

describe('expandInputs', () => {
  it('gives a folder with all below it in the order of time, by name where it tells', async () => {
    expect(await expanded('2026')).toEqual([
      '2026/06/nfcapd.202606302355',
      '2026/07/nfcapd.202607011200',
      '2026/07/nfcapd.202607011205',
    ]);
  });

  it('orders by last change where names tell no time', async () => {
    expect(await expanded('captures/?.pcap')).toEqual(['captures/b.pcap', 'captures/a.pcap']);
  });

  it('follows links in no circle', async () => {
    const found = await expanded('captures/up');
    expect(found).toContain('captures/up/2026/06/nfcapd.202606302355');
    expect(found).toHaveLength(6);
  });

  it('matches any folders by **', async () => {
    expect(await expanded('**/nfcapd.2026070112*')).toEqual([
      '2026/07/nfcapd.202607011200',
      '2026/07/nfcapd.202607011205',
    ]);
    expect(await expanded('2026/**')).toHaveLength(3);
  });

  it('gives what a pattern matches once, also when named again', async () => {
    expect(await expanded('2026/07/*05', '2026/07', '2026/07/nfcapd.202607011200')).toEqual([
      '2026/07/nfcapd.202607011205',
      '2026/07/nfcapd.202607011200',
    ]);
  });

  it('takes a name that exists as it is, though it looks like a pattern', async () => {
    expect(await expanded('captures/[odd].pcap')).toEqual(['captures/[odd].pcap']);
  });

  it('takes a file in progress or hidden when it is named in full', async () => {
    expect(await expanded('2026/07/nfcapd.current.812')).toEqual(['2026/07/nfcapd.current.812']);
  });

  it('keeps - for standard input', async () => {
    expect(await expanded('captures/a.pcap', '-')).toEqual(['captures/a.pcap', '-']);
  });

  it.each([
    ['2027/*', /2027\/\*: no file matches the pattern/],
    ['nothing.pcap', /nothing\.pcap: no such file or folder/],
  ])('names %s that gives nothing', async (pattern, message) => {
    await expect(expanded(pattern)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(message),
    });
  });

  it('names a folder that holds nothing to read', async () => {
    mkdirSync(join(folder, 'empty'));
    await expect(expanded('empty')).rejects.toThrow(/empty: the folder holds no file/);
  });
});

describe('names', () => {
  it.each([
    ['*', 'a', true],
    ['*', '.a', false],
    ['.*', '.a', true],
    ['a?c', 'abc', true],
    ['a?c', 'abbc', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['[]]x', ']x', true],
    ['[x', '[x', true],
    ['[z-a]', 'b', false],
    ['[a-]', '-', true],
    ['a.b+(c)', 'a.b+(c)', true],
    ['a.b', 'axb', false],
    ['*.pcap', 'a\n.pcap', true],
  ])('%j against %j is %j', (pattern, name, expected) => {
    expect(nameMatcher(pattern)(name)).toBe(expected);
  });
});
