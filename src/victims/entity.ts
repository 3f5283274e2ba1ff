// One entry of an entity register, checked: who it is, by which networks it is known, how it is told. What is wrong is said
// field by field.
import { lineProblem } from '../authority/plain-text.ts';
import { type Fault, fault, nearest } from '../authority/refusal.ts';
import { LANGUAGES } from '../core/languages.ts';
import { isMailAddress } from '../core/mail-address.ts';
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import { type Contact, ENTITY_KINDS, type Entity, PROFESSIONS } from '../store/entities.ts';

export const ENTITY_FIELDS = [
  'id',
  'name',
  'kind',
  'sector',
  'prefixes',
  'nat_prefixes',
  'asns',
  'contacts',
  'protected',
] as const;
const CONTACT_FIELDS = ['mail', 'language', 'openpgp'] as const;

export const ENTITY_LIMITS = {
  prefixes: 10_000,
  asns: 1_000,
  contacts: 20,
  /** Bits that the network of a prefix has at least: nobody has more. */
  shortestIpv4: 8,
  shortestIpv6: 16,
} as const;

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** RFC 4880 § 12.2, RFC 9580 § 5.5.4. */
const FINGERPRINT = /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/;
const LARGEST_ASN = 4_294_967_294;

export type CheckedEntity = { readonly entity: Entity } | { readonly faults: readonly Fault[] };

type Fields = Readonly<Record<string, unknown>>;

export function checkEntity(value: unknown): CheckedEntity {
  if (!isMapping(value)) return { faults: [fault('(entry)', value, 'format', 'must be a mapping')] };
  const check = new EntityCheck(value);
  const entity: Entity = {
    id: check.text('id', idProblem) ?? '',
    name: check.text('name', lineProblem) ?? '',
    kind: check.word('kind', ENTITY_KINDS, 'required') ?? 'other',
    sector: check.optionalText('sector', lineProblem),
    prefixes: check.prefixes('prefixes'),
    natPrefixes: check.prefixes('nat_prefixes'),
    asns: check.asns(),
    contacts: check.contacts(),
    protected: check.word('protected', PROFESSIONS, 'optional'),
  };
  if (entity.protected !== null && entity.asns.length > 0) check.refuseAsnsOfProtected(value.asns);
  check.unknownFields(value, ENTITY_FIELDS, '');
  return check.faults.length > 0 ? { faults: check.faults } : { entity };
}

/** The audit log names entities by their ids, and no victim by its address. */
function idProblem(id: string): string | null {
  if (!ID.test(id)) return 'must be letters, digits, dots, dashes and underscores, 64 at most';
  return IPV4.test(id) ? 'must not be an address: it stands in the audit log' : null;
}

class EntityCheck {
  readonly faults: Fault[] = [];
  private readonly fields: Fields;
  /** Canonical prefixes so far, in either field. */
  private readonly seen = new Set<string>();

  constructor(fields: Fields) {
    this.fields = fields;
  }

  text(field: string, problemOf: (text: string) => string | null): string | null {
    const value = this.fields[field];
    if (isAbsent(value)) return this.refuse(field, value, 'is required');
    if (typeof value !== 'string') return this.refuse(field, value, 'must be text');
    const problem = problemOf(value);
    return problem === null ? value.trim() : this.refuse(field, value, problem);
  }

  optionalText(field: string, problemOf: (text: string) => string | null): string | null {
    return isAbsent(this.fields[field]) ? null : this.text(field, problemOf);
  }

  word<const Word extends string>(
    field: string,
    words: readonly Word[],
    need: 'required' | 'optional',
  ): Word | null {
    const value = this.fields[field];
    if (isAbsent(value) && need === 'optional') return null;
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    const meant = typeof value === 'string' ? nearest(value, words) : null;
    const hint = meant === null ? '' : `: did you mean ${meant}?`;
    return this.refuse(field, value, `must be one of ${words.join(', ')}${hint}`);
  }

  prefixes(field: string): string[] {
    return this.list(field, ENTITY_LIMITS.prefixes, (value, place) => {
      if (typeof value !== 'string') return this.refuse(place, value, 'must be text');
      const parsed = parsePrefix(value);
      if ('problem' in parsed) return this.refuse(place, value, parsed.problem);
      const problem = this.prefixProblem(parsed.value);
      return problem === null ? parsed.value.text : this.refuse(place, value, problem);
    });
  }

  private prefixProblem({ family, length, text }: Prefix): string | null {
    const shortest = family === 4 ? ENTITY_LIMITS.shortestIpv4 : ENTITY_LIMITS.shortestIpv6;
    if (length < shortest) return `is wider than /${shortest}: nobody's network is`;
    if (this.seen.has(text)) return 'is listed twice';
    this.seen.add(text);
    return null;
  }

  asns(): number[] {
    return this.list('asns', ENTITY_LIMITS.asns, (value, place, before) => {
      if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > LARGEST_ASN) {
        return this.refuse(place, value, `must be a whole number from 1 to ${LARGEST_ASN}`);
      }
      return before.includes(value as number)
        ? this.refuse(place, value, 'is listed twice')
        : (value as number);
    });
  }

  /** Matches of protected entities are sequestered as they are stored, when only addresses are known. */
  refuseAsnsOfProtected(value: unknown): void {
    const message =
      'who is protected is known by prefixes alone, so that no match of theirs is read by mistake';
    this.faults.push(fault('asns', value, 'I7', message));
  }

  contacts(): Contact[] {
    return this.list('contacts', ENTITY_LIMITS.contacts, (value, place) => this.contact(value, place));
  }

  private contact(value: unknown, place: string): Contact | null {
    if (!isMapping(value)) return this.refuse(place, value, 'must be a mapping with mail and language');
    const { mail, language, openpgp } = value;
    this.unknownFields(value, CONTACT_FIELDS, `${place}.`);
    if (typeof mail !== 'string' || !isMailAddress(mail)) {
      return this.refuse(`${place}.mail`, mail, 'must be one mail address');
    }
    const known = LANGUAGES.find((one) => one === language);
    if (known === undefined) {
      return this.refuse(`${place}.language`, language, `must be one of ${LANGUAGES.join(', ')}`);
    }
    if (isAbsent(openpgp)) return { mail, language: known, openpgp: null };
    const fingerprint = typeof openpgp === 'string' ? openpgp.replaceAll(' ', '').toUpperCase() : '';
    return FINGERPRINT.test(fingerprint)
      ? { mail, language: known, openpgp: fingerprint }
      : this.refuse(`${place}.openpgp`, openpgp, 'must be a fingerprint of 40 or 64 hexadecimal digits');
  }

  private list<T>(
    field: string,
    most: number,
    read: (value: unknown, place: string, before: readonly T[]) => T | null,
  ): T[] {
    const value = this.fields[field];
    if (isAbsent(value)) return [];
    const found: T[] = [];
    if (!Array.isArray(value)) this.refuse(field, value, 'must be a list');
    else if (value.length > most) this.refuse(field, value, `has more than ${most} entries`);
    else
      for (const [at, one] of value.entries()) {
        const taken = read(one, `${field}[${at}]`, found);
        if (taken !== null) found.push(taken);
      }
    return found;
  }

  unknownFields(value: Fields, known: readonly string[], within: string): void {
    for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
      const meant = nearest(key, known);
      const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
      this.refuse(`${within}${key}`, value[key], `there is no such field: ${hint}`);
    }
  }

  private refuse(field: string, value: unknown, message: string): null {
    const rule = field.startsWith('protected') ? 'I7' : 'L15';
    this.faults.push(fault(field, value, rule, message));
    return null;
  }
}

function isMapping(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
