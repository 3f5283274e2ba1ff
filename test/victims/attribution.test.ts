// Whose a victim's address is: by longest prefix, by autonomous system, and never by guess.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TimeSource } from '../../src/core/flow.ts';
import { EntityRegister } from '../../src/store/entity-register.ts';
import { type Attribution, Attributor } from '../../src/victims/attribution.ts';
import { openGeo } from '../../src/victims/geo.ts';
import { temporaryDatabase } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { writeMmdb } from '../support/mmdb-writer.ts';
import { entityRecord } from './entities.ts';

const HOSPITAL = entityRecord({ prefixes: ['192.0.2.0/24', '2001:db8:1::/48'] });
const LAWYER = entityRecord({
  ...{ id: 'a-lawyer', name: 'A. Lawyer', kind: 'other', protected: 'lawyer' },
  ...{ prefixes: ['192.0.2.77'], natPrefixes: ['198.51.100.16/28'] },
});
const CARRIER = entityRecord({
  ...{ id: 'example-isp', name: 'Example ISP', asns: [64500], natPrefixes: ['198.51.100.128/25'] },
});

/** Autonomous systems by prefix. */
function geoOf(
  asns: Readonly<Record<string, number>> = {},
  countries: Readonly<Record<string, string>> = {},
) {
  const folder = temporaryFolder();
  const write = (name: string, entries: Parameters<typeof writeMmdb>[0]): string => {
    const path = join(folder, name);
    writeFileSync(path, writeMmdb(entries));
    return path;
  };
  const map = <T>(values: Readonly<Record<string, T>>, record: (value: T) => object) =>
    Object.fromEntries(Object.entries(values).map(([prefix, value]) => [prefix, record(value) as never]));
  return openGeo({
    asn: write(
      'asn.mmdb',
      map(asns, (asn) => ({ autonomous_system_number: asn })),
    ),
    country: write(
      'country.mmdb',
      map(countries, (code) => ({ country: { iso_code: code } })),
    ),
  });
}

interface Asked {
  readonly natPrefixes?: readonly string[];
  readonly asns?: Readonly<Record<string, number>>;
  readonly countries?: Readonly<Record<string, string>>;
  readonly port?: number | null;
  readonly timeSource?: TimeSource;
}

async function attribute(address: string, asked: Asked = {}): Promise<Attribution> {
  const { natPrefixes = [], port = 51_000, timeSource = 'absolute' } = asked;
  const register = new EntityRegister([HOSPITAL, LAWYER, CARRIER]);
  const attributor = new Attributor(register, await geoOf(asked.asns, asked.countries), natPrefixes);
  return attributor.attribute({ address, port, timeSource });
}

describe('L15: an address is attributed', () => {
  it.each([
    ['192.0.1.255', null],
    ['192.0.2.0', 'example-hospital'],
    ['192.0.2.76', 'example-hospital'],
    ['192.0.2.77', 'a-lawyer'],
    ['192.0.2.78', 'example-hospital'],
    ['192.0.2.255', 'example-hospital'],
    ['192.0.3.0', null],
    ['2001:db8:0:ffff:ffff:ffff:ffff:ffff', null],
    ['2001:db8:1::', 'example-hospital'],
    ['2001:db8:1:ffff:ffff:ffff:ffff:ffff', 'example-hospital'],
    ['2001:db8:2::', null],
  ])('to the longest prefix that holds it: %s is %s', async (address, id) => {
    const { entity, attribution } = await attribute(address);
    expect([entity?.id ?? null, attribution]).toEqual([id, id === null ? 'operator' : 'entity']);
  });

  it('to the entity with its kind, and says by which prefix', async () => {
    expect(await attribute('192.0.2.7')).toEqual({
      ...{ entity: HOSPITAL, kind: 'essential', protected: null, asn: null, country: null },
      ...{ attribution: 'entity', because: '192.0.2.0/24 is registered for Example Hospital' },
    });
  });

  it('to an autonomous system where no prefix holds it, and not where one does', async () => {
    const asns = { '192.0.2.0/24': 64500, '203.0.113.0/24': 64500, '2001:db8:9::/48': 64501 };
    expect(await attribute('203.0.113.7', { asns })).toMatchObject({
      ...{ entity: CARRIER, asn: 64500, attribution: 'entity' },
      because: 'AS64500 is registered for Example ISP',
    });
    expect(await attribute('192.0.2.7', { asns })).toMatchObject({ entity: HOSPITAL, asn: 64500 });
    expect(await attribute('2001:db8:9::1', { asns })).toMatchObject({ entity: null, asn: 64501 });
  });

  it('to its operator where nobody is registered, as other', async () => {
    expect(await attribute('203.0.113.7', { countries: { '203.0.113.0/24': 'BE' } })).toEqual({
      ...{ entity: null, kind: 'other', protected: null, asn: null, country: 'BE', attribution: 'operator' },
      because: "it is in nobody's registered network: its operator identifies whose it is (L15)",
    });
  });
});

describe('I7: a protected profession is told', () => {
  it('in whose network it lies', async () => {
    expect((await attribute('192.0.2.77')).protected).toBe('lawyer');
    expect((await attribute('192.0.2.78')).protected).toBeNull();
  });

  it('also where a longer prefix is that of somebody else', async () => {
    const practice = entityRecord({ id: 'practice', protected: 'doctor', prefixes: ['203.0.113.0/24'] });
    const tenant = entityRecord({ id: 'tenant', kind: 'important', prefixes: ['203.0.113.64/26'] });
    const attributor = new Attributor(new EntityRegister([practice, tenant]), await geoOf(), []);
    const found = attributor.attribute({ address: '203.0.113.64', port: 51_000, timeSource: 'absolute' });
    expect(found).toMatchObject({ entity: tenant, kind: 'important', protected: 'doctor' });
  });

  it('where it cannot be told whose the address was, too', async () => {
    const found = await attribute('198.51.100.17', { port: null });
    expect(found).toMatchObject({ entity: null, protected: 'lawyer', attribution: 'not attributable' });
  });
});

