// Runs `flowsieve consultations list`.
import { loadConfiguration } from '../config/configuration.ts';
import { formatInstant } from '../core/time.ts';
import { type Consultation, listConsultations } from '../store/consultations.ts';
import { openDatabase } from '../store/database.ts';
import { type GlobalOptions, print } from './command.ts';
import type { ConsultationsOptions } from './consultations.ts';

export async function listReadings(commandLine: GlobalOptions, options: ConsultationsOptions): Promise<void> {
  const { reader, since, until, ...rest } = options;
  const filter = {
    ...rest,
    ...(reader === undefined ? {} : { by: reader }),
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
  };
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    for (const reading of listConsultations(db, filter)) {
      print(commandLine.json ? JSON.stringify(reading) : humanLine(reading));
    }
  } finally {
    db.close();
  }
}

function humanLine({ id, atMs, by, role, kind, purpose, filter, rows }: Consultation): string {
  const shown = rows === null ? 'not finished' : `${rows} shown`;
  const what = Object.entries(filter).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [id, formatInstant(atMs), `${by} (${role})`, kind, shown, purpose ?? '(no purpose)', ...what].join(
    '  ',
  );
}
