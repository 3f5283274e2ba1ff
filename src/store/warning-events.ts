// A step of a warning, with the event that tells of it; never an address of a victim.
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';
import type { WarningStepKind } from './warnings.ts';

/** Within the caller's transaction. */
export function writeWarningStep(
  db: Database,
  warning: number,
  kind: WarningStepKind,
  step: number,
  { by, role, at }: ChangedBy,
  reason: string | null,
  detail: Readonly<Record<string, unknown>>,
): void {
  db.prepare('INSERT INTO warningSteps VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    warning,
    step,
    kind,
    at,
    by,
    role,
    reason,
  );
  const { recipientKind, recipient } = db
    .prepare<[number], { recipientKind: string; recipient: string }>(
      'SELECT recipientKind, recipient FROM warnings WHERE id = ?',
    )
    .get(warning) as { recipientKind: string; recipient: string };
  const indicators = db
    .prepare('SELECT indicator FROM warningIndicators WHERE warning = ? ORDER BY indicator')
    .pluck()
    .all(warning);
  eventWriter(db)({
    atMs: at,
    actor: by,
    role,
    action: `warning.${kind}`,
    object: ticketOf(db, warning),
    version: step,
    digest: null,
    detail: { [recipientKind]: recipient, indicators, ...(reason === null ? {} : { reason }), ...detail },
  });
}

export function ticketOf(db: Database, id: number): string {
  return db.prepare('SELECT ticket FROM warnings WHERE id = ?').pluck().get(id) as string;
}
