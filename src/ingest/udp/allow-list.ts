// From which addresses datagrams are taken (L1): the prefixes of a listener. Whatever is not named is refused.
import { parsePrefix } from '../../core/prefix.ts';

interface Range {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

export class AllowList {
  private readonly ranges: readonly Range[];

  /** @param prefixes checked by the configuration; one that is none is refused here too */
  constructor(prefixes: readonly string[]) {
    this.ranges = prefixes.map((text) => {
      const parsed = parsePrefix(text);
      if ('problem' in parsed) throw new Error(`exporters: ${text}: ${parsed.problem}`);
      return parsed.value;
    });
  }

  /** The address's canonical text where it is allowed; else null. @param address as a socket gives it */
  admits(address: string): string | null {
    // A link-local address names its interface after a percent sign.
    const parsed = parsePrefix(address.replace(/%.*$/, ''));
    if ('problem' in parsed) return null;
    const { first, text } = parsed.value;
    return this.ranges.some((range) => isWithin(first, range)) ? text : null;
  }
}

function isWithin(words: readonly number[], { first, last }: Range): boolean {
  return words.length === first.length && compare(words, first) >= 0 && compare(words, last) <= 0;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at]) return (a[at] as number) - (b[at] as number);
  }
  return 0;
}
