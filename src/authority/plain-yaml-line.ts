// What stands on one line of plain YAML (plain-yaml.ts): flow collections, quoted and plain scalars, keys.

/** Thrown to leave everything to the library. Never escapes plain-yaml.ts. */
export const UNUSUAL = new Error('not plain YAML');
const DEEPEST = 32;

const NEWLINE = 10;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const APOSTROPHE = 39;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
export const COLON = 58;
const QUESTION = 63;
const UNDERSCORE = 95;
export const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const TILDE = 126;
export const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Characters that begin something other than a plain scalar: `! " # % & ' * , > @ [ ] \` { | }`. */
const NO_PLAIN_START = new Set(Array.from('!"#%&\'*,>@[]`{|}', (sign) => sign.charCodeAt(0)));
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const INTEGER = /^[-+]?[0-9]+$/;
const OTHER_NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

export class LineReader {
  protected readonly text: string;
  protected depth = 0;
  /** The current line: where reading goes on, and where the line ends. */
  protected at = 0;
  protected end = -1;

  constructor(text: string) {
    this.text = text;
  }

  /** Counts a level of nesting. */
  protected enter(): void {
    if (++this.depth > DEEPEST) unusual();
  }

  protected checkPlainStart(at: number): void {
    const first = this.text.charCodeAt(at);
    if (NO_PLAIN_START.has(first)) unusual();
    if (first !== MINUS && first !== QUESTION && first !== COLON) return;
    const second = this.text.charCodeAt(at + 1);
    if (at + 1 >= this.end || second === SPACE || second === COMMA || second === CLOSE_BRACKET) unusual();
    if (second === CLOSE_BRACE || second === OPEN_BRACE || second === OPEN_BRACKET) unusual();
  }

  protected flow(): unknown {
    this.enter();
    const value = this.text.charCodeAt(this.at) === OPEN_BRACE ? this.flowMapping() : this.flowSequence();
    this.depth -= 1;
    return value;
  }

