// Takes a file of an entity register in: insert-only versions of what changed, an end of what it lists no more, in one
// transaction. A network belongs to one entity: who claims another's is refused.
import { hash } from 'node:crypto';
import { type Fault, fault } from '../authority/refusal.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import type { Database } from './database.ts';
import { type Entity, type EntityRecord, iterateEntities } from './entities.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';
import { type NewChange, recording } from './recording.ts';

/** Where an entry stands in its file. */
interface Place {
  /** From 0. */
  readonly entry: number;
  /** From 1; `null` where the format has none. */
  readonly line: number | null;
}

export interface ListedEntity extends Place {
  readonly entity: Entity;
}

export interface EntityRefusal extends Place {
  /** As far as it can be told: what is known of that entity stays as it is. */
  readonly id: string | null;
  readonly faults: readonly Fault[];
}

export interface RegisterFile {
  readonly name: string;
  /** SHA-256 of its octets. */
  readonly digest: Uint8Array;
  readonly entries: number;
  readonly listed: readonly ListedEntity[];
  readonly refusals: readonly EntityRefusal[];
}

export interface RegisterReport {
  readonly file: string;
  readonly register: string;
  readonly changed: boolean;
  readonly entries: number;
  readonly entities: { readonly added: number; readonly changed: number; readonly ended: number };
  readonly refused: number;
  readonly refusals: readonly EntityRefusal[];
}

/** Entries refused that are told; the rest is counted. */
const MOST_REFUSALS = 1_000;

/**
 * @param register the name of the register that the file is of: what other registers list is left alone
 * @throws FlowSieveError DATABASE
 */
export function importEntities(
  db: Database,
  file: RegisterFile,
  register: string,
  change: NewChange,
): RegisterReport {
  return recording(db, change, (now) => new EntityImport(db, file, register, now).run());
}

class EntityImport {
  private readonly db: Database;
  private readonly file: RegisterFile;
  private readonly register: string;
  private readonly change: ChangedBy;
  /** Listed by this register and not yet met in the file. */
  private readonly left = new Map<string, EntityRecord>();
  /** Whose each id, prefix and autonomous system is. */
  private readonly claims = new Map<string, string>();
  private readonly refusals: EntityRefusal[];
  private readonly counts = { added: 0, changed: 0, ended: 0 };
  private readonly insert;

  constructor(db: Database, file: RegisterFile, register: string, change: ChangedBy) {
    this.db = db;
    this.file = file;
    this.register = register;
    this.change = change;
    this.refusals = [...file.refusals];
    this.insert = db.prepare(
      `INSERT INTO entityVersions (id, version, recordedAtMs, recordedBy, register, listed, digest, body)
       SELECT @id, ifnull(max(version), 0) + 1, max(@at, ifnull(max(recordedAtMs), 0)), @by, @register, @listed,
         @digest, @body
       FROM entityVersions WHERE id = @id`,
    );
  }

  run(): RegisterReport {
    const kept = new Set(this.file.refusals.map(({ id }) => id));
    for (const entity of iterateEntities(this.db)) {
      if (entity.register !== this.register)
        this.claim(entity, `${entity.id} of the register ${entity.register}`);
      else if (kept.has(entity.id)) this.claim(entity, entity.id);
      else this.left.set(entity.id, entity);
    }
    for (const listed of this.file.listed) this.take(listed);
    for (const entity of this.left.values()) this.end(entity);
    const { added, changed, ended } = this.counts;
    const hasChanged = added + changed + ended > 0;
    if (hasChanged) this.tell();
    return {
      file: this.file.name,
      register: this.register,
      changed: hasChanged,
      entries: this.file.entries,
      entities: this.counts,
      refused: this.refusals.length,
      refusals: this.refusals.slice(0, MOST_REFUSALS),
    };
  }

  private take({ entry, line, entity }: ListedEntity): void {
    const before = this.left.get(entity.id);
    const faults = claimsOf(entity).flatMap(([claim, field, value]) => {
      const owner = this.claims.get(claim);
      return owner === undefined ? [] : [fault(field, value, 'L15', `is that of ${owner} already`)];
    });
    if (faults.length > 0) {
      this.refusals.push({ entry, line, id: entity.id, faults });
      if (before) this.keep(before);
      return;
    }
    this.left.delete(entity.id);
    this.claim(entity, entity.id);
    if (before && sameEntity(before, entity)) return;
    this.counts[before ? 'changed' : 'added'] += 1;
    this.put(entity, true);
  }

  /** What is refused changes nothing of what is known. */
  private keep(entity: EntityRecord): void {
    this.left.delete(entity.id);
    this.claim(entity, entity.id);
  }

  private claim(entity: Entity, owner: string): void {
    for (const [claim] of claimsOf(entity)) this.claims.set(claim, owner);
  }

  private end(entity: EntityRecord): void {
    this.counts.ended += 1;
    const { version: _, recordedAtMs: _at, recordedBy: _by, register: _of, ...body } = entity;
    this.put(body, false);
  }

  private put(entity: Entity, isListed: boolean): void {
    const body = canonicalJson(entity);
    this.insert.run({
      id: entity.id,
      at: this.change.at,
      by: this.change.by,
      register: this.register,
      listed: isListed ? 1 : 0,
      digest: hash('sha256', body, 'buffer'),
      body,
    });
  }

  /** No network of an entity is told: it may be a person's. */
  private tell(): void {
    const { at: atMs, by: actor, role } = this.change;
    const { digest, entries } = this.file;
    const version = this.db.prepare('SELECT max(sequence) FROM entityVersions').pluck().get() as number;
    const detail = { entries, entities: this.counts, refused: this.refusals.length };
    const event = {
      atMs,
      actor,
      role,
      action: 'entity.import',
      object: this.register,
      version,
      digest,
      detail,
    };
    eventWriter(this.db)(event);
  }
}

function claimsOf(entity: Entity): (readonly [claim: string, field: string, value: string | number])[] {
  return [
    [`id ${entity.id}`, 'id', entity.id],
    ...entity.prefixes.map((prefix) => [prefix, 'prefixes', prefix] as const),
    ...entity.natPrefixes.map((prefix) => [prefix, 'nat_prefixes', prefix] as const),
    ...entity.asns.map((asn) => [`AS${asn}`, 'asns', asn] as const),
  ];
}

function sameEntity(before: EntityRecord, now: Entity): boolean {
  return (Object.keys(now) as (keyof Entity)[]).every(
    (key) => canonicalJson(before[key]) === canonicalJson(now[key]),
  );
}
