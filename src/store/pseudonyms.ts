// Addresses in what is kept longer than matches: each becomes an HMAC under a key that stays in the database. Whoever
// holds an exported log cannot try out all addresses; whoever holds the database can ask who looked at one.
import { createHmac, randomBytes } from 'node:crypto';
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import type { Database } from './database.ts';

const KEY_BYTES = 32;
/** Of the HMAC's 64 hexadecimal digits. */
const DIGITS = 32;
/** What could hold an address; the parser decides. */
const RUN = /[0-9a-fA-F:.]{2,}(?:\/\d{1,3})?/g;
const DOTTED = /(?:\d{1,3}\.){3}\d{1,3}/g;
const DEFANGED_DOT = /\[\.\]|\(\.\)/g;

type IsKept = (prefix: Prefix) => boolean;
const NONE: IsKept = () => false;

export class Pseudonyms {
  private readonly key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.key = key;
  }

  /** Makes the key where there is none. */
  static of(db: Database): Pseudonyms {
    const known = Pseudonyms.known(db);
    if (known) return known;
    db.prepare('INSERT INTO pseudonymKey VALUES (1, ?) ON CONFLICT DO NOTHING').run(randomBytes(KEY_BYTES));
    return Pseudonyms.known(db) as Pseudonyms;
  }

  /** `null` = nothing was ever made a pseudonym of. */
  static known(db: Database): Pseudonyms | null {
    const key = db.prepare<[], Buffer>('SELECT key FROM pseudonymKey').pluck().get();
    return key === undefined ? null : new Pseudonyms(key);
  }

  /** The same for every way of writing one address or prefix; `null` where it is none. */
  ofAddress(text: string, isKept: IsKept = NONE): string | null {
    const prefix = parsePrefix(text);
    if ('problem' in prefix) return null;
    if (isKept(prefix.value)) return text;
    const hmac = createHmac('sha256', this.key).update(prefix.value.text).digest('hex');
    return `hmac:${hmac.slice(0, DIGITS)}`;
  }

  /** A text with every address in it replaced but those kept, also one with a port or at the end of a sentence. */
  inText(text: string, isKept: IsKept = NONE): string {
    const replaced = (run: string) =>
      this.ofAddress(run, isKept) ?? this.ofBare(run, isKept) ?? this.inRun(run, isKept);
    return text.replace(DEFANGED_DOT, '.').replace(RUN, replaced);
  }

  /** Plain values, however deep. */
  inValue(value: unknown): unknown {
    if (typeof value === 'string') return this.inText(value);
    if (Array.isArray(value)) return value.map((item) => this.inValue(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.inValue(item)]));
  }

  private ofBare(run: string, isKept: IsKept): string | null {
    const bare = run.replace(/[.:]$/, '');
    const pseudonym = this.ofAddress(bare, isKept);
    return pseudonym === null ? null : pseudonym + run.slice(bare.length);
  }

  private inRun(run: string, isKept: IsKept): string {
    return run.replace(DOTTED, (address) => this.ofAddress(address, isKept) ?? address);
  }
}
