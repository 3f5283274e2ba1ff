// Plain text: an address a line.
import { expect, it } from 'vitest';
import { readSample, readTextAs, refused, taken } from './fixture.ts';

it('takes addresses and prefixes, defanged ones too, and says of each other line what it is', async () => {
  const feed = await readSample('text', 'list.txt');
  expect(taken(feed)).toEqual([
    '203.0.113.7 - -',
    '198.51.100.22 - -',
    '192.0.2.0/25 - -',
    '2001:db8::7 - -',
    '203.0.113.9 - -',
  ]);
  expect(feed).toMatchObject({ entries: 14, refused: 9 });
  expect(refused(feed).map((line) => line.replace(/:.*/s, ''))).toEqual(Array(9).fill('list.txt'));
  expect(feed.refusals.map(({ line }) => line)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect(refused(feed)[2]).toBe(
    'list.txt: line 10: address: "010.1.1.1": a part with a leading zero may be read as octal: write it without',
  );
});

it('reads CRLF, a byte order mark, and a last line without its end', async () => {
  expect(taken(await readTextAs('text', '\ufeff203.0.113.7\r\n\r\n# x\r\n203.0.113.8'))).toEqual([
    '203.0.113.7 - -',
    '203.0.113.8 - -',
  ]);
});

it('is said by the file where nobody else is named', async () => {
  const [named] = (await readTextAs('text', '203.0.113.7', { name: '/feeds/partner.txt' })).candidates;
  expect(named?.observation).toEqual({ source: 'partner.txt' });
  const [given] = (await readTextAs('text', '203.0.113.7', { source: 'partner-a' })).candidates;
  expect(given?.observation).toEqual({ source: 'partner-a' });
});

it('an empty file is an empty list', async () => {
  expect(await readTextAs('text', '# nothing today\n')).toMatchObject({ entries: 0, refused: 0 });
});
