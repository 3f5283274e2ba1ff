// Runs `flowsieve indicator history`: every event of an indicator, and of what it rests on, with both times.
import { disputeCause } from '../authority/causes.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { listDisputes } from '../store/disputes.ts';
import { eventsOf, type RecordedEvent } from '../store/events.ts';
import type { NamedIndicator } from '../store/indicator-names.ts';
import { readIndicator } from '../store/indicator-records.ts';
import { type GlobalOptions, print } from './command.ts';
import type { NamingOptions } from './indicator.ts';
import { findTarget } from './indicator-target.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';
import { oneLine, shortInstant } from './wording.ts';

export async function showHistory(
  named: string,
  commandLine: GlobalOptions,
  options: NamingOptions,
): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  const writer = new LineWriter();
  try {
    const target = findTarget(db, named, options);
    const events = eventsOf(db, objectsOf(db, target)).map(lineOf);
    if (commandLine.json) for (const event of events) writer.line(JSON.stringify(event));
    else {
      print(`${target.address} ${target.id} (${target.authorisation})`);
      writer.line(tableOf(events, target.id));
    }
  } finally {
    writer.end();
    db.close();
  }
}

/** What its life depends on: itself, its disputes, its authorisation, the bases on which it rests. */
function objectsOf(db: Database, { id, authorisation }: NamedIndicator): string[] {
  const scope = readIndicator(db, id)?.record.scope;
  const bases = scope ? [scope.retention, scope.access, scope.task] : [];
  const disputes = listDisputes(db, { indicator: id }).map((dispute) => disputeCause(dispute.id));
  return [id, ...disputes, authorisation, ...bases];
}

interface HistoryLine {
  readonly sequence: number;
  readonly recordedAtMs: number;
  /** When it took place. */
  readonly atMs: number;
  readonly by: string;
  readonly role: string;
  readonly action: string;
  readonly object: string;
  readonly version: number;
  readonly digest: string | null;
  readonly detail: RecordedEvent['detail'];
}

function lineOf({
  sequence,
  atMs,
  actor,
  role,
  action,
  object,
  version,
  digest,
  detail,
}: RecordedEvent): HistoryLine {
  const { atMs: tookPlaceMs, ...said } = detail;
  return {
    sequence,
    recordedAtMs: atMs,
    atMs: typeof tookPlaceMs === 'number' ? tookPlaceMs : atMs,
    by: actor,
    role,
    action,
    object,
    version,
    digest: digest === null ? null : Buffer.from(digest).toString('hex'),
    detail: said,
  };
}

/** What an event's detail says in words, in this order. */
const TOLD = ['outcome', 'cause', 'method', 'changes', 'operator', 'ground', 'reason', 'evidence'];

function tableOf(lines: readonly HistoryLine[], id: string): string {
  return formatTable(
    ['recorded', 'took place', 'by', 'role', 'what', 'step', 'of', 'said'],
    lines.map(({ recordedAtMs, atMs, by, role, action, object, version, detail }) => [
      shortInstant(recordedAtMs),
      shortInstant(atMs),
      by,
      role,
      action,
      String(version),
      object === id ? 'it' : object,
      TOLD.filter((key) => detail[key] !== undefined)
        .map((key) => saidText(detail[key]))
        .join(', ') || null,
    ]),
  );
}

function saidText(value: unknown): string {
  return oneLine(
    Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : JSON.stringify(value),
  );
}
