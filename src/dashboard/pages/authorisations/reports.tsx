// The documents that the law asks for, to read here or to download.
import { useState } from 'preact/hooks';
import { ApiProblem, ask, withQuery } from '../../api.ts';
import { Field } from '../../components/dialog.tsx';
import { Working } from '../../components/states.tsx';
import { t } from '../../language.ts';

const KINDS = ['changes', 'context-note', 'operator-request', 'block-list', 'alert', 'register'] as const;
type Kind = (typeof KINDS)[number];
const BLOCK_FORMATS = ['plain', 'nftables', 'rpz', 'flowspec'];

export function Reports({
  reference,
  operators,
}: {
  readonly reference: string;
  readonly operators: readonly string[];
}) {
  const [kind, setKind] = useState<Kind>('changes');
  const [options, setOptions] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const formats = ['markdown', 'json', ...(kind === 'block-list' ? BLOCK_FORMATS : [])];
  const format = formats.includes(options.format ?? '') ? options.format : formats[0];
  const path = withQuery(`/api/authorisations/${encodeURIComponent(reference)}/reports/${kind}`, {
    format,
    since: kind === 'changes' && options.since ? Date.parse(options.since) : null,
    operator: kind === 'operator-request' || kind === 'block-list' ? options.operator : null,
    month: kind === 'register' ? options.month : null,
  });
  // What was read is of what was asked for then.
  const choose = (of: Kind): void => {
    setKind(of);
    setText(null);
  };
  const set = (name: string, value: string): void => {
    setOptions((before) => ({ ...before, [name]: value }));
    setText(null);
  };
  const read = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const made = await ask<string | object>(path);
      setText(typeof made === 'string' ? made : JSON.stringify(made, null, 2));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setText(null);
      setProblem(error.message);
    }
    setBusy(false);
  };
  return (
    <section aria-labelledby="reports">
      <h2 id="reports">{t('authorisations.reports')}</h2>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void read();
        }}
      >
        <Field label={t('authorisations.report')}>
          <select value={kind} onChange={(event) => choose(event.currentTarget.value as Kind)}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(`authorisations.report.${one}`)}
              </option>
            ))}
          </select>
        </Field>
        {kind === 'changes' ? (
          <Field label={t('authorisations.since')}>
            <input
              type="date"
              value={options.since ?? ''}
              onChange={(event) => set('since', event.currentTarget.value)}
            />
          </Field>
        ) : null}
        {kind === 'operator-request' || kind === 'block-list' ? (
          <Field label={t('authorisations.operator')}>
            <select
              value={options.operator ?? ''}
              onChange={(event) => set('operator', event.currentTarget.value)}
            >
              <option value="">{t('filter.all')}</option>
              {operators.map((operator) => (
                <option key={operator} value={operator}>
                  {operator}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
        {kind === 'register' ? (
          <Field label={t('authorisations.month')}>
            <input
              type="month"
              value={options.month ?? ''}
              onChange={(event) => set('month', event.currentTarget.value)}
            />
          </Field>
        ) : null}
        <Field label={t('authorisations.format')}>
          <select value={format} onChange={(event) => set('format', event.currentTarget.value)}>
            {formats.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </Field>
        <button type="submit" class="main" disabled={isBusy}>
          {t('authorisations.read')}
        </button>
        <a href={path} download={`${reference.replaceAll('/', '-')}-${kind}.${extensionOf(format ?? '')}`}>
          {t('authorisations.download')}
        </a>
      </form>
      {isBusy ? <Working text={t('authorisations.writing')} /> : null}
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {text === null ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section class="scroll report" tabIndex={0} aria-label={t(`authorisations.report.${kind}`)}>
          <pre>{text}</pre>
        </section>
      )}
    </section>
  );
}

function extensionOf(format: string): string {
  return { markdown: 'md', json: 'json', rpz: 'zone' }[format] ?? 'txt';
}