describe('behind address translation, RFC 6302: whose it was is told only by source port and exact time', () => {
  const SHARED = '100.64.7.30';
  it.each([
    [51_000, 'absolute', 'operator'],
    [51_000, 'uptime', 'operator'],
    [51_000, 'event', 'not attributable'],
    [51_000, 'export', 'not attributable'],
    [null, 'absolute', 'not attributable'],
    [0, 'absolute', 'not attributable'],
  ] as const)('port %s, time %s: %s', async (port, timeSource, expected) => {
    expect((await attribute(SHARED, { port, timeSource })).attribution).toBe(expected);
  });

  it('what is missing is said', async () => {
    const { because } = await attribute(SHARED, { port: null, timeSource: 'export' });
    expect(because).toBe(
      '100.64.0.0/10 is shared address space (RFC 6598): many people are behind one address, and ' +
        'the source port is not known and the time is not exact (RFC 6302)',
    );
  });

  it.each([
    ['100.63.255.255', 'operator'],
    ['100.64.0.0', 'not attributable'],
    ['100.127.255.255', 'not attributable'],
    ['100.128.0.0', 'operator'],
  ])('shared address space ends where RFC 6598 says: %s', async (address, expected) => {
    expect((await attribute(address, { port: null })).attribution).toBe(expected);
  });

  it('a prefix that the register or the configuration names is one, too', async () => {
    expect((await attribute('198.51.100.127', { port: null })).attribution).toBe('operator');
    expect((await attribute('198.51.100.128', { port: null })).attribution).toBe('not attributable');
    const natPrefixes = ['203.0.113.0/25'];
    expect((await attribute('203.0.113.127', { port: null, natPrefixes })).attribution).toBe(
      'not attributable',
    );
    expect((await attribute('203.0.113.128', { port: null, natPrefixes })).attribution).toBe('operator');
  });

  it('with port and time, the entity that registered the translation is told', async () => {
    expect(await attribute('198.51.100.200')).toMatchObject({ entity: CARRIER, attribution: 'entity' });
  });

  it('nobody is told by an autonomous system: its customers are not the carrier', async () => {
    const asns = { '203.0.113.0/24': 64500 };
    const found = await attribute('203.0.113.7', { asns, natPrefixes: ['203.0.113.0/24'] });
    expect(found).toMatchObject({ entity: null, attribution: 'operator', asn: 64500 });
  });

  it('a longer prefix of the register says whose the address alone is', async () => {
    const found = await attribute('192.0.2.7', { port: null, natPrefixes: ['192.0.0.0/16'] });
    expect(found).toMatchObject({ entity: HOSPITAL, attribution: 'entity' });
    const narrower = await attribute('192.0.2.7', { port: null, natPrefixes: ['192.0.2.0/28'] });
    expect(narrower).toMatchObject({ entity: null, attribution: 'not attributable' });
  });
});

describe('MaxMind files', () => {
  it('are read where they are configured; an address that they lack is unknown', async () => {
    const geo = await geoOf({ '192.0.2.0/24': 64500, '2001:db8::/32': 64501 }, { '192.0.2.128/25': 'BE' });
    expect(geo.lookUp('192.0.2.200')).toEqual({ asn: 64500, country: 'BE' });
    expect(geo.lookUp('192.0.2.127')).toEqual({ asn: 64500, country: null });
    expect(geo.lookUp('2001:db8::1')).toEqual({ asn: 64501, country: null });
    expect(geo.lookUp('203.0.113.7')).toEqual({ asn: null, country: null });
    expect((await openGeo({ asn: null, country: null })).lookUp('192.0.2.200')).toEqual({
      asn: null,
      country: null,
    });
  });

  it('that are none, or are not there, are named with their option', async () => {
    const path = join(temporaryFolder(), 'asn.mmdb');
    const opened = (): Promise<unknown> => openGeo({ asn: null, country: path });
    await expect(opened()).rejects.toThrow(`geo.country: ${path}: cannot be read (ENOENT)`);
    writeFileSync(path, 'no database');
    await expect(opened()).rejects.toThrow(`geo.country: ${path}: is no MaxMind file`);
  });

  it('that are damaged are named, and the address is not', async () => {
    const path = join(temporaryFolder(), 'asn.mmdb');
    const file = writeMmdb({ '192.0.2.0/24': { autonomous_system_number: 64500 } });
    const data = file.indexOf('autonomous');
    file.fill(0xff, data - 2, data + 20);
    writeFileSync(path, file);
    const geo = await openGeo({ asn: path, country: null });
    expect(() => geo.lookUp('192.0.2.7')).toThrow(`geo.asn: ${path}: is damaged`);
    expect(() => geo.lookUp('192.0.2.7')).not.toThrow('192.0.2');
  });
});

it('opens on a database without a register', async () => {
  const settings = { geo: { asn: null, country: null }, natPrefixes: [] };
  const attributor = await Attributor.open(temporaryDatabase(), settings);
  const found = attributor.attribute({ address: '192.0.2.7', port: null, timeSource: 'export' });
  expect(found.attribution).toBe('operator');
});
