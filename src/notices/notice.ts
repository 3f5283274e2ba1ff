// What a notice says: the format that operators' programs read (docs/notices.md). Signed are the octets of its canonical JSON.
import { randomUUID } from 'node:crypto';
import type { TLP } from '../authority/indicator.ts';
import type { Rule } from '../authority/regime.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import type { SigningKey } from '../core/signing-key.ts';
import { formatInstant } from '../core/time.ts';
import type { NewNotice, Recipient } from '../store/notices.ts';

type Tlp = (typeof TLP)[number];

/** What is asked of the operator. */
export type Action = 'deliver' | 'stop-delivering' | 'block' | 'stop-blocking' | 'declare-term';

/** Every kind, with its meaning in words. */
export const NOTICE_KINDS = {
  new: 'new indicators are in force',
  changed: 'indicators have changed',
  suspension: 'indicators are suspended: they are in force no more, until further notice',
  reinstatement: 'indicators are in force again',
  revocation: 'indicators are revoked, for good',
  withdrawal: 'indicators are no longer listed',
  end: 'the authorisation is in force no more',
  'dispute-outcome': 'a dispute is decided',
  overdue: 'indicators were not verified in time; they stay in force',
} as const;
export type NoticeKind = keyof typeof NOTICE_KINDS;

/** Those that take something away: they are delivered first. */
const URGENT: ReadonlySet<NoticeKind> = new Set([
  'revocation',
  'suspension',
  'withdrawal',
  'end',
  'dispute-outcome',
]);

export function isUrgent(kind: NoticeKind): boolean {
  return URGENT.has(kind);
}

export interface NoticeEntry {
  readonly id: string;
  /** An address or prefix of a C2 server; never a victim's. */
  readonly address: string;
  readonly port: number | null;
  /** A name, or a number where it has none. */
  readonly protocol: string | null;
  /** ISO 8601: from when on what the notice says holds. */
  readonly effective: string;
  /** The rule that an indicator was suspended, revoked … by. */
  readonly rule: Rule;
  readonly do: readonly Action[];
  /** L17: blocking is considered. */
  readonly block: boolean;
  /** When communications must have taken place to be delivered, ISO 8601; `null` = no end. */
  readonly traffic: { readonly from: string; readonly until: string | null };
  readonly tlp: Tlp;
}

/** What it is about. */
export interface NoticeSubject {
  readonly kind: NoticeKind;
  readonly rule: Rule;
  readonly authorisation: { readonly reference: string; readonly file: string };
  /** `indicators`: those listed; `authorisation`: all of it; `basis`: all that rest on the legal basis named. */
  readonly scope: 'indicators' | 'authorisation' | 'basis';
  readonly basis: string | null;
  /** Further facts, by kind: how an authorisation ended, what a dispute's outcome is. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Epoch ms; for what lists no indicators. */
  readonly effectiveMs: number;
  readonly do: readonly Action[];
  /** Sequence of the event that it rests on. */
  readonly event: number;
}

export interface NoticeContent extends Omit<NoticeSubject, 'effectiveMs'> {
  readonly flowsieve: 1;
  readonly type: 'notice';
  readonly id: string;
  readonly key: string;
  readonly operator: string;
  readonly issued: string;
  readonly effective: string;
  readonly part: number;
  readonly parts: number;
  readonly tlp: Tlp;
  /** Indicators that are TLP:RED, and so not named here. */
  readonly withheld: number;
  readonly indicators: readonly NoticeEntry[];
}

/** Of notices that an operator has not acknowledged, or that could not be delivered. */
export interface EscalationContent {
  readonly flowsieve: 1;
  readonly type: 'escalation';
  readonly id: string;
  readonly key: string;
  readonly operator: string;
  readonly issued: string;
  readonly reason: 'unacknowledged' | 'undelivered';
  readonly notices: readonly {
    readonly id: string;
    readonly kind: string;
    readonly authorisation: string | null;
    readonly issued: string;
    readonly delivered: string | null;
  }[];
}

export type Content = NoticeContent | EscalationContent;

/** A notice names no more indicators; what is larger comes in parts. */
export const MAX_ENTRIES = 5_000;

const ORDER_OF_TLP: readonly Tlp[] = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'];

export interface Issue {
  readonly key: SigningKey;
  readonly operator: string;
  readonly issuedAtMs: number;
  /** The event that it rests on, and when it was. */
  readonly subject: NoticeSubject;
  readonly entries: readonly NoticeEntry[];
  readonly withheld: number;
}

/** The notices to one operator about one thing: one, or as many parts as its size asks for. */
export function issueNotices({ key, operator, issuedAtMs, subject, entries, withheld }: Issue): NewNotice[] {
  const parts = Math.max(1, Math.ceil(entries.length / MAX_ENTRIES));
  const { effectiveMs, ...about } = subject;
  return Array.from({ length: parts }, (_, at) => {
    const indicators = entries.slice(at * MAX_ENTRIES, (at + 1) * MAX_ENTRIES);
    const content: NoticeContent = {
      ...about,
      flowsieve: 1,
      type: 'notice',
      id: newId(),
      key: key.keyId,
      operator,
      issued: formatInstant(issuedAtMs),
      effective: formatInstant(effectiveMs),
      part: at + 1,
      parts,
      tlp: strictest(indicators),
      withheld: at === 0 ? withheld : 0,
      indicators,
    };
    const { kind, event, authorisation } = subject;
    const { part } = content;
    return {
      ...signed(content, key, 'operator'),
      ...{ operator, authorisation: authorisation.reference, kind, event, part, parts, issuedAtMs },
      indicators: indicators.length,
    };
  });
}

export function issueEscalation(
  key: SigningKey,
  issuedAtMs: number,
  about: Pick<EscalationContent, 'operator' | 'reason' | 'notices'>,
): NewNotice {
  const content: EscalationContent = {
    flowsieve: 1,
    type: 'escalation',
    id: newId(),
    key: key.keyId,
    issued: formatInstant(issuedAtMs),
    ...about,
  };
  const { operator } = about;
  return {
    ...signed(content, key, 'escalation'),
    ...{ operator, authorisation: null, kind: 'escalation', event: null, part: 1, parts: 1, issuedAtMs },
    indicators: 0,
  };
}

function newId(): string {
  return `notice--${randomUUID()}`;
}

function signed(content: Content, key: SigningKey, recipient: Recipient) {
  const body = Buffer.from(canonicalJson(content), 'utf8');
  return { id: content.id, recipient, key: key.keyId, body, signature: key.sign(body) };
}

/** What names no indicator is still not for everybody. */
function strictest(entries: readonly NoticeEntry[]): Tlp {
  if (entries.length === 0) return 'AMBER+STRICT';
  const rank = entries.reduce((most, { tlp }) => Math.max(most, ORDER_OF_TLP.indexOf(tlp)), 0);
  return ORDER_OF_TLP[rank] as Tlp;
}
