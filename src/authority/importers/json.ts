// JSON within bounds; where it is malformed, the line and column are said, which JSON.parse does not.
import { FEED_LIMITS, unreadable } from './feed.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** @throws FlowSieveError INPUT_UNREADABLE */
export function parseJson(text: string, name: string): unknown {
  if (deepest(text) > FEED_LIMITS.nesting) {
    throw unreadable(name, `is nested more than ${FEED_LIMITS.nesting} levels deep`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const { at, what } = findFault(text);
    throw unreadable(name, `malformed JSON at ${lineAndColumn(text, at)}: ${what}`, cause);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An absent list is an empty one; anything else that is no list is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = new Set([91, 123]);
const CLOSE = new Set([93, 125]);

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPEN.has(code)) most = Math.max(most, ++depth);
    else if (CLOSE.has(code)) depth -= 1;
  }
  return most;
}

/** The closing quote; the end of the text where there is none. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /([{}[\],:])|("[^"\\\p{Cc}]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\p{Cc}]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;

/** What may come next, in words. */
type Expected = 'a value' | 'a value or ]' | 'a key' | 'a key or }' | ':' | ', or ]' | ', or }' | 'the end';

/** Where JSON that JSON.parse has refused goes wrong: the first token that may not stand where it stands. */
function findFault(text: string): { at: number; what: string } {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'a value';
  for (let at = 0; ; at = TOKEN.lastIndex) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    TOKEN.lastIndex = SPACE.lastIndex;
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    const next: Expected | null = token && follow(expected, token, open);
    if (next === null) {
      const ends = from >= text.length;
      return { at: from, what: ends ? `it ends where ${expected} was expected` : `expected ${expected}` };
    }
    expected = next;
  }
}

/** What may follow a token; `null` where the token itself may not stand there. */
function follow(expected: Expected, token: RegExpExecArray, open: ('[' | '{')[]): Expected | null {
  const [, sign, string, scalar] = token;
  const isValuePlace = expected === 'a value' || expected === 'a value or ]';
  const isKeyPlace = expected === 'a key' || expected === 'a key or }';
  if (isKeyPlace && string !== undefined) return ':';
  if (isValuePlace && (string ?? scalar) !== undefined) return afterValue(open);
  if (isValuePlace && (sign === '[' || sign === '{')) {
    open.push(sign);
    return sign === '[' ? 'a value or ]' : 'a key or }';
  }
  if (sign === ':' && expected === ':') return 'a value';
  if (sign === ',' && expected === ', or ]') return 'a value';
  if (sign === ',' && expected === ', or }') return 'a key';
  const closes = sign === ']' || sign === '}' ? expected.endsWith(`or ${sign}`) : false;
  if (!closes) return null;
  open.pop();
  return afterValue(open);
}

function afterValue(open: readonly ('[' | '{')[]): Expected {
  const inner = open.at(-1);
  return inner === undefined ? 'the end' : inner === '[' ? ', or ]' : ', or }';
}

function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at);
  const lines = before.split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
