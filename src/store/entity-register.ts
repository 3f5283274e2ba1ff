// Whose an address is: the entity with the longest prefix that holds it. In memory; built again where the register changed.
import { parsePrefix } from '../core/prefix.ts';
import { PrefixTable, type TableEntry } from '../core/prefix-table.ts';
import { addressWords } from '../match/address-words.ts';
import type { Database } from './database.ts';
import { type EntityRecord, entityGeneration, iterateEntities, type Profession } from './entities.ts';

/** An entity by one of its prefixes. */
export interface Registered {
  readonly entity: EntityRecord;
  /** Canonical text of the prefix, and the bits of its network. */
  readonly prefix: string;
  readonly length: number;
  /** Many people are behind one of its addresses at a time. */
  readonly isNat: boolean;
}

export class EntityRegister {
  /** `entityGeneration` of what it holds. */
  readonly generation: number;
  private readonly prefixes: PrefixTable<Registered>;
  /** Of protected entities alone. */
  private readonly protectedPrefixes: PrefixTable<Profession>;
  private readonly byAsn: ReadonlyMap<number, EntityRecord>;
  private readonly words = new Uint32Array(4);

  constructor(entities: Iterable<EntityRecord>, generation = 0) {
    const entries: TableEntry<Registered>[] = [];
    const byAsn = new Map<number, EntityRecord>();
    for (const entity of entities) {
      for (const asn of entity.asns) byAsn.set(asn, entity);
      for (const prefix of entity.prefixes) entries.push(entryOf(entity, prefix, false));
      for (const prefix of entity.natPrefixes) entries.push(entryOf(entity, prefix, true));
    }
    this.generation = generation;
    this.prefixes = new PrefixTable(entries);
    this.protectedPrefixes = new PrefixTable(
      entries.flatMap(({ prefix, value: { entity } }) =>
        entity.protected === null ? [] : [{ prefix, value: entity.protected }],
      ),
    );
    this.byAsn = byAsn;
  }

  static ofStored(db: Database, asKnownAtMs?: number): EntityRegister {
    return db.transaction(() => new EntityRegister(iterateEntities(db, asKnownAtMs), entityGeneration(db)))();
  }

  /** @param address canonical text */
  ofAddress(address: string): Registered | undefined {
    const family = addressWords(address, this.words);
    return family === 0 ? undefined : this.prefixes.find(family, this.words);
  }

  /** I7: of an entity in whose network it lies; a longer prefix of another does not take the protection away. */
  professionOf(address: string): Profession | null {
    const family = addressWords(address, this.words);
    return (family === 0 ? undefined : this.protectedPrefixes.find(family, this.words)) ?? null;
  }

  ofAsn(asn: number): EntityRecord | undefined {
    return this.byAsn.get(asn);
  }
}

function entryOf(entity: EntityRecord, text: string, isNat: boolean): TableEntry<Registered> {
  const prefix = parsePrefix(text);
  if ('problem' in prefix) throw new Error(`${entity.id}: ${prefix.problem}`);
  const { length } = prefix.value;
  return { prefix: prefix.value, value: { entity, prefix: text, length, isNat } };
}
