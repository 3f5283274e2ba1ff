// Victims by names that are no addresses, for paths and logs: the number of a row of evidence, and what proves that the row
// is still of the same victim. Whoever does not hold the database's key can neither read nor guess one.
import type { Database } from './database.ts';
import { Pseudonyms } from './pseudonyms.ts';

const ID = /^(\d{1,15})-([0-9a-f]{16})$/;
const DIGITS = 16;

export class VictimIds {
  private readonly db: Database;
  private readonly pseudonyms: Pseudonyms;

  constructor(db: Database) {
    this.db = db;
    this.pseudonyms = Pseudonyms.of(db);
  }

  of({ id, victim }: { readonly id: number; readonly victim: string }): string {
    return `${id}-${this.proofOf(victim)}`;
  }

  /** @param operator of whom the evidence must be; `null` = of anybody. @returns the victim's address */
  find(text: string, operator: string | null): string | null {
    const [, id, proof] = ID.exec(text) ?? [];
    const victim = this.db
      .prepare('SELECT victim FROM evidence WHERE id = @id AND operator = ifnull(@operator, operator)')
      .pluck()
      .get({ id: Number(id ?? 0), operator }) as string | undefined;
    return victim !== undefined && this.proofOf(victim) === proof ? victim : null;
  }

  private proofOf(victim: string): string {
    return (this.pseudonyms.ofAddress(victim) ?? '').slice('hmac:'.length).slice(0, DIGITS);
  }
}
