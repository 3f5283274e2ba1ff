// Why something is in force or not, matches or not: a code with its facts, so that it can be said in any language. The
// English texts are here; the dashboard has the others (src/dashboard/messages).
import { formatInstant } from '../core/time.ts';

/** By code. `{name}` is a fact; one whose name ends in `Ms` is an instant. */
export const REASON_TEXTS = {
  fromEver: 'from ever',
  noEnd: 'no end',
  at: '{atMs}: {because}',
  fromThenOn: '{unmet}: from then on, {because}',

  regimeUnknown: 'the regime {regime} is not known',
  undecided: 'the authorisation is not yet decided',
  decided: 'the authorisation was decided',
  authorisationEnds: 'the authorisation ends',
  authorisationEnded: 'the authorisation has ended',
  endedBy: 'ended by {by}: {said}',
  unapproved: 'not approved',
  notYetApproved: 'the authorisation is not yet approved',
  approvedBy: 'approved by {by}',
  methodUnknown: 'its method is not known',
  methodGivesNone: '{method} ({source})',
  notified: '{to} was notified ({source})',
  notNotified: '{to} has not been notified ({source})',
  toBeConfirmed: 'the urgent decision was to be confirmed before {deadlineMs}',
  notConfirmed: 'the urgent decision was to be confirmed before {deadlineMs}, and was not',

  basisUnknown: 'the basis {basis} is not known',
  basisSuspended: 'the basis {basis} is suspended',
  basisSuspendedBy: 'the basis {basis} was suspended by {by}: {said}',
  basisReinstatedBy: 'the basis {basis} was reinstated by {by}: {said}',

  analysesNeeded: 'proposed: it needs {needed} confirming analyses by different people',
  analysesConfirm: 'analysis {needed} confirmed it, by {by}',
  refutedBy: '{by} refuted it',
  notVerified: 'it has not been verified active',
  verifiedActive: 'verified active by {by}',
  verifiedInactive: 'verified inactive by {by}',
  verificationDue: 'verification due, last by {by}',

  revoked: 'revoked by {by}',
  revokedBy: 'revoked by {by}: {said}',
  suspendedOver: 'suspended by {cause}',
  suspendedBy: 'suspended by {by}: {said}',
  suspendedByOver: 'suspended by {by} ({cause}): {said}',
  reinstatedBy: 'reinstated by {by}: {said}',
  reinstatedByOver: 'reinstated by {by} ({cause}): {said}',
  hardHit: 'a hard hit of {cause}',
  hardHitBlocks: 'a hard hit of {cause}: {needed} people override, or it is blocked',
  hitOverridden: '{cause} was overridden by {by}: {said}',
  noHardHit: 'no hard hit of {cause} any more',
  tooWide: 'a prefix of /{length} concerns too many others, unless {needed} people override ({source})',
  widthOverridden: 'its width was overridden by {by}: {said}',
  notListed: 'no longer listed by its authorisation',
  draft: 'a draft: something that is required is missing',

  firstSeen: 'first seen',
  firstSeenEarlier: '{because}; first seen {firstSeenMs} is earlier',
  keptSince: '{term} before the decision, as long as data are kept under {basis}',
  sinceTheDecision: 'the decision: {because}',
  termUndeclared:
    'the operator has not declared how long it keeps data under {basis} (operator add ID --retention {basis}=P…)',
  noEndKnown: 'no end is known',
  c2NoMore: "no longer the C2 server's address",

  operatorNamed: '{authorisation} names the operator {operator}',
  operatorNotNamed: '{authorisation} does not name the operator {operator}: it names {named}',
  noOperatorNamed: '{authorisation} does not name the operator {operator}: it names none',
  sameBasis: 'it rests on {basis}, under which the flow was kept',
  otherBasis: 'it rests on {basis}; the flow was kept under {kept}',
  anyPort: 'any port of the server',
  portOf: 'port {port} of the server; the flow has {given}',
  portOfNone: 'port {port} of the server; the flow has none',
  anyProtocol: 'any protocol',
  protocolOf: 'protocol {protocol}; the flow has {given}',
  protocolOfNone: 'protocol {protocol}; the flow has none',
  beginsBefore: 'the flow begins before {bound}',
  notOverBefore: 'the flow is not over before {bound}',
  beginsAfter: 'the flow begins at or after {bound}',
  inForceSince: 'in force since {since}',
  inForceSinceUntil: 'in force since {since}, until {untilMs} ({rule}: {because})',
  notInForce: 'not in force: {bound}',
} as const;

export type ReasonCode = keyof typeof REASON_TEXTS;
export type ReasonTexts = Readonly<Record<ReasonCode, string>>;

/** One may be a reason itself; instants are epoch ms, `null` = not said. */
export type Fact = string | number | Reason | null;

export interface Reason {
  readonly code: ReasonCode;
  readonly facts?: Readonly<Record<string, Fact>> | undefined;
}

export function because(code: ReasonCode, facts?: Reason['facts']): Reason {
  return facts ? { code, facts } : { code };
}

/** In words. @param texts of another language @param instantText how its instants are written */
export function reasonText(
  { code, facts = {} }: Reason,
  texts: ReasonTexts = REASON_TEXTS,
  instantText: (ms: number) => string = formatInstant,
): string {
  return texts[code].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    if (fact === null) return '–';
    if (typeof fact === 'object') return reasonText(fact, texts, instantText);
    return typeof fact === 'number' && name.endsWith('Ms') ? instantText(fact) : String(fact);
  });
}
