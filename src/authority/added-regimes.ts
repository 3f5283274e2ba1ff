// The regimes beside those bundled: those of the configuration in force, checked (regime-folder.ts). A thread has a table of
// its own and is handed them. It loads nothing: every command starts with it.
import type { LoadedRegime } from './regime.ts';

let added: readonly LoadedRegime[] = [];

export function setAddedRegimes(regimes: readonly LoadedRegime[]): void {
  added = regimes;
}

export function addedRegimes(): readonly LoadedRegime[] {
  return added;
}
