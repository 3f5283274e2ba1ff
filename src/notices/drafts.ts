// Notices being put together: what is to be told, by kind and authorisation, until it is issued to each operator.

import type { Indicator } from '../authority/indicator.ts';
import { protocolName } from '../authority/protocols.ts';
import type { AuthorisationRecord, IndicatorRecord } from '../authority/records.ts';
import type { Rule } from '../authority/regime.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { type OperatorGroup, operatorGroups, trafficWindow } from '../authority/windows.ts';
import type { SigningKey } from '../core/signing-key.ts';
import { formatInstant } from '../core/time.ts';
import type { DocumentedIndicator } from '../store/indicator-records.ts';
import type { PendingEvent } from '../store/notice-progress.ts';
import type { NewNotice } from '../store/notices.ts';
import type { Touch } from './happenings.ts';
import {
  type Action,
  issueNotices,
  isUrgent,
  type NoticeEntry,
  type NoticeKind,
  type NoticeSubject,
} from './notice.ts';
import { type AuthorityFrame, isInForce, type Standing } from './standing.ts';

interface Draft {
  readonly kind: NoticeKind;
  readonly authorisation: AuthorisationRecord;
  readonly operators: readonly string[];
  readonly subject: Subject;
  readonly told: Told[];
}

/** What a notice says of all that it names. */
interface Subject extends Pick<NoticeSubject, 'scope' | 'basis' | 'facts' | 'do'> {
  rule: Rule;
  effectiveMs: number;
  event: number;
}

/** What a notice tells of an indicator: there may be very many, so no more of it is kept. */
interface Told {
  readonly record: IndicatorRecord;
  readonly steps: readonly IndicatorStep[];
  readonly address: string;
  readonly tlp: Indicator['tlp'];
  readonly block: boolean;
  readonly effectiveMs: number;
  readonly rule: Rule;
  readonly isOn: boolean;
  /** It may have been blocked before. */
  readonly isUnblocked: boolean;
}

export interface ToldIndicator {
  readonly kind: NoticeKind;
  readonly found: DocumentedIndicator;
  readonly authorisation: AuthorisationRecord;
  readonly operators: readonly string[];
  readonly standing: Standing;
  readonly event: number;
  readonly touch: Touch | null;
}

/** The rule that a kind of notice keeps. */
const RULES = {
  new: 'L6',
  changed: 'L6',
  suspension: 'L10',
  reinstatement: 'L10',
  revocation: 'L10',
  withdrawal: 'L10',
  end: 'L10',
  'dispute-outcome': 'L11',
  overdue: 'L9',
} as const satisfies Record<NoticeKind, Rule>;

export class Drafts {
  private readonly frame: AuthorityFrame;
  private readonly nowMs: number;
  private readonly drafts = new Map<string, Draft>();
  private readonly groups = new Map<string, readonly OperatorGroup[]>();

  constructor(frame: AuthorityFrame, nowMs: number) {
    this.frame = frame;
    this.nowMs = nowMs;
  }

  ofIndicator({ kind, found, authorisation, operators, standing, event, touch }: ToldIndicator): void {
    if (operators.length === 0) return;
    const key = `${kind}\n${authorisation.reference}\n${operators.join()}`;
    let draft = this.drafts.get(key);
    if (!draft) {
      const subject = { rule: RULES[kind], scope: 'indicators', basis: null, facts: {}, do: [] } as const;
      draft = { kind, authorisation, operators, subject: { ...subject, effectiveMs: 0, event: 0 }, told: [] };
      this.drafts.set(key, draft);
    }
    const { subject, told } = draft;
    const { record, steps } = found;
    const { address, tlp, block } = found.indicator;
    const isOn = isInForce(standing);
    // What is over for good is so since its own step, not since what had suspended it before.
    const isOver = kind === 'revocation' || kind === 'withdrawal';
    const effectiveMs = touch && (isOver || kind === 'changed') ? touch.atMs : standing.sinceMs;
    const rule = isOver || isOn ? RULES[kind] : standing.rule;
    subject.rule = told.length === 0 || rule === subject.rule ? rule : RULES[kind];
    subject.effectiveMs = Math.max(subject.effectiveMs, effectiveMs);
    subject.event = Math.max(subject.event, event);
    const isUnblocked = kind === 'changed' && !block;
    // Written out, since V8 builds from a spread slowly.
    told.push({ record, steps, address, tlp, block, effectiveMs, rule, isOn, isUnblocked });
  }

