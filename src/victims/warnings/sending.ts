// Sends what was approved, each mail once: an attempt whose end is not known is not made again by itself.
import { FlowSieveError } from '../../core/errors.ts';
import type { Database } from '../../store/database.ts';
import { iterateEntities } from '../../store/entities.ts';
import { iterateEvidence } from '../../store/evidence.ts';
import { indicatorReader } from '../../store/indicator-records.ts';
import { knownOperators } from '../../store/operators.ts';
import {
  type ClaimedMail,
  claimMail,
  settleFailed,
  settleSent,
  settleUnclear,
} from '../../store/warning-mails.ts';
import { itemsOf, type Warning } from '../../store/warnings.ts';
import { Coverages } from '../coverage.ts';
import { evidenceReader } from '../evidence.ts';
import { type Letter, type LetterItem, type Sender, writeRetraction, writeWarning } from './letter.ts';
import { wrongIndicators } from './retracting.ts';

/** Sends one mail. @throws what the server or the network said */
export interface Post {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly messageId: string;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<void>;
}

const MAILS_A_ROUND = 50;
const MAX_ATTEMPTS = 8;
const FIRST_RETRY_MS = 60_000;
/** A warning that a robot sends is answered by no robot (RFC 3834). */
const HEADERS = { 'Auto-Submitted': 'auto-generated' };

export interface SendReport {
  readonly sent: number;
  /** Tried again later. */
  readonly failed: number;
  /** May have been sent: somebody must look. */
  readonly unclear: number;
}

/** @throws FlowSieveError CONFIGURATION where it is not said who warns */
export async function sendWarnings(
  db: Database,
  post: Post,
  sender: Sender | null,
  change: { readonly by: string; readonly role: string },
  { nowMs = Date.now(), signal }: { readonly nowMs?: number; readonly signal?: AbortSignal } = {},
): Promise<SendReport> {
  if (!sender) {
    throw new FlowSieveError(
      'CONFIGURATION',
      'warnings.sender and warnings.object are needed: a warning says who warns, and how to object',
    );
  }
  const report = { sent: 0, failed: 0, unclear: 0 };
  // One after another: of a process that is killed, only the mail that it was sending is unclear.
  for (let mails = 0; mails < MAILS_A_ROUND && !signal?.aborted; mails++) {
    const claimed = claimMail(db, nowMs);
    if (!claimed) break;
    report[await sendOne(db, post, sender, claimed, change, nowMs)] += 1;
  }
  return report;
}

async function sendOne(
  db: Database,
  post: Post,
  sender: Sender,
  claimed: ClaimedMail,
  change: { readonly by: string; readonly role: string },
  nowMs: number,
): Promise<keyof SendReport> {
  const { warning, mail } = claimed;
  const { subject, text } = letterOf(db, claimed, sender);
  try {
    await post.send({
      to: warning.recipient.mail,
      subject,
      text,
      messageId: mail.messageId,
      headers: HEADERS,
    });
  } catch (error) {
    const problem = problemOf(error);
    if (mayHaveBeenSent(error)) {
      settleUnclear(db, claimed, problem);
      return 'unclear';
    }
    const isLast = mail.attempts >= MAX_ATTEMPTS;
    settleFailed(db, claimed, problem, isLast ? null : nowMs + FIRST_RETRY_MS * 2 ** (mail.attempts - 1));
    return 'failed';
  }
  settleSent(db, claimed, change);
  return 'sent';
}

/** The letter as it would be sent now. */
export function letterOf(
  db: Database,
  { warning, mail }: Pick<ClaimedMail, 'warning'> & { readonly mail: Pick<ClaimedMail['mail'], 'kind'> },
  sender: Sender,
): Letter {
  const name = nameOf(db, warning);
  if (mail.kind === 'warning') return writeWarning(warning, name, letterItems(db, warning), sender);
  const indicatorOf = indicatorReader(db);
  const c2s = wrongIndicators(db, warning.indicators).flatMap(
    (id) => indicatorOf(id)?.indicator.address ?? [],
  );
  const reason = warning.steps.findLast(({ kind }) => kind === 'retract')?.reason ?? '';
  return writeRetraction(warning, name, c2s, reason, sender);
}

function letterItems(db: Database, warning: Warning): LetterItem[] {
  const indicatorOf = indicatorReader(db);
  const evidenceOf = evidenceReader(db);
  const coverages = new Coverages(db);
  return itemsOf(db, warning.id).flatMap(({ victim, indicator: id, operator, retentionBasis }) => {
    const indicator = indicatorOf(id)?.indicator;
    if (!indicator) return [];
    return [...iterateEvidence(db, { victim, indicator: id, operator })]
      .filter((stored) => stored.retentionBasis === retentionBasis)
      .map((stored) => {
        const evidence = evidenceOf(stored);
        const { isComplete } = coverages.of(operator, evidence.firstMs, evidence.lastMs);
        return {
          victim,
          authorisation: stored.authorisation,
          indicator,
          evidence,
          isCoverageComplete: isComplete,
        };
      });
  });
}

function nameOf(db: Database, { recipient: { kind, id } }: Warning): string {
  if (kind === 'operator') return knownOperators(db).get(id)?.name ?? id;
  for (const entity of iterateEntities(db)) if (entity.id === id) return entity.name;
  return id;
}

interface SmtpError extends Error {
  readonly command?: string;
  readonly responseCode?: number;
}

/** Once the message itself is on its way, only the server's answer says what became of it. */
function mayHaveBeenSent(error: unknown): boolean {
  const { command, responseCode, name } = error as SmtpError;
  if (responseCode !== undefined) return false;
  return command === 'DATA' || name === 'AbortError' || name === 'TimeoutError';
}

/** What the server said may quote the letter: its code and the command are enough. */
function problemOf(error: unknown): string {
  const { command, responseCode, name } = error as SmtpError;
  const code = (error as NodeJS.ErrnoException).code;
  return [code ?? name, command, responseCode].filter((part) => part !== undefined).join(' ');
}
