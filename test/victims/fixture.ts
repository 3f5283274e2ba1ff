// What tests of victims share.
import type { EntityRecord } from '../../src/store/entities.ts';
import { EntityRegister } from '../../src/store/entity-register.ts';
import { Attributor } from '../../src/victims/attribution.ts';

/** Attribution by a register that lists these; without address files. */
export function attributor(entities: readonly EntityRecord[] = []): Attributor {
  return new Attributor(new EntityRegister(entities), { lookUp: () => ({ asn: null, country: null }) }, []);
}

export const nobody = (): Attributor => attributor();
