// Whose a victim's address is, as far as that can be said (L15): the entity with the longest prefix, or with its autonomous
// system; else its operator must say. Never a guess: behind address translation only port and exact time tell (RFC 6302).
import type { TimeSource } from '../core/flow.ts';
import { parsePrefix } from '../core/prefix.ts';
import { PrefixTable } from '../core/prefix-table.ts';
import { addressWords } from '../match/address-words.ts';
import type { Database } from '../store/database.ts';
import type { EntityKind, EntityRecord, Profession } from '../store/entities.ts';
import { EntityRegister, type Registered } from '../store/entity-register.ts';
import { type Geo, type GeoSettings, openGeo } from './geo.ts';

/** RFC 6598: addresses between a carrier's customers and its translators. */
const SHARED_SPACE = '100.64.0.0/10';

export interface AttributionSettings {
  readonly geo: GeoSettings;
  /** Prefixes behind whose addresses many people are at a time, besides those of the register and shared address space. */
  readonly natPrefixes: readonly string[];
}

/** What a flow says of its victim. */
export interface VictimAddress {
  /** Canonical text. */
  readonly address: string;
  readonly port: number | null;
  /** Of the times by which the victim is to be identified. */
  readonly timeSource: TimeSource;
}

export interface Attribution {
  /** Whose address it is; `null` where nobody in the register has it, or it cannot be told. */
  readonly entity: EntityRecord | null;
  readonly kind: EntityKind;
  /** I7: of an entity in whose network it lies, whether or not it can be told whose it is. */
  readonly protected: Profession | null;
  readonly asn: number | null;
  /** ISO 3166-1, two capital letters. */
  readonly country: string | null;
  /**
   * `entity`: it can be told; `operator`: its operator must tell; `not attributable`: nobody can, for want of port or
   * exact time.
   */
  readonly attribution: 'entity' | 'operator' | 'not attributable';
  /** Why, in words. */
  readonly because: string;
}

export class Attributor {
  private readonly register: EntityRegister;
  private readonly geo: Geo;
  private readonly nat: PrefixTable<{ readonly text: string; readonly length: number }>;
  private readonly words = new Uint32Array(4);

  constructor(register: EntityRegister, geo: Geo, natPrefixes: readonly string[]) {
    this.register = register;
    this.geo = geo;
    this.nat = new PrefixTable(
      [SHARED_SPACE, ...natPrefixes].map((text) => {
        const prefix = parsePrefix(text);
        if ('problem' in prefix) throw new Error(`${text}: ${prefix.problem}`);
        return { prefix: prefix.value, value: prefix.value };
      }),
    );
  }

  /** @throws FlowSieveError INPUT_UNREADABLE where a file of `geo` cannot be read; DATABASE */
  static async open(db: Database, settings: AttributionSettings): Promise<Attributor> {
    return new Attributor(EntityRegister.ofStored(db), await openGeo(settings.geo), settings.natPrefixes);
  }

  attribute({ address, port, timeSource }: VictimAddress): Attribution {
    const registered = this.register.ofAddress(address);
    const { asn, country } = this.geo.lookUp(address);
    const known = { protected: this.register.professionOf(address), asn, country };
    const nat = this.natOf(address, registered);
    const lack = nat === null ? null : lackOf(port, timeSource);
    if (lack !== null) {
      const because = `${nat}: many people are behind one address, and ${lack} (RFC 6302)`;
      return { ...NOBODY, ...known, attribution: 'not attributable', because };
    }
    if (registered) {
      const { entity, prefix } = registered;
      return { ...told(entity, `${prefix} is registered for ${entity.name}`), ...known };
    }
    const ofAsn = asn === null || nat !== null ? undefined : this.register.ofAsn(asn);
    if (ofAsn) return { ...told(ofAsn, `AS${asn} is registered for ${ofAsn.name}`), ...known };
    const because =
      nat === null
        ? "it is in nobody's registered network: its operator identifies whose it is (L15)"
        : `${nat}: its operator identifies whose it was by source port and time (L15)`;
    return { ...NOBODY, ...known, attribution: 'operator', because };
  }

  /** In words; `null` = no translation is known of, or a longer prefix says whose the address alone is. */
  private natOf(address: string, registered: Registered | undefined): string | null {
    if (registered?.isNat) return `${registered.prefix} is registered as address translation`;
    const family = addressWords(address, this.words);
    const nat = family === 0 ? undefined : this.nat.find(family, this.words);
    if (!nat || (registered && registered.length > nat.length)) return null;
    return nat.text === SHARED_SPACE
      ? `${nat.text} is shared address space (RFC 6598)`
      : `${nat.text} is configured as address translation`;
  }
}

const NOBODY = { entity: null, kind: 'other' } as const;

function told(
  entity: EntityRecord,
  because: string,
): Pick<Attribution, 'entity' | 'kind' | 'attribution' | 'because'> {
  return { entity, kind: entity.kind, attribution: 'entity', because };
}

/** What is missing to tell one of many; `null` = nothing. */
function lackOf(port: number | null, timeSource: TimeSource): string | null {
  const lacks = [
    ...(port === null || port === 0 ? ['the source port is not known'] : []),
    ...(timeSource === 'absolute' || timeSource === 'uptime' ? [] : ['the time is not exact']),
  ];
  return lacks.length === 0 ? null : lacks.join(' and ');
}
