// What the commands over victims take alike: which, and who reads them what for.
import { type Command, InvalidArgumentError } from 'commander';
import { EVIDENCE_CLASSES, type EvidenceClass } from '../victims/evidence-class.ts';
import { instant } from './arguments.ts';
import { type ReaderRole, readerRole } from './reader.ts';

export interface ReadingOptions {
  readonly purpose?: string;
  readonly by?: string;
  readonly role: ReaderRole;
}

export interface FilterOptions {
  readonly operator?: string;
  readonly indicator?: string;
  readonly authorisation?: string;
  readonly entity?: string;
  readonly class?: readonly EvidenceClass[];
  readonly since?: number;
  readonly until?: number;
}

export function withFilterOptions(command: Command): Command {
  return command
    .option('--operator <id>', 'of this operator')
    .option('--indicator <id or address>', 'of this indicator, or with this C2 address')
    .option('--authorisation <reference>', 'under this authorisation')
    .option('--entity <id>', "in this entity's networks")
    .option(
      '--class <classes>',
      'of these classes: E2, or E2,E3, or E2+ for E2 and stronger',
      evidenceClasses,
    )
    .option('--since <time>', 'with contact then or later: 2026-06-25 or 2026-06-25T09:00:00Z', instant)
    .option('--until <time>', 'with contact earlier', instant);
}

export function withReader(command: Command): Command {
  return command
    .option('--by <name>', 'who reads (default: the user logged in); recorded')
    .addOption(readerRole());
}

export function withReading(command: Command): Command {
  return withReader(command.option('--purpose <text>', 'what it is read for; recorded'));
}

/** `E2`, `E2,E3`, `E2+`. */
function evidenceClasses(text: string): readonly EvidenceClass[] {
  return text.split(',').flatMap((part) => {
    const name = part.trim().replace(/\+$/, '').toLowerCase();
    const at = EVIDENCE_CLASSES.findIndex((known) => known.toLowerCase() === name);
    if (at < 0) throw new InvalidArgumentError(`${part}: there are ${EVIDENCE_CLASSES.join(', ')}.`);
    return EVIDENCE_CLASSES.slice(at, part.trim().endsWith('+') ? undefined : at + 1);
  });
}
