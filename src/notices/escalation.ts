// Tells of notices that an operator does not answer, or that do not reach it: once.

import type { SigningKey } from '../core/signing-key.ts';
import { formatInstant } from '../core/time.ts';
import type { Database } from '../store/database.ts';
import { escalate, hasUnanswered, type Unanswered } from '../store/notice-answers.ts';
import { issueEscalation } from './notice.ts';
import type { NoticeSettings } from './settings.ts';

/**
 * @returns what was escalated
 * @throws FlowSieveError DATABASE
 */
export function escalateUnanswered(
  db: Database,
  { notices }: NoticeSettings,
  nowMs: number,
  openKey: () => SigningKey,
): readonly Unanswered[] {
  const issuedBeforeMs = nowMs - notices.acknowledgeWithinSeconds * 1_000;
  if (!hasUnanswered(db, issuedBeforeMs)) return [];
  const key = openKey();
  return escalate(db, issuedBeforeMs, nowMs, ({ operator, reason, notices: unanswered }) =>
    issueEscalation(key, nowMs, {
      operator,
      reason,
      notices: unanswered.map(({ id, kind, authorisation, issuedAtMs, deliveredAtMs }) => ({
        ...{ id, kind, authorisation },
        issued: formatInstant(issuedAtMs),
        delivered: deliveredAtMs === null ? null : formatInstant(deliveredAtMs),
      })),
    }),
  );
}
