// Autonomous system and country of an address, from MaxMind files that the operator of this program supplies. Without
// them nothing is known of either; they are read whole, once, and only where they are configured.
import { readFileSync } from 'node:fs';
import { FlowSieveError } from '../core/errors.ts';

export interface GeoSettings {
  /** Paths of .mmdb files. */
  readonly asn: string | null;
  readonly country: string | null;
}

export interface Geo {
  lookUp(address: string): { readonly asn: number | null; readonly country: string | null };
}

const NOTHING = { asn: null, country: null } as const;

/** @throws FlowSieveError INPUT_UNREADABLE */
export async function openGeo({ asn, country }: GeoSettings): Promise<Geo> {
  if (asn === null && country === null) return { lookUp: () => NOTHING };
  const [asns, countries] = await Promise.all([openFile(asn, 'geo.asn'), openFile(country, 'geo.country')]);
  return {
    lookUp: (address) => ({ asn: asnOf(asns?.(address)), country: countryOf(countries?.(address)) }),
  };
}

type LookUp = (address: string) => unknown;

async function openFile(path: string | null, option: string): Promise<LookUp | null> {
  if (path === null) return null;
  const { Reader } = await import('mmdb-lib');
  try {
    const reader = new Reader(readFileSync(path));
    const holdsIpv6 = reader.metadata.ipVersion === 6;
    return (address) => {
      if (!holdsIpv6 && address.includes(':')) return null;
      try {
        return reader.get(address);
      } catch (cause) {
        throw unreadable(path, option, 'is damaged', cause);
      }
    };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw unreadable(
      path,
      option,
      code === undefined ? 'is no MaxMind file' : `cannot be read (${code})`,
      cause,
    );
  }
}

function unreadable(path: string, option: string, why: string, cause: unknown): FlowSieveError {
  return new FlowSieveError('INPUT_UNREADABLE', `${option}: ${path}: ${why}`, { cause });
}

function asnOf(found: unknown): number | null {
  const asn = (found as { autonomous_system_number?: unknown } | null | undefined)?.autonomous_system_number;
  return Number.isSafeInteger(asn) ? (asn as number) : null;
}

/** Where it is, or else where it is registered. */
function countryOf(found: unknown): string | null {
  const record = found as Record<'country' | 'registered_country', { iso_code?: unknown }> | null | undefined;
  const code = record?.country?.iso_code ?? record?.registered_country?.iso_code;
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : null;
}
