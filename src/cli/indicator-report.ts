// What a change of indicators tells: the step that was recorded, and where each stands now.
import { explain } from '../authority/explain.ts';
import { standingOf } from '../authority/lifecycle.ts';
import { reasonText } from '../authority/reasons.ts';
import { type IndicatorStatus, statusOf, statusOfDraft } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import type { Configuration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { loadRecords } from '../store/authority-records.ts';
import type { RecordedChange } from '../store/bulk-steps.ts';
import type { Database } from '../store/database.ts';
import type { NamedIndicator } from '../store/indicator-names.ts';
import { stepsOf } from '../store/indicator-steps.ts';
import type { GlobalOptions } from './command.ts';
import { LineWriter } from './output.ts';
import { oneLine } from './wording.ts';

/** More are told as a count. */
export const MOST_LINES = 20;

export function reportChanges(
  db: Database,
  configuration: Configuration,
  { json }: GlobalOptions,
  changes: readonly RecordedChange[],
): void {
  const [first] = changes;
  if (!first) return;
  const writer = new LineWriter();
  const now = Date.now();
  const records = loadRecords(db, {
    sinceMs: now,
    ...(changes.length === 1 ? { indicator: first.target.id } : {}),
  });
  const byId = new Map(records.indicators.map((record) => [record.id, record]));
  const states = new Map<string, number>();
  for (const { target, step } of changes) {
    const record = byId.get(target.id);
    const status = record
      ? statusOf(explain(record, records, now, inForceOptions(configuration)), now)
      : statusOfDraft(standingOf(stepsOf(db, target.id)).revoked);
    const { state, inForce } = status;
    states.set(state, (states.get(state) ?? 0) + 1);
    if (json) {
      const { address, authorisation } = target;
      writer.line(JSON.stringify({ ...step, address, authorisation, state, inForce }));
    } else if (changes.length <= MOST_LINES) {
      writer.line(lineOf(target, step, status));
    }
  }
  if (!json && changes.length > MOST_LINES) {
    const counts = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
    writer.line(`${first.step.kind}: ${changes.length} indicators, now ${counts}`);
  }
  writer.end();
}

function lineOf(
  { address, authorisation, id }: NamedIndicator,
  { step, kind }: IndicatorStep,
  { state, inForce, obstacles }: IndicatorStatus,
): string {
  const inTheWay = obstacles
    .map(({ rule, because }) => `${rule}: ${oneLine(reasonText(because))}`)
    .join('; ');
  const why = inForce || inTheWay === '' ? '' : ` (${inTheWay})`;
  return `${address} ${id} (${authorisation}): ${kind}, step ${step}; now ${state}${why}`;
}
