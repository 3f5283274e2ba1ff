// Runs commands in this process, without the build: what they print, and their exit status.
import { Command } from 'commander';
import { vi } from 'vitest';
import type { Register } from '../../src/cli/command.ts';
import { FlowSieveError } from '../../src/core/errors.ts';

export interface InProcessRun {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** @param db the database's path */
export async function runInProcess(
  registers: readonly Register[],
  db: string,
  args: readonly string[],
): Promise<InProcessRun> {
  const output = { out: '', err: '' };
  const gather = (to: 'out' | 'err') => (text: string | Uint8Array) => {
    output[to] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(gather('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(gather('err'));
  process.exitCode = undefined;
  const program = new Command().option('--db <file>').option('--config <file>').option('--json');
  program.exitOverride();
  for (const register of registers) register(program);
  try {
    await program.parseAsync([...args, '--db', db], { from: 'user' });
    return { ...output, status: Number(process.exitCode ?? 0) };
  } catch (error) {
    if (!(error instanceof FlowSieveError)) throw error;
    return { ...output, err: `${output.err}${error.message}\n`, status: error.exitStatus };
  } finally {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  }
}
