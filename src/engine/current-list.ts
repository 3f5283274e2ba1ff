// The list in force, renewed as soon as the authority's generation has moved on. Where it comes from stays outside.
import type { AuthorisedList } from '../match/list.ts';
import { ListInForce, makeReady } from './in-force.ts';

/** Today the database; a hub's list tomorrow. */
export interface ListSource {
  /** Cheap: asked before every batch and inside every commit. */
  generation(): number;
  load(): AuthorisedList;
}

export class CurrentList {
  private readonly source: ListSource;
  private current: ListInForce | null = null;

  constructor(source: ListSource) {
    this.source = source;
  }

  /** Fail closed: a list that cannot be renewed is an error, never the old list. */
  refreshed(): ListInForce {
    const generation = this.source.generation();
    if (this.current?.generation !== generation)
      this.current = new ListInForce(makeReady(this.source.load()));
    return this.current;
  }

  /** The last one that was taken; it may have been replaced since. */
  get last(): ListInForce | null {
    return this.current;
  }

  /** Whether `refreshed` would give the last one. @throws where the source cannot be asked */
  get isNewest(): boolean {
    return this.current?.generation === this.source.generation();
  }

  /** Takes a list that was loaded elsewhere, unless a newer one is here already. */
  adopt(list: ListInForce): void {
    if (this.current === null || list.generation > this.current.generation) this.current = list;
  }
}
