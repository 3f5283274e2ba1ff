// A message in words, for people who read mail.
import {
  type Action,
  type Content,
  type EscalationContent,
  NOTICE_KINDS,
  type NoticeContent,
} from './notice.ts';

/** Indicators told in words; all of them are in the attachment. */
const MAX_TOLD = 50;

const ACTIONS: Readonly<Record<Action, string>> = {
  deliver: 'deliver the metadata asked for',
  'stop-delivering': 'stop delivering its metadata',
  block: 'consider blocking it',
  'stop-blocking': 'stop blocking it',
  'declare-term': 'declare how long you keep data on its legal basis: nothing is taken from you until then',
};

export function subjectOf(content: Content): string {
  if (content.type === 'escalation') {
    const { length } = content.notices;
    const what = content.reason === 'undelivered' ? 'could not be delivered' : 'not acknowledged';
    return `[FlowSieve] ${content.operator}: ${length === 1 ? 'a notice' : `${length} notices`} ${what}`;
  }
  const { kind, authorisation, part, parts } = content;
  const ofParts = parts === 1 ? '' : `, part ${part} of ${parts}`;
  return `[FlowSieve] ${kind.replace('-', ' ')}: authorisation ${authorisation.reference}${ofParts}`;
}

export function textOf(content: Content): string {
  const lines = content.type === 'escalation' ? escalationLines(content) : noticeLines(content);
  return `${lines.join('\n')}\n`;
}

function noticeLines(content: NoticeContent): string[] {
  const {
    id,
    kind,
    rule,
    operator,
    authorisation,
    scope,
    basis,
    facts,
    effective,
    tlp,
    withheld,
    indicators,
  } = content;
  const { reference, file } = authorisation;
  const about = {
    indicators: '',
    authorisation: 'It concerns the whole authorisation: every indicator of it.',
    basis: `It concerns every indicator of the authorisation that rests on ${basis}.`,
  }[scope];
  return [
    `TLP:${tlp}`,
    '',
    `To ${operator}, under authorisation ${reference} (${file}):`,
    `${NOTICE_KINDS[kind]} (rule ${rule}), from ${effective} on.`,
    ...(about === '' ? [] : [about]),
    ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
    ...(content.do.length === 0 ? [] : [`Please: ${inWords(content.do)}.`]),
    '',
    ...indicators.slice(0, MAX_TOLD).map((entry) => {
      const service = [entry.protocol, entry.port].filter((part) => part !== null).join(' ');
      return `  ${entry.address}${service === '' ? '' : ` (${service})`}: ${inWords(entry.do)}; from ${entry.effective}; rule ${entry.rule}`;
    }),
    ...(indicators.length > MAX_TOLD
      ? [`  and ${indicators.length - MAX_TOLD} more, in the attachment`]
      : []),
    ...(withheld > 0
      ? [
          `${withheld} further ${withheld === 1 ? 'indicator is' : 'indicators are'} TLP:RED and not named in messages:`,
          'please get in touch.',
        ]
      : []),
    '',
    `Notice ${id}, part ${content.part} of ${content.parts}, issued ${content.issued}.`,
    `The attachment says the same for programs; its signature is beside it (key ${content.key}).`,
    'Please acknowledge it, naming its id.',
  ];
}

function escalationLines({ operator, reason, notices, issued, id }: EscalationContent): string[] {
  const why = {
    unacknowledged: `${operator} has not acknowledged what it was told:`,
    undelivered: `What ${operator} was to be told could not be delivered:`,
  }[reason];
  return [
    why,
    '',
    ...notices.slice(0, MAX_TOLD).map((notice) => {
      const delivered = notice.delivered === null ? 'not delivered' : `delivered ${notice.delivered}`;
      return `  ${notice.id}: ${notice.kind}, authorisation ${notice.authorisation}, issued ${notice.issued}, ${delivered}`;
    }),
    ...(notices.length > MAX_TOLD ? [`  and ${notices.length - MAX_TOLD} more, in the attachment`] : []),
    '',
    'Please reach the operator by other means, and record its acknowledgement:',
    `flowsieve notice acknowledge ID --operator ${operator} --by NAME`,
    '',
    `Escalation ${id}, issued ${issued}.`,
  ];
}

function inWords(actions: readonly Action[]): string {
  return actions.length === 0 ? 'nothing to do' : actions.map((action) => ACTIONS[action]).join(', ');
}
