// The register of entities in memory, for whoever shows victims: built again when the register or the settings change.
import type { FastifyRequest } from 'fastify';
import type { Configuration } from '../config/configuration.ts';
import { attributionSettings } from '../config/victim-settings.ts';
import { entityGeneration } from '../store/entities.ts';
import { EntityRegister } from '../store/entity-register.ts';
import { Attributor } from '../victims/attribution.ts';
import { type Geo, openGeo } from '../victims/geo.ts';
import type { HttpContext } from './context.ts';
import { scopeOf } from './scope.ts';

interface Opened {
  readonly configuration: Configuration;
  readonly geo: Promise<Geo>;
}

export class Attributors {
  private readonly context: HttpContext;
  private opened: Opened | null = null;
  private ofAll: { readonly geo: Geo; readonly generation: number; readonly attributor: Attributor } | null =
    null;

  constructor(context: HttpContext) {
    this.context = context;
  }

  /** To an operator, nobody is registered: what the register knows of its customers is not the operator's to know. */
  async for(request: FastifyRequest): Promise<Attributor> {
    const geo = await this.geo();
    const { natPrefixes } = this.context.configuration;
    if (scopeOf(request).operator !== null) return new Attributor(new EntityRegister([]), geo, natPrefixes);
    const { db } = this.context;
    const generation = entityGeneration(db);
    if (this.ofAll?.geo !== geo || this.ofAll.generation !== generation) {
      const attributor = new Attributor(EntityRegister.ofStored(db), geo, natPrefixes);
      this.ofAll = { geo, generation, attributor };
    }
    return this.ofAll.attributor;
  }

  /** @throws FlowSieveError INPUT_UNREADABLE */
  private geo(): Promise<Geo> {
    const { configuration } = this.context;
    if (this.opened?.configuration !== configuration) {
      const geo = openGeo(attributionSettings(configuration).geo);
      geo.catch(() => {
        this.opened = null;
      });
      this.opened = { configuration, geo };
    }
    return this.opened.geo;
  }
}
