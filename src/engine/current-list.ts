// The list in force, renewed as soon as the authority's generation has moved on. Where it comes from stays outside.
import type { AuthorisedList } from '../match/list.ts';
import { ListInForce } from './in-force.ts';

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
    if (this.current?.generation !== generation) this.current = new ListInForce(this.source.load());
    return this.current;
  }
}