  protected flowMapping(): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    this.at += 1;
    while (this.flowNext() !== CLOSE_BRACE) {
      const key = this.key(false);
      const next = this.flowNext();
      put(mapping, key, next === COMMA || next === CLOSE_BRACE ? null : this.flowValue());
      this.flowSeparator(CLOSE_BRACE);
    }
    this.at += 1;
    return mapping;
  }

  protected flowSequence(): unknown[] {
    const sequence: unknown[] = [];
    this.at += 1;
    while (this.flowNext() !== CLOSE_BRACKET) {
      sequence.push(this.flowValue());
      this.flowSeparator(CLOSE_BRACKET);
    }
    this.at += 1;
    return sequence;
  }

  /** The next character that is no space, which must be on this line. */
  protected flowNext(): number {
    while (this.at < this.end && this.text.charCodeAt(this.at) === SPACE) this.at += 1;
    return this.at < this.end ? this.text.charCodeAt(this.at) : unusual();
  }

  protected flowSeparator(close: number): void {
    const next = this.flowNext();
    if (next === COMMA) this.at += 1;
    else if (next !== close) unusual();
  }

  protected flowValue(): unknown {
    const first = this.text.charCodeAt(this.at);
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return this.flow();
    if (first === QUOTE || first === APOSTROPHE) return this.quoted();
    this.checkPlainStart(this.at);
    const { text, at } = this;
    let end = at;
    for (; end < this.end; end++) {
      const code = text.charCodeAt(end);
      if (code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE) break;
      if (code === OPEN_BRACKET || code === OPEN_BRACE) unusual();
      if (code === HASH && text.charCodeAt(end - 1) === SPACE) unusual();
      if (code === COLON && endsPlainInFlow(text.charCodeAt(end + 1))) unusual();
    }
    this.at = end;
    while (text.charCodeAt(end - 1) === SPACE) end -= 1;
    return scalar(text.slice(at, end));
  }

  protected key(block: boolean): string {
    const first = this.text.charCodeAt(this.at);
    const quoted = first === QUOTE || first === APOSTROPHE;
    if (quoted && block) unusual();
    const key = quoted ? this.quoted() : this.plainKey();
    if (this.text.charCodeAt(this.at) !== COLON) unusual();
    this.at += 1;
    if (!quoted && this.at < this.end && !endsPlainInFlow(this.text.charCodeAt(this.at))) unusual();
    return key;
  }

  protected plainKey(): string {
    const end = this.plainKeyEnd(this.at);
    if (end === this.at) unusual();
    const key = this.text.slice(this.at, end);
    if (WORDS.has(key)) unusual();
    this.at = end;
    return key;
  }

  protected isPlainKey(at: number): boolean {
    const end = this.plainKeyEnd(at);
    if (end === at || this.text.charCodeAt(end) !== COLON) return false;
    return end + 1 === this.end || this.text.charCodeAt(end + 1) === SPACE;
  }

  /** Behind a key of letters, digits, `_`, `.` and `-` that begins with a letter or `_`; `at` where there is none. */
  protected plainKeyEnd(at: number): number {
    let end = at;
    for (; end < this.end; end++) {
      const code = this.text.charCodeAt(end);
      const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === UNDERSCORE;
      if (letter) continue;
      const later = (code >= 48 && code <= 57) || code === DOT || code === MINUS;
      if (!later || end === at) break;
    }
    return end;
  }

  protected quoted(): string {
    return this.text.charCodeAt(this.at) === QUOTE ? this.doubleQuoted() : this.singleQuoted();
  }

  protected doubleQuoted(): string {
    const { text, at } = this;
    let escaped = false;
    for (let i = at + 1; i < this.end; i++) {
      const code = text.charCodeAt(i);
      if (code === 92) {
        escaped = true;
        i += 1;
      } else if (code === QUOTE) {
        this.at = i + 1;
        return escaped ? unescaped(text.slice(at, i + 1)) : text.slice(at + 1, i);
      }
    }
    return unusual();
  }

  protected singleQuoted(): string {
    const start = this.at + 1;
    let i = start;
    for (; ; i++) {
      i = this.text.indexOf("'", i);
      if (i < 0 || i >= this.end) unusual();
      if (this.text.charCodeAt(i + 1) !== APOSTROPHE) break;
      i += 1;
    }
    this.at = i + 1;
    return this.text.slice(start, i).replaceAll("''", "'");
  }

  protected isDash(at: number): boolean {
    if (this.text.charCodeAt(at) !== MINUS) return false;
    return at + 1 === this.end || this.text.charCodeAt(at + 1) === SPACE;
  }

  /** Skips spaces; true where nothing but a comment is left. */
  protected restIsEmpty(): boolean {
    const from = this.at;
    while (this.at < this.end && this.text.charCodeAt(this.at) === SPACE) this.at += 1;
    return this.at >= this.end || (this.text.charCodeAt(this.at) === HASH && this.at > from);
  }
}

export function unusual(): never {
  throw UNUSUAL;
}

export function isDocumentMark(text: string, at: number): boolean {
  return text.startsWith('---', at) || text.startsWith('...', at);
}

function endsPlainInFlow(code: number): boolean {
  return (
    code === SPACE || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code === NEWLINE
  );
}

export function put(mapping: Record<string, unknown>, key: string, value: unknown): void {
  if (Object.hasOwn(mapping, key) || key === '__proto__' || key === '<<') unusual();
  mapping[key] = value;
}

/** JSON's escapes mean the same in YAML; YAML has more. */
function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return unusual();
  }
}

/** A plain scalar's value by YAML's core schema. */
export function scalar(plain: string): unknown {
  const first = plain.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === PLUS || first === MINUS || first === DOT;
  if (numeric) {
    if (INTEGER.test(plain)) return Number(plain);
    return OTHER_NUMBER.test(plain) ? unusual() : plain;
  }
  if (plain.length <= 5 || first === TILDE) {
    const word = WORDS.get(plain);
    if (word !== undefined) return word;
  }
  return plain;
}
