// What `flowsieve warninglist update` prints.
import { describeFault } from '../authority/refusal.ts';
import type { ListOutcome } from '../store/warninglist-update.ts';
import { log, print } from './command.ts';

export function printOutcomes(outcomes: readonly ListOutcome[], json: boolean): void {
  for (const outcome of outcomes) logFaults(outcome);
  if (json) {
    for (const outcome of outcomes) print(JSON.stringify({ what: 'list', ...outcome }));
    return;
  }
  for (const { outcome, name, version, severity, entries } of outcomes) {
    if (outcome === 'added' || outcome === 'changed') {
      print(
        `${name}: ${outcome}: version ${version}, ${severity}, ${entries} ${entries === 1 ? 'entry' : 'entries'}`,
      );
    }
  }
  const count = (of: ListOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === of).length;
  const parts = [
    `${count('added')} added`,
    `${count('changed')} changed`,
    `${count('unchanged')} unchanged`,
    `${count('skipped')} not about addresses`,
    `${count('refused')} refused`,
  ];
  if (outcomes.length > 0) print(`warning lists: ${parts.join(', ')}`);
}

function logFaults({ file, name, outcome, faults, faultCount }: ListOutcome): void {
  const where = file ?? name;
  for (const found of faults) {
    log(`${where}: ${outcome === 'refused' ? 'refused' : 'entry left out'}: ${describeFault(found)}`);
  }
  if (faultCount > faults.length) log(`${where}: and ${faultCount - faults.length} more like these`);
}
