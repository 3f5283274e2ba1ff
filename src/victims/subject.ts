// What is held about one address, for the person whose it is: all of it, sequestered or not, and nothing about others.
import { parsePrefix } from '../core/prefix.ts';
import type { Parsed } from '../core/time.ts';
import { listConsultations, type ReadingKind } from '../store/consultations.ts';
import type { Database } from '../store/database.ts';
import { IS_SEQUESTERED } from '../store/schema-sequester.ts';
import { DAY_OF } from '../store/schema-victims.ts';
import { listWarnings, type WarningState } from '../store/warnings.ts';

/** Contact with one indicator, as one operator delivered it under one legal basis. Times are epoch ms. */
export interface HeldContact {
  readonly indicator: string;
  readonly authorisation: string;
  readonly c2s: readonly string[];
  readonly operator: string;
  readonly retentionBasis: string;
  readonly matches: number;
  /** Of them, those that only an auditor may read. */
  readonly sequestered: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** When the flows were looked at, and by when they are erased. */
  readonly firstEvaluatedAtMs: number;
  readonly lastEvaluatedAtMs: number;
  readonly firstDeleteAfterMs: number;
  readonly lastDeleteAfterMs: number;
}

export interface HeldWarning {
  readonly ticket: string;
  readonly state: WarningState;
  readonly recipient: string;
  readonly sentAtMs: number | null;
}

/** A reading that asked for the address. Not by whom: that is the register's. */
export interface HeldReading {
  readonly atMs: number;
  readonly role: string;
  readonly kind: ReadingKind;
  readonly purpose: string | null;
}

export interface SubjectReport {
  readonly address: string;
  readonly atMs: number;
  readonly matches: number;
  readonly contacts: readonly HeldContact[];
  readonly warnings: readonly HeldWarning[];
  readonly readings: readonly HeldReading[];
}

/** Canonical text of one address: a network is many people's. */
export function subjectAddress(text: string): Parsed<string> {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) return parsed;
  const { family, length, text: address } = parsed.value;
  if (length !== (family === 4 ? 32 : 128)) return { problem: 'is a network: name one address' };
  return { value: address };
}

/** @param address canonical text */
export function heldAbout(db: Database, address: string, atMs: number): SubjectReport {
  return db.transaction(() => {
    const contacts = contactsOf(db, address);
    return {
      address,
      atMs,
      matches: contacts.reduce((sum, { matches }) => sum + matches, 0),
      contacts,
      warnings: warningsOf(db, address),
      readings: listConsultations(db, { about: address }).map((reading) => ({
        atMs: reading.atMs,
        role: reading.role,
        kind: reading.kind,
        purpose: reading.purpose,
      })),
    };
  })();
}

function contactsOf(db: Database, address: string): HeldContact[] {
  const rows = db.prepare<[string], Omit<HeldContact, 'c2s'> & { c2s: string }>(
    `SELECT matchedIndicators.indicator, authorisation, json_group_array(DISTINCT c2) AS c2s, operator, retentionBasis,
       count(*) AS matches, sum(${IS_SEQUESTERED}) AS sequestered, min(startMs) AS firstMs, max(endMs) AS lastMs,
       min(evaluatedAtMs) AS firstEvaluatedAtMs, max(evaluatedAtMs) AS lastEvaluatedAtMs,
       min(deleteAfterMs) AS firstDeleteAfterMs, max(deleteAfterMs) AS lastDeleteAfterMs
     FROM matchDays
     CROSS JOIN matches INDEXED BY matchesByContact ON ${DAY_OF('matches')} = matchDays.day
     CROSS JOIN origins ON origins.id = matches.origin
     CROSS JOIN sources ON sources.id = origins.source
     CROSS JOIN matchedIndicators ON matchedIndicators.id = matches.indicator
     WHERE victim = ?
     GROUP BY matches.indicator, operator, retentionBasis
     ORDER BY firstMs, matchedIndicators.indicator`,
  );
  return rows.all(address).map((row) => ({ ...row, c2s: (JSON.parse(row.c2s) as string[]).sort() }));
}

function warningsOf(db: Database, address: string): HeldWarning[] {
  return listWarnings(db, { victim: address }).map(({ ticket, state, recipient, mails }) => {
    const sentAtMs = mails.find(({ kind }) => kind === 'warning')?.sentAtMs ?? null;
    return { ticket, state, recipient: `${recipient.kind} ${recipient.id}`, sentAtMs };
  });
}
