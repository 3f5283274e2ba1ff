// Runs `flowsieve victims`: one line per victim and indicator, strongest evidence first.
import { iterateVictims, type VictimFilter } from '../victims/victims.ts';
import type { GlobalOptions } from './command.ts';
import { LineWriter } from './output.ts';
import type { VictimsOptions } from './victims.ts';
import { readVictims } from './victims-reading.ts';
import { victimLine } from './victims-wording.ts';

/** @returns how many lines were shown */
export function listVictims(commandLine: GlobalOptions, options: VictimsOptions): Promise<number> {
  const filter = filterOf(options);
  const writer = new LineWriter();
  return readVictims(commandLine, options, { kind: 'victims', filter }, (db, attributor) => {
    let shown = 0;
    try {
      const sequestered = options.role === 'auditor';
      for (const victim of iterateVictims(db, { ...filter, sequestered }, attributor)) {
        writer.line(commandLine.json ? JSON.stringify(victim) : victimLine(victim));
        shown++;
      }
    } finally {
      writer.end();
    }
    return shown;
  });
}

export function filterOf(options: VictimsOptions): VictimFilter {
  const { operator, indicator, authorisation, class: classes, since, until, sort, limit, entity } = options;
  return {
    ...(operator === undefined ? {} : { operator }),
    ...(indicator === undefined ? {} : { indicator }),
    ...(entity === undefined ? {} : { entity }),
    ...(authorisation === undefined ? {} : { authorisation }),
    ...(classes === undefined ? {} : { classes }),
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
    ...(sort === undefined ? {} : { order: sort }),
    ...(limit === undefined ? {} : { limit }),
  };
}
