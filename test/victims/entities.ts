// Entities for a register, complete and sound but for what a test changes.
import type { EntityRecord } from '../../src/store/entities.ts';

export const FINGERPRINT = '0123456789ABCDEF0123456789ABCDEF01234567';

/** As a JSON file has it. */
export function listedEntity(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'example-hospital',
    name: 'Example Hospital',
    kind: 'essential',
    sector: 'health',
    prefixes: ['192.0.2.0/24', '2001:db8:1::/48'],
    asns: [64500],
    contacts: [{ mail: 'security@hospital.example', language: 'nl', openpgp: FINGERPRINT }],
    ...changes,
  };
}

export function registerOf(...entities: readonly unknown[]): Buffer {
  return Buffer.from(JSON.stringify({ flowsieve: 1, entities }));
}

export function entityRecord(changes: Partial<EntityRecord> = {}): EntityRecord {
  return {
    id: 'example-hospital',
    name: 'Example Hospital',
    kind: 'essential',
    sector: 'health',
    prefixes: [],
    natPrefixes: [],
    asns: [],
    contacts: [],
    protected: null,
    version: 1,
    recordedAtMs: 0,
    recordedBy: 'an.engineer',
    register: 'entities',
    ...changes,
  };
}
