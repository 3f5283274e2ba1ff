// Takes back warnings that speak of a time at which the address was no C2 server's: a dispute was upheld (L11), or a
// revocation says since when it was not any more (L10).
import type { Database } from '../../store/database.ts';
import { recordWarningStep } from '../../store/warning-steps.ts';
import { warningsAbout } from '../../store/warnings.ts';
import type { WarningTexts } from './texts.ts';

interface Wrong {
  readonly indicator: string;
  /** Epoch ms on the traffic clock; `null` = from ever. */
  readonly fromMs: number | null;
  readonly reason: keyof WarningTexts['reasons'];
}

const SYSTEM = { by: 'flowsieve', role: 'system' } as const;

function wrongs(db: Database): Wrong[] {
  return db
    .prepare<[], Wrong>(
      `SELECT indicator, fromMs, 'dispute upheld' AS reason FROM matchMarks WHERE state = 'upheld'
       UNION ALL
       SELECT indicator, trafficUntilMs, 'no longer the server' FROM indicatorSteps
       WHERE kind = 'revoke' AND trafficUntilMs IS NOT NULL`,
    )
    .all();
}

/** @returns the tickets that were taken back */
export function retractWrong(db: Database): string[] {
  return wrongs(db).flatMap(({ indicator, fromMs, reason }) => {
    const tickets = warningsAbout(db, indicator, fromMs);
    for (const ticket of tickets) recordWarningStep(db, ticket, 'retract', reason, SYSTEM);
    return tickets;
  });
}

/** Of a warning's indicators those that were wrong; all of them where a person took it back for another reason. */
export function wrongIndicators(db: Database, indicators: readonly string[]): readonly string[] {
  const wrong = new Set(wrongs(db).map(({ indicator }) => indicator));
  const among = indicators.filter((id) => wrong.has(id));
  return among.length > 0 ? among : indicators;
}
