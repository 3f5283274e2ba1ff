// Values of options as people type them, for commander.
import { InvalidArgumentError } from 'commander';
import { parseInstant } from '../core/time.ts';

const MAX_PORT = 65_535;

/** Epoch ms of `2026-06-25` or `2026-06-25T09:00:00Z`. */
export function instant(text: string): number {
  const parsed = parseInstant(text);
  if ('problem' in parsed) throw new InvalidArgumentError(`${parsed.problem}.`);
  return parsed.value;
}

export function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Not a whole number.');
  }
  return value;
}

/** 0 = any that is free. */
export function port(text: string): number {
  const value = count(text);
  if (value > MAX_PORT) throw new InvalidArgumentError(`At most ${MAX_PORT}.`);
  return value;
}

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
