// I7: matches whose victim lies in a network of a protected entity (a lawyer, doctor or journalist) are kept from being
// read from the moment they are stored, until a named person releases them. Costs nothing where no entity is protected.
import { parsePrefix } from '../core/prefix.ts';
import { PrefixTable, type TableEntry } from '../core/prefix-table.ts';
import { addressWords } from '../match/address-words.ts';
import type { Database } from './database.ts';
import { type EntityRecord, entityGeneration, iterateEntities } from './entities.ts';
import { DAY_OF } from './schema-victims.ts';
import { placeSequester } from './sequesters.ts';

const DAY = DAY_OF('matches');
/** Victims of a day looked at at once. */
const VICTIMS_A_STEP = 500;
/** Of a victim on a day, those that were never sequestered. */
const LEFT = `FROM matches INDEXED BY matchesByContact
  WHERE ${DAY} = ? AND victim = ? AND id NOT IN (SELECT match FROM sequesteredMatches)`;

export class ProtectedVictims {
  private readonly db: Database;
  private readonly findActive;
  private readonly insert;
  private readonly insertStored;
  private readonly words = new Uint32Array(4);
  private generation = -1;
  /** Of protected entities alone: a longer prefix of another does not take the protection away. `null` = there are none. */
  private networks: PrefixTable<EntityRecord> | null = null;

  constructor(db: Database) {
    this.db = db;
    this.findActive = db
      .prepare<[string], number>(
        "SELECT sequester FROM activeSequesters WHERE kind = 'protected' AND value = ?",
      )
      .pluck();
    this.insert = db.prepare<[Uint8Array, number]>('INSERT INTO sequesteredMatches VALUES (?, ?)');
    this.insertStored = db.prepare<[number, number, string]>(
      `INSERT INTO sequesteredMatches SELECT id, ? ${LEFT}`,
    );
  }

  /** Takes over the newest register; before each commit. */
  renew(): void {
    const generation = entityGeneration(this.db);
    if (generation === this.generation) return;
    const entries = [...iterateEntities(this.db)].flatMap((entity) =>
      entity.protected === null ? [] : entriesOf(entity),
    );
    this.networks = entries.length === 0 ? null : new PrefixTable(entries);
    this.generation = generation;
  }

  /** The protected entity that a victim's address belongs to. */
  entityOf(victim: string | null): EntityRecord | null {
    if (this.networks === null || victim === null) return null;
    const family = addressWords(victim, this.words);
    return (family === 0 ? undefined : this.networks.find(family, this.words)) ?? null;
  }

  /** A match that is new, within the commit's transaction. */
  sequester(match: Uint8Array, entity: EntityRecord): void {
    this.insert.run(match, this.sequesterOf(entity));
  }

  /**
   * Those that were stored before their entity was known to be protected; those once released stay so. Each step is a
   * transaction of its own, of some milliseconds.
   */
  *sequesterStored(): Generator<void, void> {
    this.renew();
    if (this.networks === null) return;
    for (const day of this.db.prepare<[], number>('SELECT day FROM matchDays').pluck().all())
      yield* this.sequesterDay(day);
  }

  private *sequesterDay(day: number): Generator<void, void> {
    const next = this.db
      .prepare<[number, string], string>(
        `SELECT DISTINCT victim FROM matches INDEXED BY matchesByContact
         WHERE ${DAY} = ? AND victim > ? ORDER BY victim LIMIT ${VICTIMS_A_STEP}`,
      )
      .pluck();
    for (let after = ''; ; ) {
      const victims = next.all(day, after);
      const found = victims.flatMap((victim) => {
        const entity = this.entityOf(victim);
        return entity ? [{ victim, entity }] : [];
      });
      const sequester = this.db.transaction(() => {
        for (const { victim, entity } of found) {
          if (this.isLeft(day, victim)) this.insertStored.run(this.sequesterOf(entity), day, victim);
        }
      });
      if (found.length > 0) sequester.immediate();
      yield;
      if (victims.length < VICTIMS_A_STEP) return;
      after = victims.at(-1) as string;
    }
  }

  private isLeft(day: number, victim: string): boolean {
    return this.db.prepare(`SELECT 1 ${LEFT} LIMIT 1`).get(day, victim) !== undefined;
  }

  private sequesterOf({ id, protected: profession }: EntityRecord): number {
    const active = this.findActive.get(id);
    if (active !== undefined) return active;
    const reason = `the entity is protected (${profession}): kept from being read until a named person releases it (I7)`;
    return placeSequester(
      this.db,
      { kind: 'protected', value: id },
      { by: 'flowsieve', role: 'system', at: Date.now(), reason, cause: 'protected' },
    );
  }
}

function entriesOf(entity: EntityRecord): TableEntry<EntityRecord>[] {
  return [...entity.prefixes, ...entity.natPrefixes].map((text) => {
    const prefix = parsePrefix(text);
    if ('problem' in prefix) throw new Error(`${entity.id}: ${prefix.problem}`);
    return { prefix: prefix.value, value: entity };
  });
}
