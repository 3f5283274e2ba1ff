// Matches named together on the command line: by authorisation, indicator, legal basis or protected entity, one of them.
import { type Command, Option } from 'commander';
import type { CriterionNames } from '../store/named-criterion.ts';

export type CriterionOptions = CriterionNames;

type Kind = keyof CriterionOptions;

const HELP: Readonly<Record<Kind, readonly [flag: string, help: string]>> = {
  authorisation: ['--authorisation <reference>', 'of this authorisation'],
  indicator: ['--indicator <id or address>', 'of this indicator'],
  basis: ['--basis <id>', 'that rest on this legal basis, as `basis list` names it'],
  entity: ['--entity <id>', 'of this protected entity, sequestered on arrival (I7)'],
};

export function withCriterion(command: Command, kinds: readonly Kind[]): Command {
  for (const kind of kinds) {
    const others = kinds.filter((other) => other !== kind);
    command.addOption(new Option(...HELP[kind]).conflicts([...others]));
  }
  return command;
}
