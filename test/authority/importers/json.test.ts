// Malformed JSON is said by line and column.
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/authority/importers/json.ts';

describe('malformed JSON', () => {
  it.each([
    ['{"a": 1,\n  "b": }', 'line 2, column 8: expected a value'],
    ['{"a": 1,\n  "b": 2,\n}', 'line 3, column 1: expected a key'],
    ['{"a" 1}', 'line 1, column 6: expected :'],
    ['[1 2]', 'line 1, column 4: expected , or ]'],
    ['[1, 2', 'line 1, column 6: it ends where , or ] was expected'],
    ['{"a": 1} x', 'line 1, column 10: expected the end'],
    ['{"a": \'x\'}', 'line 1, column 7: expected a value'],
    ['{"a": "x\ny"}', 'line 1, column 7: expected a value'],
    ['{"a": 01}', 'line 1, column 8: expected , or }'],
    ['{"a": [}', 'line 1, column 8: expected a value or ]'],
    ['{,}', 'line 1, column 2: expected a key or }'],
    ['', 'line 1, column 1: it ends where a value was expected'],
    ['{"a": "\\x"}', 'line 1, column 7: expected a value'],
  ])('%j: %s', (text, place) => {
    expect(() => parseJson(text, 'feed.json')).toThrow(`feed.json: malformed JSON at ${place}`);
  });

  it('in a file of many lines', () => {
    const text = `[\n${'  {"a": "b"},\n'.repeat(5000)}  {"a": "b"\n]`;
    expect(() => parseJson(text, 'feed.json')).toThrow('line 5003, column 1: expected , or }');
  });
});

describe('nesting', () => {
  it.each([
    [100, true],
    [101, false],
  ])('of %i levels is read: %s', (depth, isRead) => {
    const text = '['.repeat(depth) + ']'.repeat(depth);
    if (isRead) expect(parseJson(text, 'feed.json')).toBeInstanceOf(Array);
    else expect(() => parseJson(text, 'feed.json')).toThrow('nested more than 100 levels deep');
  });

  it('is not counted within texts', () => {
    expect(parseJson(JSON.stringify({ a: `"${'['.repeat(1000)}\\` }), 'feed.json')).toBeTruthy();
  });
});
