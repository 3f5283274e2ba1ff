// Runs `flowsieve indicator list`.
import { explain, INDICATOR_STATES } from '../authority/explain.ts';
import { protocolName } from '../authority/protocols.ts';
import type { AuthorityRecords, IndicatorRecord } from '../authority/records.ts';
import { type IndicatorStatus, statusOf, statusOfDraft } from '../authority/status.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatPrefix } from '../core/prefix.ts';
import { loadRecords } from '../store/authority-records.ts';
import { openDatabase } from '../store/database.ts';
import { iterateRecords } from '../store/indicator-records.ts';
import { revocations } from '../store/indicator-steps.ts';
import { iterateProposals } from '../store/proposals.ts';
import type { GlobalOptions } from './command.ts';
import type { ListOptions } from './indicator.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';
import { oneLine, shortInstant } from './wording.ts';

interface Line extends IndicatorStatus {
  readonly id: string;
  readonly address: string;
  readonly port: number | null;
  readonly protocol: number | null;
  readonly authorisation: string;
}

export async function listIndicators(commandLine: GlobalOptions, options: ListOptions): Promise<void> {
  refuseUnknownState(options);
  const configuration = await loadConfiguration(commandLine);
  const settings = inForceOptions(configuration);
  const db = openDatabase(configuration.database, { readonly: true });
  const writer = new LineWriter();
  try {
    const atMs = options.asKnownAt ?? Date.now();
    const records = loadRecords(db, { ...known(options), indicators: false });
    const found: { readonly record: IndicatorRecord; readonly status: IndicatorStatus }[] = [];
    for (const { record, steps } of iterateRecords(db, known(options))) {
      found.push({ record, status: statusOf(explain(record, records, atMs, settings, steps), atMs) });
    }
    const lines = found
      .sort((one, other) => byAddress(one.record, other.record))
      .map(({ record, status }): Line => {
        const { id, port, protocol, scope } = record;
        return {
          id,
          address: formatPrefix(record),
          port,
          protocol,
          authorisation: scope.authorisation,
          ...status,
        };
      });
    const revoked = revocations(db, options.asKnownAt);
    for (const proposal of iterateProposals(db, known(options))) {
      const { id, address, port, protocol, authorisation, isDraft } = proposal;
      if (!isDraft) continue;
      lines.push({ id, address, port, protocol, authorisation, ...statusOfDraft(revoked.get(id)) });
    }
    const shown = lines.filter(selection(options, records));
    if (commandLine.json) for (const line of shown) writer.line(JSON.stringify(line));
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

function known({ asKnownAt, authorisation }: ListOptions) {
  return {
    ...(asKnownAt === undefined ? {} : { asKnownAtMs: asKnownAt }),
    ...(authorisation === undefined ? {} : { authorisation }),
  };
}

function selection(
  { state, operator }: ListOptions,
  { authorisations }: AuthorityRecords,
): (line: Line) => boolean {
  return (line) =>
    (state === undefined || line.state === state) &&
    (operator === undefined ||
      (authorisations.get(line.authorisation)?.operators.includes(operator) ?? false));
}

/** By authorisation, and in it by address. */
function byAddress(one: IndicatorRecord, other: IndicatorRecord): number {
  const [a, b] = [one.scope.authorisation, other.scope.authorisation];
  if (a !== b) return a < b ? -1 : 1;
  if (one.family !== other.family) return one.family - other.family;
  const at = one.first.findIndex((word, n) => word !== other.first[n]);
  return at < 0
    ? (one.port ?? -1) - (other.port ?? -1)
    : (one.first[at] as number) - (other.first[at] as number);
}

function tableOf(lines: readonly Line[]): string {
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
        : line.obstacles.map(({ rule, why }) => `${rule}: ${oneLine(why)}`).join('; ') || null,
    ]),
  );
}
