// Reads the YAML that lists are really written in, forty times as fast as the library: block and one-line flow
// collections, plain and quoted one-line scalars, comments. At anything else it gives up and says nothing: the library
// reads the whole file then, and its errors are the ones that are shown. What is read here is what the library reads.

import {
  APOSTROPHE,
  COLON,
  HASH,
  isDocumentMark,
  LineReader,
  OPEN_BRACE,
  OPEN_BRACKET,
  put,
  QUOTE,
  SPACE,
  scalar,
  UNUSUAL,
  unusual,
} from './plain-yaml-line.ts';

export interface PlainYaml {
  readonly value: unknown;
  /** Line on which each entry of the top-level `indicators` begins, from 1. */
  readonly entryLines: readonly number[];
}

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

class PlainYamlReader extends LineReader {
  private readonly entryLines: number[] = [];
  /** The current line's column, -1 behind the last line, and its number. */
  private indent = -1;
  private line = 0;
  /** Whether blank lines or comments stood before the current line. */
  private skipped = false;
  /** Whether a comment ended the last plain scalar: it cannot go on then. */
  private commented = false;

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
    this.enter();
    const value = this.isDash(this.at) ? this.sequence(indent, null) : this.mapping(indent, this.depth === 1);
    this.depth -= 1;
    return value;
  }

  private mapping(indent: number, top: boolean): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    while (this.indent === indent && !this.isDash(this.at)) {
      const key = this.key(true);
      put(mapping, key, this.valueBehindKey(indent, top && key === 'indicators' ? this.entryLines : null));
    }
    if (this.indent > indent) unusual();
    return mapping;
  }

  /** What follows a key's colon: on the same line, or below it. */
  private valueBehindKey(indent: number, entryLines: number[] | null): unknown {
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
}
