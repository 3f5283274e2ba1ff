// What feeds and people write, shown in Markdown and never read as Markdown.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Document, Head } from '../../src/authority/documents/document.ts';
import { writeMarkdown } from '../../src/authority/documents/markdown.ts';
import { guarded } from '../../src/authority/documents/markdown-text.ts';

describe('text is guarded', () => {
  it.each([
    ['a | b', 'a \\| b'],
    ['`rm`', '\\`rm\\`'],
    ['<script>', '\\<script\\>'],
    ['one\ntwo\r\n\r\nthree', 'one two three'],
    ['one\u2028two', 'one two'],
    ['[x](javascript:1)', '\\[x\\](javascript:1)'],
    ['![x](http://evil.example/a.png)', '\\!\\[x\\](http\\://evil.example/a.png)'],
    ['www.evil.example', 'www\\.evil.example'],
    ['ask @somebody', 'ask \\@somebody'],
    ['# not a heading', '\\# not a heading'],
    ['- not a list', '\\- not a list'],
    ['1. not a list', '1\\. not a list'],
    ['= = =', '\\= = ='],
    ['a\\', 'a\\\\'],
    ['&lt;b&gt;', '\\&lt;b\\&gt;'],
    ['a\u202egnp.exe', 'a\ufffdgnp.exe'],
    ['a\u0007b', 'a\ufffdb'],
    ['  203.0.113.7 ', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['1) not a list', '1\\) not a list'],
    ['http://evil.example', 'http\\://evil.example'],
  ])('%j', (text, expected) => {
    expect(guarded(text)).toBe(expected);
  });
});

const HEAD: Head = {
  kind: 'changes',
  title: 'A title',
  rule: 'L12',
  source: null,
  regime: 'nis2-csirt',
  authorisation: null,
  asKnownAtMs: 0,
  generation: 1,
  tlp: 'CLEAR',
};

function markdownOf(document: Omit<Document, 'head'>): string {
  let text = '';
  writeMarkdown({ head: HEAD, ...document }, { text: (piece) => (text += piece) });
  return text;
}

/** Cells of a row as GFM cuts it: at bars that no backslash stands before. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)(?:\\\\)*\|/)
    .map((cell) => cell.trim());
}

describe('whatever a cell holds, a table keeps its form', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('|', '\\', '\n|', '`', '\\|'),
  );

  test.prop([fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 })], { seed: 45, numRuns: 500 })(
    'as many lines and cells as there are rows and columns',
    (pairs) => {
      const columns = [
        { key: 'a', title: 'A' },
        { key: 'b', title: 'B' },
      ];
      const rows = pairs.map(([a, b]) => ({ a, b }));
      const markdown = markdownOf({
        facts: [],
        sections: [{ id: 's', title: 'S', table: { columns, rows } }],
      });
      const lines = markdown.split(/\r\n|[\n\r\u2028\u2029\u0085]/).filter((line) => line.startsWith('|'));
      expect(lines).toHaveLength(rows.length + 2);
      for (const line of lines) expect(cellsOf(line)).toHaveLength(2);
    },
  );

  test.prop([text], { seed: 45, numRuns: 500 })('nothing of it stands unescaped', (given) => {
    expect(guarded(given).replace(/\\[\p{P}\p{S}]/gu, '')).not.toMatch(/[`*_[\]<>|~&@#!\n\r]|:\/\//);
  });
});
