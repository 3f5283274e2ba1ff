// A proposal that is no indicator yet, as `flowsieve indicator show` has it: with what is missing.
import { describeFault } from '../authority/refusal.ts';
import type { DraftDetail } from '../store/indicator-detail.ts';
import { type GlobalOptions, print } from './command.ts';
import { hitLines, stepLine } from './indicator-wording.ts';
import { observationLines, settingLines } from './proposal-wording.ts';
import { labelled, serverText } from './wording.ts';

export function showDraft(
  { proposal, status, steps, missing, wrong }: DraftDetail,
  { json }: GlobalOptions,
): void {
  const { id, authorisation, version } = proposal;
  const { state, inForce } = status;
  if (json) {
    print(JSON.stringify({ ...proposal, state, inForce, missing, wrong, steps }));
    return;
  }
  print(`${serverText(proposal)}   NOT IN FORCE (${state}, a draft)   ${id}`);
  print(labelled('proposed', `for ${authorisation}, version ${version}`));
  for (const line of observationLines(proposal)) print(labelled('source', line));
  for (const line of settingLines(proposal)) print(labelled('set', line));
  for (const line of [...hitLines(steps), ...steps.map(stepLine)]) print(line);
  for (const fault of wrong) print(labelled('wrong', describeFault(fault)));
  for (const fault of missing) print(labelled('missing', describeFault(fault)));
}
