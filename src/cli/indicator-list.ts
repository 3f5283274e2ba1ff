// Runs `flowsieve indicator list`.
import { INDICATOR_STATES } from '../authority/explain.ts';
import { protocolName } from '../authority/protocols.ts';
import { reasonText } from '../authority/reasons.ts';
import type { AuthorityRecords } from '../authority/records.ts';
import { withObstacles } from '../authority/told.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { openDatabase } from '../store/database.ts';
import { type IndicatorLine, readLines } from '../store/indicator-lines.ts';
import type { GlobalOptions } from './command.ts';
import type { ListOptions } from './indicator.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';
import { oneLine, shortInstant } from './wording.ts';

export async function listIndicators(commandLine: GlobalOptions, options: ListOptions): Promise<void> {
  refuseUnknownState(options);
  const configuration = await loadConfiguration(commandLine);
  const { asKnownAt, authorisation } = options;
  const db = openDatabase(configuration.database, { readonly: true });
  const writer = new LineWriter();
  try {
    const { lines, records } = readLines(db, {
      inForce: inForceOptions(configuration),
      atMs: asKnownAt ?? Date.now(),
      ...(asKnownAt === undefined ? {} : { asKnownAtMs: asKnownAt }),
      ...(authorisation === undefined ? {} : { authorisation }),
    });
    const shown = lines.filter(selection(options, records));
    if (commandLine.json) for (const line of shown) writer.line(JSON.stringify(withObstacles(line)));
    else writer.line(tableOf(shown));
  } finally {
    writer.end();
    db.close();
  }
}

function refuseUnknownState({ state }: ListOptions): void {
  if (state === undefined || INDICATOR_STATES.some((one) => one === state)) return;
  throw new FlowSieveError('USAGE', `--state ${state}: must be one of ${INDICATOR_STATES.join(', ')}`);
}

function selection(
  { state, operator }: ListOptions,
  { authorisations }: AuthorityRecords,
): (line: IndicatorLine) => boolean {
  return (line) =>
    (state === undefined || line.state === state) &&
    (operator === undefined ||
      (authorisations.get(line.authorisation)?.operators.includes(operator) ?? false));
}

function tableOf(lines: readonly IndicatorLine[]): string {
  const instant = (ms: number | null): string | null => (ms === null ? null : shortInstant(ms));
  return formatTable(
    [
      'address',
      'port',
      'protocol',
      'authorisation',
      'state',
      'since',
      'until',
      'to verify',
      'id',
      'in the way',
    ],
    lines.map((line) => [
      line.address,
      line.port,
      line.protocol === null ? null : protocolName(line.protocol),
      line.authorisation,
      line.state,
      instant(line.sinceMs),
      instant(line.untilMs),
      instant(line.verificationDueMs),
      line.id,
      line.inForce
        ? null
        : line.obstacles.map(({ rule, because }) => `${rule}: ${oneLine(reasonText(because))}`).join('; ') ||
          null,
    ]),
  );
}
