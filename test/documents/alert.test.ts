// L16: only what is marked TLP:CLEAR and in force is public, and only its C2 side.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { alert } from '../../src/authority/documents/alert.ts';
import { TLP } from '../../src/authority/indicator.ts';
import {
  addressesIn,
  asJson,
  changed,
  database,
  ENTRY,
  knownAt,
  REFERENCE,
  rowsOf,
  take,
  written,
} from './fixture.ts';

const NOW = '2026-06-26';

describe('L16: the public alert', () => {
  it.each(TLP)('TLP:%s', async (tlp) => {
    const db = database();
    await take(db, [changed(ENTRY, { tlp })]);
    const { document, addresses, refused } = alert(knownAt(db, NOW), REFERENCE);
    const listed = addressesIn(rowsOf(asJson(document), 'addresses'));
    expect(listed).toEqual(tlp === 'CLEAR' ? ['203.0.113.7'] : []);
    expect(addresses).toBe(listed.length);
    expect([...refused].map(({ indicator }) => indicator.address)).toEqual(
      tlp === 'CLEAR' ? [] : ['203.0.113.7'],
    );
    expect(asJson(document).tlp).toBe('CLEAR');
  });

  it.each([
    ['the millisecond before the verification is due', '2026-07-01T23:59:59.999Z', 1],
    ['from when it is due', '2026-07-02T00:00:00Z', 0],
  ])('holds what is in force: %s', async (_, at, count) => {
    const db = database();
    await take(db, [changed(ENTRY, { tlp: 'CLEAR' })]);
    expect(alert(knownAt(db, at), REFERENCE).addresses).toBe(count);
  });

  it('names nobody but the actor: no source, analyst, operator, basis or event', async () => {
    const db = database();
    await take(db, [changed(ENTRY, { tlp: 'CLEAR' })]);
    const text = written(alert(knownAt(db, NOW), REFERENCE).document, 'json');
    expect(text).not.toMatch(/partner-a|analyst|example-isp|lce-|certificate|operates ExampleRAT|victims/);
  });
});

const marked = fc.array(fc.constantFrom(...TLP), { minLength: 1, maxLength: 12 });

describe('L16: never anything that is not CLEAR', () => {
  test.prop([marked], { seed: 45, numRuns: 40 })('whatever the list', async (markings) => {
    const db = database();
    await take(
      db,
      markings.map((tlp, at) =>
        changed(ENTRY, { address: `203.0.113.${at}`, tlp, 'threat.name': `${tlp}-malware` }),
      ),
    );
    const { document } = alert(knownAt(db, NOW), REFERENCE);
    const clear = markings.flatMap((tlp, at) => (tlp === 'CLEAR' ? [`203.0.113.${at}`] : []));
    expect(addressesIn(rowsOf(asJson(document), 'addresses')).sort()).toEqual(clear.sort());
    for (const format of ['markdown', 'json'] as const)
      expect(written(document, format)).not.toMatch(/(?:RED|AMBER(?:\+STRICT)?|GREEN)-malware/);
    db.close();
  });
});
