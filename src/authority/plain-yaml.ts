// Reads the YAML that lists are really written in, forty times as fast as the library: block and one-line flow
// collections, plain and quoted one-line scalars, comments. At anything else it gives up and says nothing: the library
// reads the whole file then, and its errors are the ones that are shown. What is read here is what the library reads.

export interface PlainYaml {
  readonly value: unknown;
  /** Line on which each entry of the top-level `indicators` begins, from 1. */
  readonly entryLines: readonly number[];
}

/** Thrown to leave everything to the library. Never escapes this file. */
const UNUSUAL = new Error('not plain YAML');
const DEEPEST = 32;

export function readPlainYaml(text: string): PlainYaml | null {
  const unix = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  if (unix.includes('\t') || unix.includes('\r')) return null;
  try {
    return new PlainYamlReader(unix).read();
  } catch (error) {
    if (error === UNUSUAL) return null;
    throw error;
  }
}

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const COLON = 58;
const QUESTION = 63;
const UNDERSCORE = 95;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const TILDE = 126;
const OPEN_BRACE = 123;
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

class PlainYamlReader {
  private readonly text: string;
  private readonly entryLines: number[] = [];
  private depth = 0;
  /** The current line: where its content begins and ends, its column, its number; `indent` is -1 behind the last. */
  private at = 0;
  private end = -1;
  private indent = -1;
  private line = 0;
  /** Whether blank lines or comments stood before the current line. */
  private skipped = false;
  /** Whether a comment ended the last plain scalar: it cannot go on then. */
  private commented = false;

  constructor(text: string) {
    this.text = text;
  }

  read(): PlainYaml {
    this.nextLine();
    if (this.indent === 0 && this.text.slice(this.at, this.end) === '---') this.nextLine();
    const value = this.indent === 0 ? this.block(0) : unusual();
    if (this.indent !== -1) unusual();
    return { value, entryLines: this.entryLines };
  }

  /** Goes to the next line that has content. */
  private nextLine(): void {
    const { text } = this;
    this.skipped = false;
    for (;;) {
      const start = this.end + 1;
      if (start >= text.length) {
        this.indent = -1;
        this.at = this.end = text.length;
        return;
      }
      const newline = text.indexOf('\n', start);
      this.end = newline < 0 ? text.length : newline;
      this.line += 1;
      let at = start;
      while (text.charCodeAt(at) === SPACE) at += 1;
      if (at < this.end && text.charCodeAt(at) !== HASH) {
        this.at = at;
        this.indent = at - start;
        if (this.indent === 0 && isDocumentMark(text, at) && this.line > 1) unusual();
        return;
      }
      this.skipped = true;
    }
  }

  private block(indent: number): unknown {
    if (++this.depth > DEEPEST) unusual();
    const value = this.isDash(this.at) ? this.sequence(indent, null) : this.mapping(indent, this.depth === 1);
    this.depth -= 1;
    return value;
  }

