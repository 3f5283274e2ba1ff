// Runs `flowsieve replay`: the list, the workers, the inputs one after another.
import { statSync } from 'node:fs';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { CurrentList } from '../engine/current-list.ts';
import { Pipeline } from '../engine/pipeline.ts';
import { Replay } from '../engine/replay.ts';
import { storedList } from '../engine/stored-list.ts';
import { expandInputs } from '../ingest/inputs.ts';
import { importAuthorisationFile } from '../store/authorisations.ts';
import { openDatabase } from '../store/database.ts';
import { type GlobalOptions, log } from './command.ts';
import { Interruption } from './interruption.ts';
import { openProgress } from './progress.ts';
import type { ReplayCommandOptions } from './replay.ts';
import { ReplayReport } from './replay-report.ts';

type Options = GlobalOptions & ReplayCommandOptions & { readonly threads: number };

/** @returns the exit status */
export async function runReplay(patterns: readonly string[], options: Options): Promise<number> {
  const configuration = await loadConfiguration(options);
  const db = openDatabase(configuration.database);
  const pipeline = new Pipeline(options.threads);
  const interruption = new Interruption();
  try {
    const { inputs, missing } = await inputsOf(patterns);
    const report = new ReplayReport(await openProgress(options.quiet ?? false), totalBytes(inputs));
    for (const message of missing) report.failure(message);
    for (const file of options.authorisation ?? []) {
      const { refused } = await importAuthorisationFile(db, file);
      if (refused > 0) report.problem(file, { what: `${refused} entries are refused`, offset: null });
    }
    const current = new CurrentList(storedList(db, inForceOptions(configuration)));
    warnWhereNothingCanMatch(current, options);
    const replay = new Replay(db, pipeline, current, {
      operator: options.operator,
      retentionBasis: options.retentionBasis,
      straddling: configuration.matching.straddling,
      retentionDays: configuration.retention.days,
      format: options.format,
      ...(options.columns === undefined ? {} : { columns: options.columns }),
      onProblem: (input, problem) => report.problem(input, problem),
      onProgress: (state) => report.progress(state),
      signal: interruption.signal,
    });
    for (const input of inputs) {
      if (interruption.signal.aborted) break;
      try {
        report.finished(await replay.run(input));
      } catch (error) {
        // An input that cannot be read does not stop the others; a store that cannot write does.
        if (!(error instanceof FlowSieveError) || error.code !== 'INPUT_UNREADABLE') throw error;
        report.failure(error.message);
      }
    }
    report.end(options.json ?? false);
    return report.exitStatus();
  } finally {
    interruption.end();
    await pipeline.stop();
    db.close();
  }
}

async function inputsOf(patterns: readonly string[]): Promise<{ inputs: string[]; missing: string[] }> {
  const inputs: string[] = [];
  const missing: string[] = [];
  for (const pattern of patterns) {
    try {
      inputs.push(...(await expandInputs([pattern])));
    } catch (error) {
      if (!(error instanceof FlowSieveError)) throw error;
      missing.push(error.message);
    }
  }
  return { inputs: [...new Set(inputs)], missing };
}

function totalBytes(inputs: readonly string[]): number | null {
  if (inputs.includes('-')) return null;
  return inputs.reduce((sum, input) => sum + (statSync(input, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Fail closed, and say so: matching goes on, and counts everything under the reason for which it cannot match. */
function warnWhereNothingCanMatch(current: CurrentList, { operator, retentionBasis }: Options): void {
  const { list } = current.refreshed();
  if (list.indicators.length === 0) {
    log('no authorisation is imported: nothing can match (L1)');
  } else if (!list.operatorSets.some((operators) => operators.includes(operator))) {
    log(`no authorisation names the operator ${operator}: nothing can match (L1)`);
  } else if (!list.bases.includes(retentionBasis)) {
    log(`no indicator rests on the retention basis ${retentionBasis}: nothing can match (L7)`);
  }
}
