// The patterns of STIX 2.1 (§ 9) of which an address list can be made: equalities of ipv4-addr:value and ipv6-addr:value
// with an address or prefix, joined by OR, in brackets and parentheses. Anything else means more than a list can say, and is
// refused whole.
import type { Prefix } from '../../core/prefix.ts';
import type { Parsed } from '../../core/time.ts';
import { readAddress } from './address.ts';
import { FEED_LIMITS } from './feed.ts';

const TOKEN =
  /\s*(?:([[\]()])|'((?:[^'\\]|\\['\\])*)'|([a-z][a-z\d-]*:[^\s=!<>()[\]]+)|([A-Za-z]+)|([=!<>]{1,2}))/y;

interface Token {
  readonly kind: 'sign' | 'text' | 'path' | 'word' | 'operator' | 'end';
  readonly text: string;
}

const KINDS = ['sign', 'text', 'path', 'word', 'operator'] as const;
const FAMILIES: Readonly<Record<string, 4 | 6>> = { 'ipv4-addr:value': 4, 'ipv6-addr:value': 6 };
const ONLY = 'only = of ipv4-addr:value and ipv6-addr:value, joined by OR, is taken';

/** The addresses that a pattern names, in its order. */
export function readPattern(pattern: string): Parsed<readonly Prefix[]> {
  if (pattern.length > FEED_LIMITS.patternCharacters) {
    return { problem: `is longer than ${FEED_LIMITS.patternCharacters} characters` };
  }
  const reader = new PatternReader(pattern);
  reader.read();
  return reader.problem === null ? { value: reader.prefixes } : { problem: reader.problem };
}

class PatternReader {
  readonly prefixes: Prefix[] = [];
  /** The first thing that is wrong; nothing is read after it. */
  problem: string | null = null;
  private readonly pattern: string;
  private at = 0;
  private next: Token = { kind: 'end', text: '' };

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  read(): void {
    this.advance();
    this.alternatives(false, 1);
    if (this.next.kind !== 'end') this.refuse();
  }

  /** `a OR b …`: of observations, or of comparisons within brackets. */
  private alternatives(inBrackets: boolean, depth: number): void {
    if (depth > FEED_LIMITS.patternNesting) {
      this.fail(`is nested more than ${FEED_LIMITS.patternNesting} levels deep`);
      return;
    }
    do {
      if (this.skip('(')) this.closed(')', inBrackets, depth);
      else if (inBrackets) this.comparison();
      else if (this.skip('[')) this.closed(']', true, depth);
      else this.refuse();
    } while (this.problem === null && this.skip('OR'));
  }

  private closed(sign: ')' | ']', inBrackets: boolean, depth: number): void {
    this.alternatives(inBrackets, depth + 1);
    if (!this.skip(sign)) this.refuse();
  }

  private comparison(): void {
    const path = this.next;
    const family = path.kind === 'path' ? FAMILIES[path.text] : undefined;
    if (family === undefined) {
      this.refuse();
      return;
    }
    this.advance();
    if (!this.skip('=')) {
      this.refuse();
      return;
    }
    const value = this.next;
    if (value.kind !== 'text') {
      this.refuse();
      return;
    }
    this.address(value.text, family);
    this.advance();
  }

  private address(value: string, family: 4 | 6): void {
    const parsed = readAddress(value.replace(/\\(['\\])/g, '$1'));
    if ('problem' in parsed) this.fail(`'${value.slice(0, 60)}': ${parsed.problem}`);
    else if (value.includes(':') !== (family === 6)) this.fail(`'${value}' is no IPv${family} address`);
    else if (this.prefixes.length >= FEED_LIMITS.patternAddresses) {
      this.fail(`names more than ${FEED_LIMITS.patternAddresses} addresses`);
    } else this.prefixes.push(parsed.value);
  }

  private skip(text: string): boolean {
    const { next } = this;
    if (next.kind === 'text' || next.text !== text) return false;
    this.advance();
    return true;
  }

  private advance(): void {
    if (this.problem !== null) return;
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.pattern);
    if (!found) {
      if (this.pattern.slice(this.at).trim() === '') this.next = { kind: 'end', text: '' };
      else this.fail(`cannot be read from character ${this.at + 1} on: ${ONLY}`);
      return;
    }
    const group = KINDS.findIndex((_, at) => found[at + 1] !== undefined);
    this.next = { kind: KINDS[group] as (typeof KINDS)[number], text: found[group + 1] as string };
    this.at = TOKEN.lastIndex;
  }

  /** What stands here may not. */
  private refuse(): void {
    const { kind, text } = this.next;
    this.fail(kind === 'end' ? `ends too early: ${ONLY}` : `${text.slice(0, 60)}: ${ONLY}`);
  }

  private fail(problem: string): void {
    this.problem ??= problem;
    this.next = { kind: 'end', text: '' };
  }
}