  ofAuthorisation(
    kind: 'end' | 'reinstatement',
    authorisation: AuthorisationRecord,
    operators: readonly string[],
    about: Pick<NoticeSubject, 'event' | 'effectiveMs' | 'rule' | 'facts'>,
  ): void {
    if (operators.length === 0) return;
    const subject = {
      ...about,
      scope: 'authorisation',
      basis: null,
      do: actionsOf(kind === 'reinstatement', null),
    } as const;
    this.drafts.set(JSON.stringify([kind, authorisation.reference, operators, subject.scope]), {
      ...{ kind, authorisation, operators, subject, told: [] },
    });
  }

  /** L20 */
  ofBasis(
    kind: 'suspension' | 'reinstatement',
    authorisation: AuthorisationRecord,
    event: PendingEvent,
  ): void {
    const subject = {
      rule: 'L20',
      scope: 'basis',
      basis: event.object,
      facts: {},
      effectiveMs: event.atMs,
      do: actionsOf(kind === 'reinstatement', null),
      event: event.sequence,
    } as const;
    const { reference, operators } = authorisation;
    this.drafts.set(JSON.stringify([kind, reference, event.sequence]), {
      ...{ kind, authorisation, operators, subject, told: [] },
    });
  }

  /** L11 */
  ofDispute(
    { sequence, atMs, object, detail }: PendingEvent,
    { found, authorisation, standing }: Pick<ToldIndicator, 'found' | 'authorisation' | 'standing'>,
  ): void {
    const subject = {
      rule: RULES['dispute-outcome'],
      scope: 'indicators',
      basis: null,
      facts: { dispute: object, outcome: String(detail.outcome) },
      effectiveMs: atMs,
      do: [],
      event: sequence,
    } as const;
    const { record, steps } = found;
    const { address, tlp, block } = found.indicator;
    const isOn = isInForce(standing);
    this.drafts.set(JSON.stringify(['dispute-outcome', object]), {
      kind: 'dispute-outcome',
      authorisation,
      operators: [String(detail.operator)],
      subject,
      told: [
        {
          record,
          steps,
          address,
          tlp,
          block,
          effectiveMs: atMs,
          rule: subject.rule,
          isOn,
          isUnblocked: false,
        },
      ],
    });
  }

  /** What takes something away first. */
  issue(key: SigningKey): NewNotice[] {
    return [...this.drafts.values()]
      .toSorted((a, b) => Number(isUrgent(b.kind)) - Number(isUrgent(a.kind)))
      .flatMap((draft) => draft.operators.flatMap((operator) => this.issueTo(operator, draft, key)));
  }

  private issueTo(
    operator: string,
    { kind, authorisation, subject, told }: Draft,
    key: SigningKey,
  ): NewNotice[] {
    const { reference, file } = authorisation;
    // TLP:RED goes to named people, and not to programs.
    const shown = told.filter(({ tlp }) => tlp !== 'RED');
    return issueNotices({
      key,
      operator,
      issuedAtMs: this.nowMs,
      subject: { ...subject, kind, authorisation: { reference, file } },
      entries: shown.map((one) => this.entryFor(operator, authorisation, one)),
      withheld: told.length - shown.length,
    });
  }

  private entryFor(operator: string, authorisation: AuthorisationRecord, told: Told): NoticeEntry {
    const { record, steps, address, tlp, block, effectiveMs, rule, isOn, isUnblocked } = told;
    const group = this.groupsOf(authorisation, record).find(({ operators }) => operators.includes(operator));
    const traffic = group && trafficWindow(record, steps, group);
    const isDeclared = group?.conditions.length === 0;
    return {
      id: record.id,
      address,
      port: record.port,
      protocol: record.protocol === null ? null : protocolName(record.protocol),
      effective: formatInstant(effectiveMs),
      rule,
      do: isOn && !isDeclared ? ['declare-term'] : actionsOf(isOn, isUnblocked ? false : block || null),
      block,
      traffic: {
        from: formatInstant(traffic?.from.atMs ?? record.firstSeenMs),
        until:
          traffic === undefined || traffic.until.atMs === Infinity ? null : formatInstant(traffic.until.atMs),
      },
      tlp,
    };
  }

  private groupsOf(authorisation: AuthorisationRecord, { scope }: IndicatorRecord): readonly OperatorGroup[] {
    const key = JSON.stringify([authorisation.reference, scope.retention, scope.retentionTerm]);
    let groups = this.groups.get(key);
    if (!groups) {
      groups = operatorGroups(authorisation, this.frame.operators, scope);
      this.groups.set(key, groups);
    }
    return groups;
  }
}

/** @param isBlocked L17: whether blocking is considered; false = no more; `null` = it is not */
function actionsOf(isOn: boolean, isBlocked: boolean | null): readonly Action[] {
  if (!isOn) return ['stop-delivering', 'stop-blocking'];
  if (isBlocked === null) return ['deliver'];
  return ['deliver', isBlocked ? 'block' : 'stop-blocking'];
}
