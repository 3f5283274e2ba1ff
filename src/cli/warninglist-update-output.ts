// What `flowsieve warninglist update` prints: what became of each list, and which indicators a person must look at.
import { describeFault } from '../authority/refusal.ts';
import type { Recheck } from '../store/warninglist-hits.ts';
import type { ListOutcome } from '../store/warninglist-update.ts';
import { log } from './command.ts';
import { LineWriter } from './output.ts';

export interface Update extends Recheck {
  readonly outcomes: readonly ListOutcome[];
}

/** @param onAuthorised what a hard hit does to what an authority's own file lists */
export function printUpdate(update: Update, onAuthorised: 'warn' | 'block', json: boolean): void {
  for (const outcome of update.outcomes) logFaults(outcome);
  const writer = new LineWriter();
  const lines = json ? jsonLines(update) : [...listLines(update), ...hitLines(update, onAuthorised)];
  for (const line of lines) writer.line(line);
  writer.end();
}

function logFaults({ file, name, outcome, faults, faultCount }: ListOutcome): void {
  const where = file ?? name;
  for (const found of faults) {
    log(`${where}: ${outcome === 'refused' ? 'refused' : 'entry left out'}: ${describeFault(found)}`);
  }
  if (faultCount > faults.length) log(`${where}: and ${faultCount - faults.length} more like these`);
}

function* jsonLines({ outcomes, checked, changes }: Update): Generator<string> {
  for (const outcome of outcomes) yield JSON.stringify({ what: 'list', ...outcome });
  for (const { kind, hit, ...named } of changes) yield JSON.stringify({ what: kind, ...named, ...hit });
  yield JSON.stringify({ what: 'checked', indicators: checked });
}

function* listLines({ outcomes }: Update): Generator<string> {
  for (const { outcome, name, version, severity, entries } of outcomes) {
    if (outcome !== 'added' && outcome !== 'changed') continue;
    yield `${name}: ${outcome}: version ${version}, ${severity}, ${entries} ${entries === 1 ? 'entry' : 'entries'}`;
  }
  if (outcomes.length === 0) return;
  const count = (of: ListOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === of).length;
  const parts = [
    `${count('added')} added`,
    `${count('changed')} changed`,
    `${count('unchanged')} unchanged`,
    `${count('skipped')} not about addresses`,
    `${count('refused')} refused`,
  ];
  yield `warning lists: ${parts.join(', ')}`;
}

function* hitLines({ checked, changes }: Update, onAuthorised: 'warn' | 'block'): Generator<string> {
  const hits = changes.filter(({ kind }) => kind === 'hit');
  for (const { id, address, authorisation, origin, hit } of hits) {
    if (hit.severity !== 'hard') continue;
    const isBlocked = origin !== 'file' || onAuthorised === 'block';
    const effect = isBlocked
      ? 'matches nothing until two people override'
      : 'matches all the same: look whether its authorisation lists it rightly';
    yield `${address} (${authorisation}, ${id}): on ${hit.list}, version ${hit.version}: ${effect}`;
  }
  const hard = hits.filter(({ hit }) => hit.severity === 'hard').length;
  const parts = [
    `${hard} new hard hits`,
    `${hits.length - hard} new soft hits`,
    `${changes.length - hits.length} gone`,
  ];
  yield `checked ${checked} indicators and proposals: ${parts.join(', ')}`;
}
