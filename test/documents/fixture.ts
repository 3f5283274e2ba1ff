// A database with a history, and documents made from it as known at an instant.
import { onTestFinished } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import type { BlockList } from '../../src/authority/documents/block-list.ts';
import type { Document } from '../../src/authority/documents/document.ts';
import type { DocumentFormat } from '../../src/authority/documents/kinds.ts';
import type { KnownState } from '../../src/authority/documents/known-state.ts';
import { writeDocument } from '../../src/authority/documents/write.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { knownState } from '../../src/store/known-state.ts';
import {
  changed,
  ENTRY,
  type Fields,
  fileOf,
  HEADER,
  ms,
  REQUISITION,
  verification,
} from '../authority/fixture.ts';

export { changed, ENTRY, type Fields, HEADER, ms, verification };

export const REFERENCE = '002/2026';
/** When the fixture's list was taken in. */
export const TAKEN_IN = '2026-06-25T12:00:00Z';

/** A requisition to keep data, as Art. 13/6 has it. */
export const KEEP: Fields = changed(REQUISITION, {
  reference: 'REQ-1',
  file: 'FILE-1',
  method: 'lio-13-6',
  notified: '2026-06-24T11:00:00Z',
  mentions: { nature: 'traffic data', subject: 'the listed servers', reasons: 'espionage' },
});
/** A verbal one to identify, as Art. 16/2 has it. */
export const IDENTIFY: Fields = changed(REQUISITION, {
  reference: 'ID-1',
  file: 'FILE-2',
  method: 'lio-16-2',
  notified: undefined,
  urgent: true,
  mentions: { subject: 'the subscriber of 203.0.113.7' },
});

export function database(): Database {
  const db = openDatabase(':memory:');
  onTestFinished(() => void db.close());
  return db;
}

/** Takes a list in; refuses none of it. */
export async function take(
  db: Database,
  entries: readonly Fields[],
  at: string | number = TAKEN_IN,
  header: Fields = {},
  by = 'a.analyst',
): Promise<void> {
  const file = JSON.stringify(fileOf(changed(HEADER, header), entries));
  const report = await importAuthorisation(db, file, { by, at: typeof at === 'string' ? ms(at) : at });
  if (report.refused > 0) throw new Error(JSON.stringify(report.refusals));
}

export function knownAt(db: Database, at: string | number): KnownState {
  return knownState(db, typeof at === 'string' ? ms(at) : at, IN_FORCE_DEFAULTS);
}

export function written(made: Document | BlockList, format: DocumentFormat = 'markdown'): string {
  let text = '';
  writeDocument(made, format, {
    text(piece) {
      text += piece;
    },
  });
  return text;
}

export type JsonRow = Readonly<Record<string, unknown>>;
export interface JsonSection {
  readonly id: string;
  readonly title: string;
  readonly facts?: JsonRow;
  readonly rows?: readonly JsonRow[];
  readonly sections?: readonly JsonSection[];
}
export interface JsonDocument extends JsonRow {
  readonly tlp: string;
  readonly facts: JsonRow;
  readonly sections: readonly JsonSection[];
}

export function asJson(made: Document | BlockList): JsonDocument {
  return JSON.parse(written(made, 'json')) as JsonDocument;
}

/** The rows of a section that stands at the top. */
export function rowsOf(document: JsonDocument, id: string): readonly JsonRow[] {
  const found = document.sections.find((section) => section.id === id);
  if (!found?.rows) throw new Error(`no rows under ${id}`);
  return found.rows;
}

export function addressesIn(rows: readonly JsonRow[]): unknown[] {
  return rows.map(({ address }) => address);
}
