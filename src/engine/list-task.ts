// What the thread that loads the list is told, and what it does.
import { setAddedRegimes } from '../authority/added-regimes.ts';
import type { InForceOptions } from '../authority/conditions.ts';
import type { LoadedRegime } from '../authority/regime.ts';
import type { AuthorisedList } from '../match/list.ts';
import { readStoredList } from './stored-list.ts';

export interface ListTask {
  /** The database's path. */
  readonly database: string;
  readonly options: InForceOptions;
  /** The regimes beside those bundled, as the configuration has them. */
  readonly regimes: readonly LoadedRegime[];
}

export function readTaskList({ database, options, regimes }: ListTask): AuthorisedList {
  setAddedRegimes(regimes);
  return readStoredList(database, options);
}
