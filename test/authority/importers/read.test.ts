// A file as a whole: its bounds, its encoding, and another format than the one that was named.
import { describe, expect, it } from 'vitest';
import { FEED_LIMITS } from '../../../src/authority/importers/feed.ts';
import type { FeedFormat } from '../../../src/authority/importers/formats.ts';
import { readFeed } from '../../../src/authority/importers/read.ts';
import { readSample, readTextAs } from './fixture.ts';

describe('another format than was named', () => {
  it.each<[FeedFormat, string, FeedFormat]>([
    ['stix', 'misp.json', 'misp'],
    ['stix', 'feodo.json', 'feodo'],
    ['misp', 'bundle.json', 'stix'],
    ['misp', 'threatfox.csv', 'threatfox'],
    ['feodo', 'threatfox.csv', 'threatfox'],
    ['feodo', 'misp.csv', 'misp'],
    ['threatfox', 'feodo.csv', 'feodo'],
    ['threatfox', 'feodo.json', 'feodo'],
    ['csv', 'threatfox.csv', 'threatfox'],
    ['csv', 'misp.csv', 'misp'],
    ['text', 'feodo.csv', 'feodo'],
    ['text', 'bundle.json', 'stix'],
  ])('--from %s with %s is said to look like %s', async (format, file, likely) => {
    await expect(readSample(format, file)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(new RegExp(`^${file}: .*; it looks like --from ${likely}$`)),
    });
  });
});

describe('bounds', () => {
  it('more bytes than one file may have are not looked at', async () => {
    const bytes = { byteLength: FEED_LIMITS.fileBytes + 1 } as Uint8Array;
    await expect(readFeed(bytes, 'text', { name: 'feed' })).rejects.toThrow(
      `more than the ${256 * 1024 * 1024}`,
    );
  });

  it('other text than UTF-8 is refused', async () => {
    await expect(readFeed(Buffer.from([0x31, 0xff, 0xfe]), 'text', { name: 'feed' })).rejects.toThrow(
      'not UTF-8',
    );
  });

  it.each([
    [FEED_LIMITS.entries, true],
    [FEED_LIMITS.entries + 1, false],
  ])('%i lines are read: %s', async (count, isRead) => {
    const reading = readTextAs('text', 'x\n'.repeat(count));
    if (isRead) expect(await reading).toMatchObject({ entries: count, refused: count });
    else await expect(reading).rejects.toThrow('more than 1000000 entries');
  });

  it('refusals are all counted, and the first kept', async () => {
    const feed = await readTextAs('text', 'x\n'.repeat(20_000));
    expect(feed.refused).toBe(20_000);
    expect(feed.refusals).toHaveLength(FEED_LIMITS.refusalsKept);
  });

  it('names and remarks are cut, and are one line without control characters', async () => {
    const text = `ip,malware,comment\n203.0.113.7,${'m'.repeat(300)},"a\u0007\n\u001b[31mb${'c'.repeat(2000)}"\n`;
    const [candidate] = (await readTextAs('csv', text)).candidates;
    const { threats, remarks } = candidate!.observation;
    expect(threats?.[0]).toHaveLength(200);
    expect(remarks?.[0]).toHaveLength(1000);
    expect(remarks?.[0]).toMatch(/^a \[31mbc+…$/);
  });
});
