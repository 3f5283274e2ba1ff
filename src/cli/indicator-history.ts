// Runs `flowsieve indicator history`: every event of an indicator, and of what it rests on, with both times.
import { loadConfiguration } from '../config/configuration.ts';
import { openDatabase } from '../store/database.ts';
import { type HistoryLine, readHistory } from '../store/indicator-history.ts';
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
    const events = readHistory(db, target);
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
