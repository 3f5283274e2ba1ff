// Would a flow match? Every question that the matcher asks, with its rule and the answer.
import { useState } from 'preact/hooks';
import type { AuthorisationLine } from '../../../http/routes/authorisations.ts';
import type { BasisLine } from '../../../http/routes/bases.ts';
import type { ExplainAnswer } from '../../../http/routes/explain.ts';
import { ApiProblem, ask, type Page, useApi } from '../../api.ts';
import { Badge } from '../../components/badge.tsx';
import { Field } from '../../components/dialog.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { instant, whyText } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { NoAuthorisation } from './no-authorisation.tsx';
import { utcOf } from './words.ts';

export function Explain() {
  const authorisations = useApi<Page<AuthorisationLine>>('/api/authorisations?limit=500');
  const bases = useApi<{ readonly items: readonly BasisLine[] }>('/api/bases');
  const [answer, setAnswer] = useState<ExplainAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const explain = async (form: HTMLFormElement): Promise<void> => {
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const);
    const given = Object.fromEntries(fields.filter(([, value]) => value !== ''));
    const number = (name: string) => (given[name] === undefined ? undefined : Number(given[name]));
    const flow = {
      ...{ src: given.src, dst: given.dst, srcPort: number('srcPort'), dstPort: number('dstPort') },
      ...{ protocol: number('protocol'), startMs: utcOf(given.start), endMs: utcOf(given.end) },
    };
    const { operator, retentionBasis } = given;
    const body = { flow, operator, retentionBasis, evaluatedAtMs: utcOf(given.evaluatedAt) };
    setAnswer(null);
    setProblem(null);
    try {
      setAnswer(await ask<ExplainAnswer>('/api/explain', { method: 'POST', body }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(
        [error.message, ...error.errors.map(({ field, message }) => `${field}: ${message}`)].join('; '),
      );
    }
  };
  return (
    <>
      <p>{t('indicators.explainHint')}</p>
      <WhenLoaded loaded={authorisations}>
        {({ items }) =>
          items.length === 0 ? (
            <NoAuthorisation />
          ) : (
            <WhenLoaded loaded={bases}>
              {(known) => (
                <FlowForm
                  operators={[...new Set(items.flatMap((one) => one.operators))]}
                  bases={known.items}
                  onAsk={(form) => void explain(form)}
                />
              )}
            </WhenLoaded>
          )
        }
      </WhenLoaded>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {answer === null ? null : <Verdict answer={answer} />}
    </>
  );
}

function FlowForm({
  operators,
  bases,
  onAsk,
}: {
  readonly operators: readonly string[];
  readonly bases: readonly BasisLine[];
  readonly onAsk: (form: HTMLFormElement) => void;
}) {
  return (
    <form
      class="flow"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(event.currentTarget);
      }}
    >
      <Field label={t('indicators.dst')}>
        <input name="dst" spellcheck={false} />
      </Field>
      <Field label={t('indicators.dstPort')}>
        <input name="dstPort" type="number" min="0" max="65535" />
      </Field>
      <Field label={t('indicators.src')}>
        <input name="src" spellcheck={false} />
      </Field>
      <Field label={t('indicators.srcPort')}>
        <input name="srcPort" type="number" min="0" max="65535" />
      </Field>
      <Field label={t('indicators.protocol')}>
        <select name="protocol">
          <option value="6">TCP</option>
          <option value="17">UDP</option>
          <option value="1">ICMP</option>
          <option value="">{t('indicators.unknown')}</option>
        </select>
      </Field>
      <Field label={t('indicators.start')}>
        <input name="start" type="datetime-local" step="1" required />
      </Field>
      <Field label={t('indicators.end')}>
        <input name="end" type="datetime-local" step="1" />
      </Field>
      <Field label={t('indicators.evaluatedAt')}>
        <input name="evaluatedAt" type="datetime-local" step="1" />
      </Field>
      <Field label={t('indicators.operator')}>
        <select name="operator" required>
          {operators.map((operator) => (
            <option key={operator} value={operator}>
              {operator}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('indicators.keptUnder')}>
        <select name="retentionBasis" required>
          {bases
            .filter(({ kind }) => kind === 'retention')
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {`${id}: ${name}`}
              </option>
            ))}
        </select>
      </Field>
      <p class="actions">
        <button type="submit" class="main">
          {t('indicators.ask')}
        </button>
      </p>
    </form>
  );
}

function Verdict({ answer: { verdict, indicators, evaluatedAtMs } }: { readonly answer: ExplainAnswer }) {
  return (
    <section aria-labelledby="verdict">
      <h2 id="verdict">{t('indicators.verdict')}</h2>
      <p role="status" class="standing">
        <Badge group="indicators.verdict" value={verdict} tone={verdict === 'matched' ? 'good' : 'plain'} />
        <span class="hint">{t('indicators.lookedAt', { at: instant(evaluatedAtMs) })}</span>
      </p>
      {indicators.map(({ id, address, authorisation, direction, verdict: own, checks }) => (
        <section key={`${id} ${direction}`}>
          <h3>
            <a href={pathTo('indicators', id)}>{address}</a> {word('indicators.direction', direction)} (
            {authorisation}): {word('indicators.verdict', own)}
          </h3>
          <Table
            caption={t('indicators.checks')}
            rows={checks}
            keyOf={({ rule, why }) => `${rule} ${why}`}
            columns={[
              {
                title: t('indicators.answer'),
                cell: ({ holds }) => (
                  <Badge
                    group="indicators.answer"
                    value={holds ? 'yes' : 'no'}
                    tone={holds ? 'good' : 'bad'}
                  />
                ),
              },
              { title: t('indicators.rule'), cell: ({ rule }) => rule },
              { title: t('indicators.reason'), cell: ({ because }) => whyText(because) },
            ]}
          />
        </section>
      ))}
    </section>
  );
}
