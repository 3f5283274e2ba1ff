// A regime's tables as sentences, each with the rule that it keeps and its source: what `config show --regime` lists.
import { DOCUMENT_RULES } from './documents/kinds.ts';
import type { Calendar, Method, Regime, Register, RequiredField, RetentionBasis, Rule } from './regime.ts';

export interface RuleSentence {
  readonly rule: Rule;
  readonly text: string;
  readonly source: string;
}

export interface RuleSection {
  readonly title: string;
  readonly rules: readonly RuleSentence[];
}

export function regimeRules(regime: Regime): readonly RuleSection[] {
  const sections = [
    {
      title: 'The authorisation',
      rules: [...required(regime.requiredHeader), ...authorisationRules(regime)],
    },
    ...regime.methods.map((method) => ({ title: `The method ${method.id}`, rules: methodRules(method) })),
    { title: 'The indicators', rules: [...required(regime.requiredIndicator), ...indicatorRules(regime)] },
    { title: 'On what basis operators keep the data', rules: regime.retention.flatMap(retentionRules) },
    { title: 'For what the data may be obtained', rules: purposeRules(regime) },
    { title: 'Registers', rules: regime.registers.flatMap(registerRules) },
    { title: 'Documents', rules: regime.documents.map(documentRule) },
    { title: 'Working days', rules: [calendarRule(regime.calendar)] },
  ];
  return sections.filter(({ rules }) => rules.length > 0);
}

function required(fields: readonly RequiredField[]): RuleSentence[] {
  return fields.map(({ field, rule, because, source }) => ({
    rule,
    text: `${field} is required: ${because}`,
    source,
  }));
}

function authorisationRules({ approvals, longest, urgency }: Regime): RuleSentence[] {
  const { needed, rule, source } = approvals;
  const signed =
    needed === 0
      ? 'no approval is required; where any is listed, nothing is in force before the first'
      : `nothing is in force before ${needed === 1 ? 'somebody has' : `${needed} different people have`} approved`;
  const lasts =
    longest === null
      ? []
      : [
          {
            ...longest,
            text: `lasts ${longest.duration} at most from the decision; a longer one is renewed`,
          },
        ];
  const urgent =
    urgency === null
      ? []
      : [{ ...urgency, text: 'in extreme urgency a decision may be verbal; unconfirmed in time, it lapses' }];
  return [{ rule, text: signed, source }, ...lasts, ...urgent].map(sentence);
}

function methodRules(method: Method): RuleSentence[] {
  const { name, source, mentions, givesTrafficData, notified, confirmation } = method;
  const deadline =
    confirmation.by === 'duration' ? `within ${confirmation.term}` : 'by the end of the next working day';
  return [
    { rule: 'I1', text: name, source },
    ...(givesTrafficData
      ? []
      : [{ rule: 'I1', text: 'gives no traffic data: it matches nothing', source } as const]),
    ...mentions.map((mention): RuleSentence => {
      const when = {
        always: 'is required',
        urgent: 'is required where urgent',
        applicable: 'where it applies',
      };
      const pain = mention.onPainOfIllegality ? ', on pain of illegality' : '';
      return {
        rule: 'I1',
        text: `mentions.${mention.key} ${when[mention.when]}${pain}: ${mention.name}`,
        source: mention.source,
      };
    }),
    ...(notified === null
      ? []
      : [
          { rule: 'I1', text: `runs only once ${notified.to} is notified`, source: notified.source } as const,
        ]),
    {
      rule: 'I3',
      text: `a verbal decision is confirmed in writing ${deadline}`,
      source: confirmation.source,
    },
  ];
}

function indicatorRules({ analyses, verification, widest, threats, relations }: Regime): RuleSentence[] {
  return [
    ...threats.map(
      ({ id, name, source }): RuleSentence => ({ rule: 'L5', text: `threat.kind ${id}: ${name}`, source }),
    ),
    ...relations.map(
      ({ id, name, source }): RuleSentence => ({
        rule: 'L5',
        text: `threat.relation ${id}: ${name}`,
        source,
      }),
    ),
    { ...analyses, text: `${analyses.needed} confirming analyses by different people` },
    { ...verification, text: `verified at least every ${verification.longest}, more often where justified` },
    { ...widest, text: `a prefix has at least ${widest.ipv4} bits (IPv4) or ${widest.ipv6} (IPv6)` },
  ].map(sentence);
}

function retentionRules(basis: RetentionBasis): RuleSentence[] {
  const { id, name, source, terms, termSource, serves, servesSource } = basis;
  const [usual, ...others] = terms;
  const statutory = `${usual}${others.length > 0 ? `, or ${others.join(', ')} where named` : ''}`;
  const own = `the operator's own term, which it declares${usual === undefined ? '' : `, ${usual} at most`}`;
  return [
    { rule: 'L4', text: `${id}: ${name}`, source },
    { rule: 'L3', text: `${id}: ${basis.term === 'statutory' ? statutory : own}`, source: termSource },
    { rule: 'L4', text: `${id}: serves ${serves.join(', ') || 'no purpose'}`, source: servesSource },
    ...required(basis.requires).map((field) => ({ ...field, text: `${id}: ${field.text}` })),
    ...(basis.bindsPurpose
      ? [
          {
            rule: 'L4',
            text: `${id}: threat and task must be those of the purpose of access`,
            source,
          } as const,
        ]
      : []),
  ];
}

function purposeRules({ access, tasks }: Regime): RuleSentence[] {
  return [
    ...access.flatMap(({ id, name, source, threats, tasks: bound, bindingSource }): RuleSentence[] => [
      { rule: 'L4', text: `${id}: ${name}`, source },
      ...(threats.length + bound.length > 0
        ? [
            {
              rule: 'L4',
              text: `${id}: for ${[...threats, ...bound].join(', ')}`,
              source: bindingSource,
            } as const,
          ]
        : []),
    ]),
    ...tasks.map(
      ({ id, name, source }): RuleSentence => ({ rule: 'L4', text: `task ${id}: ${name}`, source }),
    ),
  ];
}

function registerRules({ id, name, source, methods, columns, reported }: Register): RuleSentence[] {
  const of = methods.length === 0 ? 'every authorisation' : methods.join(', ');
  return [
    { rule: 'I5', text: `${id}: ${name} (${of})`, source },
    ...(reported === null
      ? []
      : [
          {
            rule: 'I5',
            text: `${id}: ${reported.every === 'month' ? 'a list each month' : 'each decision'} to ${reported.to}`,
            source: reported.source,
          } as const,
        ]),
    ...columns.map(
      (column): RuleSentence => ({
        rule: 'I5',
        text: `${id}: column ${column.name} (${column.key})`,
        source: column.source,
      }),
    ),
  ];
}

function documentRule({ kind, source }: Regime['documents'][number]): RuleSentence {
  return { rule: DOCUMENT_RULES[kind], text: `authorisation report ${kind}`, source };
}

function calendarRule({ timeZone, weekend, holidays, afterEaster, source }: Calendar): RuleSentence {
  const moving = afterEaster.map((days) => `Easter${days < 0 ? '' : '+'}${days}`);
  const off = [...weekend, ...holidays, ...moving];
  return {
    rule: 'I3',
    text: `every day but ${off.join(', ') || 'none'}; days are those of ${timeZone}`,
    source,
  };
}

function sentence({ rule, text, source }: RuleSentence): RuleSentence {
  return { rule, text, source };
}