  private mapping(indent: number, top: boolean): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    while (this.indent === indent && !this.isDash(this.at)) {
      const key = this.key(true);
      put(mapping, key, this.valueOf(indent, top && key === 'indicators' ? this.entryLines : null));
    }
    if (this.indent > indent) unusual();
    return mapping;
  }

  /** What follows a key's colon: on the same line, or below it. */
  private valueOf(indent: number, entryLines: number[] | null): unknown {
    if (!this.restIsEmpty()) return this.inline(indent);
    this.nextLine();
    if (this.indent > indent) {
      return entryLines && this.isDash(this.at)
        ? this.sequence(this.indent, entryLines)
        : this.block(this.indent);
    }
    return this.indent === indent && this.isDash(this.at) ? this.sequence(indent, entryLines) : null;
  }

  private sequence(indent: number, entryLines: number[] | null): unknown[] {
    const sequence: unknown[] = [];
    while (this.indent === indent && this.isDash(this.at)) {
      entryLines?.push(this.line);
      this.at += 1;
      sequence.push(this.entry(indent));
    }
    if (this.indent > indent) unusual();
    return sequence;
  }

  private entry(indent: number): unknown {
    const dash = this.at;
    if (this.restIsEmpty()) {
      this.nextLine();
      return this.indent > indent ? this.block(this.indent) : null;
    }
    if (this.isDash(this.at) || this.isPlainKey(this.at)) {
      this.indent = indent + 1 + (this.at - dash);
      return this.block(this.indent);
    }
    return this.inline(indent);
  }

  /** A value on the current line, then the next line; a plain scalar may go on over deeper lines. */
  private inline(indent: number): unknown {
    const first = this.text.charCodeAt(this.at);
    if (first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE || first === APOSTROPHE) {
      const value = first === QUOTE || first === APOSTROPHE ? this.quoted() : this.flow();
      if (!this.restIsEmpty()) unusual();
      this.nextLine();
      if (this.indent > indent) unusual();
      return value;
    }
    let plain = this.plainLine();
    this.nextLine();
    while (this.indent > indent) {
      if (this.skipped || this.commented || this.isDash(this.at)) unusual();
      plain += ` ${this.plainLine()}`;
      this.nextLine();
    }
    return scalar(plain);
  }

  /** The rest of the line as a plain scalar, without comment; to be resolved. */
  private plainLine(): string {
    const { text, at } = this;
    this.checkPlainStart(at);
    this.commented = false;
    let end = this.end;
    for (let i = at; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === COLON && (i + 1 === end || text.charCodeAt(i + 1) === SPACE)) unusual();
      if (code === HASH && text.charCodeAt(i - 1) === SPACE) {
        this.commented = true;
        end = i;
      }
    }
    while (text.charCodeAt(end - 1) === SPACE) end -= 1;
    return text.slice(at, end);
  }

  private checkPlainStart(at: number): void {
    const first = this.text.charCodeAt(at);
    if (NO_PLAIN_START.has(first)) unusual();
    if (first !== MINUS && first !== QUESTION && first !== COLON) return;
    const second = this.text.charCodeAt(at + 1);
    if (at + 1 >= this.end || second === SPACE || second === COMMA || second === CLOSE_BRACKET) unusual();
    if (second === CLOSE_BRACE || second === OPEN_BRACE || second === OPEN_BRACKET) unusual();
  }

  private flow(): unknown {
    if (++this.depth > DEEPEST) unusual();
    const value = this.text.charCodeAt(this.at) === OPEN_BRACE ? this.flowMapping() : this.flowSequence();
    this.depth -= 1;
    return value;
  }

  private flowMapping(): Record<string, unknown> {
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

  private flowSequence(): unknown[] {
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
  private flowNext(): number {
    while (this.at < this.end && this.text.charCodeAt(this.at) === SPACE) this.at += 1;
    return this.at < this.end ? this.text.charCodeAt(this.at) : unusual();
  }

  private flowSeparator(close: number): void {
    const next = this.flowNext();
    if (next === COMMA) this.at += 1;
    else if (next !== close) unusual();
  }

  private flowValue(): unknown {
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

  private key(block: boolean): string {
    const first = this.text.charCodeAt(this.at);
    const quoted = first === QUOTE || first === APOSTROPHE;
    if (quoted && block) unusual();
    const key = quoted ? this.quoted() : this.plainKey();
    if (this.text.charCodeAt(this.at) !== COLON) unusual();
    this.at += 1;
    if (!quoted && this.at < this.end && !endsPlainInFlow(this.text.charCodeAt(this.at))) unusual();
    return key;
  }

  private plainKey(): string {
    const end = this.plainKeyEnd(this.at);
    if (end === this.at) unusual();
    const key = this.text.slice(this.at, end);
    if (WORDS.has(key)) unusual();
    this.at = end;
    return key;
  }

  private isPlainKey(at: number): boolean {
    const end = this.plainKeyEnd(at);
    if (end === at || this.text.charCodeAt(end) !== COLON) return false;
    return end + 1 === this.end || this.text.charCodeAt(end + 1) === SPACE;
  }

  /** Behind a key of letters, digits, `_`, `.` and `-` that begins with a letter or `_`; `at` where there is none. */
  private plainKeyEnd(at: number): number {
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

  private quoted(): string {
    return this.text.charCodeAt(this.at) === QUOTE ? this.doubleQuoted() : this.singleQuoted();
  }

  private doubleQuoted(): string {
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

  private singleQuoted(): string {
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

  private isDash(at: number): boolean {
    if (this.text.charCodeAt(at) !== MINUS) return false;
    return at + 1 === this.end || this.text.charCodeAt(at + 1) === SPACE;
  }

  /** Skips spaces; true where nothing but a comment is left. */
  private restIsEmpty(): boolean {
    const from = this.at;
    while (this.at < this.end && this.text.charCodeAt(this.at) === SPACE) this.at += 1;
    return this.at >= this.end || (this.text.charCodeAt(this.at) === HASH && this.at > from);
  }
}

function unusual(): never {
  throw UNUSUAL;
}

function isDocumentMark(text: string, at: number): boolean {
  return text.startsWith('---', at) || text.startsWith('...', at);
}

function endsPlainInFlow(code: number): boolean {
  return (
    code === SPACE || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code === NEWLINE
  );
}

function put(mapping: Record<string, unknown>, key: string, value: unknown): void {
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
function scalar(plain: string): unknown {
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
