// What every row of the benchmark is given.
import type { Figure } from './figure.ts';
import type { Workspace } from './workspace.ts';

export interface Conditions {
  readonly workspace: Workspace;
  /** For CI: small inputs, wide limits. */
  readonly short: boolean;
  /** Of whole processes; the median counts. */
  readonly rounds: number;
  /** How long the daemon's memory is watched under load. */
  readonly soakSeconds: number;
  readonly seed: number;
  /** Folder in which @duckdb/node-api is installed. */
  readonly duckdb: string | null;
}

export interface Row {
  readonly name: string;
  /** Never throws for a rival that is not installed: that figure is left out, with a word on standard error. */
  measure(conditions: Conditions): Promise<Figure[]> | Figure[];
}

/** A rival's answer must be ours, or its time means nothing. */
export function mustEqual(what: string, ours: number, theirs: number): void {
  if (ours !== theirs) throw new Error(`${what}: flowsieve counts ${ours}, the rival ${theirs}`);
}
