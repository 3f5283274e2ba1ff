// The fast reader and the library must read the same, or the fast one must leave the file to the library.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readPlainYaml } from '../../src/authority/plain-yaml.ts';

const SAMPLE = `---
flowsieve: 1     # version
authorisation:
  reference: 002/2026
  note: "a \\"quoted\\" line # no comment"
  other: 'it''s'
  operators: [example-isp, 'other', "third", ]
  nested: {a: {b: [1, 2]}, "c":3, d: , e: 2026-06-25T10:00:00Z}
  wrapped: a text that
    goes on
indicators:
- address: 203.0.113.7
  traffic_until:
  block: false
-   address: 2001:db8::1
    port: 443

# comment
-
  address: 203.0.113.9
  list:
  - 1
  - - two
    - three
`;

describe('plain YAML', () => {
  it('is read as the library reads it', () => {
    const read = readPlainYaml(SAMPLE);
    expect(read?.value).toEqual(parse(SAMPLE));
    expect(read?.entryLines).toEqual([12, 15, 19]);
  });

  it('with Windows line ends too', () => {
    expect(readPlainYaml(SAMPLE.replaceAll('\n', '\r\n'))?.value).toEqual(parse(SAMPLE));
  });

  it.each([
    ['an alias', 'a: &x [1]\nb: *x'],
    ['a tag', 'a: !!str 1'],
    ['a block scalar', 'a: |\n  text\nb: 1'],
    ['a tab', 'a:\tb'],
    ['a flow collection over lines', 'a: [1,\n  2]'],
    ['a key twice', 'a: 1\na: 2'],
    ['a merge', 'a: {b: 1}\n"<<": 1'],
    ['a float', 'a: 1.5'],
    ['a prototype', 'a: {__proto__: 1}'],
    ['a colon in a scalar', 'a: b: c'],
    ['a scalar that goes on behind a comment', 'a: b # c\n  d'],
    ['a second document', 'a: 1\n---\nb: 2'],
    ['a bad indent', 'a:\n    b: 1\n  c: 2'],
    ['nothing', ''],
  ])('%s is left to the library', (_, text) => {
    expect(readPlainYaml(text)).toBeNull();
  });

  const scalar = fc.oneof(
    fc.constantFrom(
      '',
      'true',
      'null',
      '~',
      '007',
      '-5',
      '1e3',
      '0x1f',
      '.inf',
      'a: b',
      '- a',
      '# c',
      ' x ',
      "it's",
      'x:',
      '2026-06-25',
      '203.0.113.7',
      '::1',
    ),
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }),
      fc.array(tie('node'), { maxLength: 4 }),
    ),
  })).node;
  const written = fc
    .tuple(
      fc.dictionary(key, tree, { maxKeys: 5, minKeys: 1, noNullPrototype: true }),
      fc.constantFrom(40, 80, 0),
      fc.boolean(),
    )
    .map(([value, lineWidth, indentSeq]) => stringify(value, { lineWidth, indentSeq }));

  test.prop([written], { seed: 20260625, numRuns: 400 })(
    'what the library wrote is read alike, or left to it',
    (text) => {
      const read = readPlainYaml(text);
      if (read) expect(read.value).toEqual(parse(text));
    },
  );

  const SNIPPETS = [
    'a',
    ': ',
    ':',
    '\n',
    '\n  ',
    '\n    ',
    '- ',
    '-',
    '{',
    '}',
    '[',
    ']',
    ', ',
    "'",
    '"',
    ' #',
    '#',
    '1',
    'b: ',
    ' ',
    '\\',
    '?',
    '...',
    '---',
    '&',
    '*',
    '|',
    '\u00e9',
    'null',
  ];
  test.prop([fc.array(fc.constantFrom(...SNIPPETS), { maxLength: 14 }).map((parts) => parts.join(''))], {
    seed: 20260625,
    numRuns: 10_000,
  })('any text is read alike, or left to the library', (text) => {
    const read = readPlainYaml(text);
    if (read) expect({ text, value: read.value }).toEqual({ text, value: parse(text) });
  });
});
