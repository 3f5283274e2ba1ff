// What the regime asks of every authorisation under it, each with where that stands in the law.
import type { AuthorisationAnswer } from '../../../http/routes/authorisations.ts';
import { Table } from '../../components/table.tsx';
import { t } from '../../language.ts';

interface Rule {
  readonly what: string;
  readonly value: string;
  readonly rule: string;
  readonly source: string;
}

export function Rules({ authorisation }: { readonly authorisation: AuthorisationAnswer }) {
  const { regimeRules } = authorisation;
  if (regimeRules === null) return <p class="problem">{t('authorisations.regimeUnknown')}</p>;
  const { longest, approvals, analyses, verification, urgency, retention } = regimeRules;
  const rows: readonly Rule[] = [
    ...(longest ? [{ what: t('authorisations.longest'), value: longest.duration, ...ruleOf(longest) }] : []),
    { what: t('authorisations.approvalsNeeded'), value: String(approvals.needed), ...ruleOf(approvals) },
    { what: t('authorisations.analysesNeeded'), value: String(analyses.needed), ...ruleOf(analyses) },
    { what: t('authorisations.verifyEvery'), value: verification.longest, ...ruleOf(verification) },
    ...(urgency
      ? [{ what: t('authorisations.urgency'), value: t('authorisations.known'), ...ruleOf(urgency) }]
      : []),
    ...retention.map(({ id, name, source, terms, term }) => ({
      what: `${id}: ${name}`,
      value: terms.length > 0 ? terms.join(', ') : t(`authorisations.term.${term}`),
      rule: 'L3',
      source,
    })),
  ];
  return (
    <details>
      <summary>{t('authorisations.rules', { regime: regimeRules.name })}</summary>
      <Table
        caption={regimeRules.source}
        rows={rows}
        keyOf={({ what }) => what}
        columns={[
          { title: t('authorisations.what'), cell: ({ what }) => what },
          { title: t('authorisations.value'), cell: ({ value }) => value },
          { title: t('authorisations.rule'), cell: ({ rule }) => rule },
          { title: t('authorisations.source'), cell: ({ source }) => source },
        ]}
      />
    </details>
  );
}

function ruleOf({ rule, source }: Pick<Rule, 'rule' | 'source'>): Pick<Rule, 'rule' | 'source'> {
  return { rule, source };
}
