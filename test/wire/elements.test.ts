import { expect, test } from 'vitest';
import { allElements, findElement } from '../../src/wire/elements.ts';

test('an element has a name, a type, a unit and a source', () => {
  expect(findElement(0, 1)).toEqual({
    pen: 0,
    id: 1,
    name: 'octetDeltaCount',
    type: 'unsigned64',
    unit: 'octets',
    source: 'IANA',
  });
});

test('vendors are told apart by their enterprise number', () => {
  expect(findElement(6876, 881)).toMatchObject({
    name: 'tenantSourceIPv4',
    type: 'ipv4Address',
    source: 'VMware',
  });
  expect(findElement(9, 12_236)).toMatchObject({ name: 'clientIPv4Address', source: 'Cisco AVC' });
  expect(findElement(6871, 14)).toMatchObject({ source: 'CERT YAF' });
});

test("NetFlow v9 types above 32767 are the vendors' elements", () => {
  expect(findElement(0, 12_236 + 0x8000)).toMatchObject({ name: 'clientIPv4Address', source: 'Cisco AVC' });
  expect(findElement(0, 40_001)).toMatchObject({ name: 'xlateSourceIPv4Address', source: 'Cisco NSEL' });
});

test('the reverse of an element is named after it', () => {
  expect(findElement(29_305, 1)).toMatchObject({
    pen: 29_305,
    id: 1,
    name: 'reverseOctetDeltaCount',
    type: 'unsigned64',
  });
});

test('an unknown element is undefined', () => {
  expect(findElement(0, 32_000)).toBeUndefined();
  expect(findElement(29_305, 32_000)).toBeUndefined();
  expect(findElement(4_294_967_295, 1)).toBeUndefined();
});

test('every row of the tables is whole', () => {
  const rows = allElements();
  expect(rows.length).toBeGreaterThan(900);
  for (const { name, type, id } of rows) {
    expect(name).toMatch(/^[A-Za-z][\w-]+$/);
    expect(type, name).toBeTypeOf('string');
    expect(id, name).toBeGreaterThan(0);
  }
});
