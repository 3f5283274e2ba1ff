// The check of the audit log in this browser: the newest head at once, every event on demand, the result in plain words.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, ask } from '../../api.ts';
import type { Finding } from '../../audit/findings.ts';
import { checkHead, forgetHead, type HeadCheck, headKeys } from '../../audit/head-check.ts';
import { checkLog } from '../../audit/log-check.ts';
import type { LogCheck } from '../../audit/log-checker.ts';
import { hasWebCrypto } from '../../audit/web-crypto.ts';
import { Badge } from '../../components/badge.tsx';
import { Field } from '../../components/dialog.tsx';
import { count, fromNow, instant } from '../../format.ts';
import { type MessageKey, t } from '../../language.ts';
import { useSession } from '../../session.ts';

interface Checked {
  readonly head: HeadCheck | null;
  readonly log: LogCheck | null;
  /** Why it could not be checked. */
  readonly problem: string | null;
}

const NOTHING: Checked = { head: null, log: null, problem: null };

export function AuditCheck({ onSigned }: { readonly onSigned: () => void }) {
  const { role } = useSession();
  const [checked, setChecked] = useState(NOTHING);
  /** Events looked at so far; `null` = not running. */
  const [progress, setProgress] = useState<number | null>(null);
  const [pem, setPem] = useState('');
  const running = useRef<AbortController | null>(null);

  /** @param isWhole also every event */
  const check = async (isWhole: boolean): Promise<void> => {
    running.current?.abort();
    const ending = new AbortController();
    running.current = ending;
    // What is shown is the newest check's alone: never an earlier one's beside why this one could not be made.
    setChecked(NOTHING);
    setProgress(isWhole ? 0 : null);
    try {
      const keys = await keysOf(pem);
      const head = await checkHead(keys);
      if (ending.signal.aborted) return;
      setChecked({ ...NOTHING, head });
      if (!isWhole) return;
      const log = await checkLog(keys, setProgress, ending.signal);
      if (ending.signal.aborted) return;
      setChecked({ ...NOTHING, head, log });
    } catch (error) {
      if (ending.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      setChecked((before) => ({ ...before, problem: error.message }));
    } finally {
      if (running.current === ending) setProgress(null);
    }
  };
  useEffect(() => {
    if (hasWebCrypto()) void check(false);
    return () => running.current?.abort();
  }, []);
  const sign = async (): Promise<void> => {
    try {
      await ask('/api/audit/heads', { method: 'POST' });
      onSigned();
      await check(false);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setChecked((before) => ({ ...before, problem: error.message }));
    }
  };

  if (!hasWebCrypto()) return <p class="problem">{t('accounts.noWebCrypto')}</p>;
  const { head, log, problem } = checked;
  const total = head?.events ?? 0;
  return (
    <section aria-labelledby="check">
      <h2 id="check">{t('accounts.check')}</h2>
      <p class="hint">{t('accounts.check.hint')}</p>
      <div aria-live="polite">{head && progress === null ? <Result head={head} log={log} /> : null}</div>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {progress === null ? null : (
        <p class="standing">
          <progress
            value={progress}
            max={Math.max(total, progress)}
            aria-label={t('accounts.check.running')}
          />
          <span>{t('accounts.check.progress', { events: count(progress), total: count(total) })}</span>
        </p>
      )}
      <p class="actions">
        <button type="button" class="main" onClick={() => void check(true)}>
          {t('accounts.check.whole')}
        </button>
        {progress === null ? null : (
          <button
            type="button"
            onClick={() => {
              running.current?.abort();
              setProgress(null);
            }}
          >
            {t('accounts.check.stop')}
          </button>
        )}
        {role === 'auditor' ? null : (
          <button type="button" onClick={() => void sign()}>
            {t('accounts.sign')}
          </button>
        )}
        <a href="/api/audit/export" download="flowsieve-audit.ndjson">
          {t('accounts.export')}
        </a>
      </p>
      <details>
        <summary>{t('accounts.key')}</summary>
        <Field label={t('accounts.key.label')} hint={t('accounts.key.hint')}>
          <textarea
            rows={4}
            spellcheck={false}
            value={pem}
            onInput={(event) => setPem(event.currentTarget.value)}
          />
        </Field>
      </details>
      {head?.findings.some(isOfOtherLog) ? (
        <p>
          {t('accounts.forget.hint')}{' '}
          <button
            type="button"
            onClick={() => {
              forgetHead();
              void check(false);
            }}
          >
            {t('accounts.forget')}
          </button>
        </p>
      ) : null}
    </section>
  );
}

async function keysOf(pem: string): ReturnType<typeof headKeys> {
  try {
    return await headKeys(pem.trim() === '' ? null : pem);
  } catch (error) {
    if (error instanceof ApiProblem) throw error;
    throw new ApiProblem(0, t('accounts.key.wrong'));
  }
}

/** What is found where this browser has seen another log. */
function isOfOtherLog({ kind }: Finding): boolean {
  return kind === 'shrunk' || kind === 'rewritten';
}

function Result({ head, log }: { readonly head: HeadCheck; readonly log: LogCheck | null }) {
  const findings = log ? [...head.findings.filter(isOfOtherLog), ...log.findings] : head.findings;
  const more = log ? log.findingCount - log.findings.length : 0;
  if (findings.length > 0) {
    return (
      <>
        <p class="standing">
          <Badge group="accounts" value="unsound" tone="bad" />
        </p>
        <div class="problem" role="alert">
          <ul>
            {findings.map((finding) => (
              <li key={JSON.stringify(finding)}>{inWords(finding)}</li>
            ))}
            {more > 0 ? <li>{t('accounts.finding.more', { more: count(more) })}</li> : null}
          </ul>
          <p>
            {t('accounts.finding.next')} <code>flowsieve audit verify --public-key … --against …</code>
          </p>
        </div>
        <HeadFacts head={head} />
      </>
    );
  }
  if (head.head === null) return <p class="empty">{t('accounts.noHead')}</p>;
  return (
    <>
      <p class="standing">
        <Badge group="accounts" value={log ? 'sound' : 'headSound'} tone="good" />
        <span>{log ? <WholeWords log={log} /> : t('accounts.headSound.text')}</span>
      </p>
      <HeadFacts head={head} />
    </>
  );
}

function WholeWords({ log }: { readonly log: LogCheck }): ComponentChildren {
  const { events, heads, coveredTo } = log;
  const said = t('accounts.sound.text', { events: count(events), heads: count(heads) });
  return coveredTo < events
    ? `${said} ${t('accounts.sound.uncovered', { from: count(coveredTo + 1) })}`
    : said;
}

function inWords({ kind, ...values }: Finding): string {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? count(value) : value,
  ]);
  return t(`accounts.finding.${kind}` as MessageKey, Object.fromEntries(shown) as Record<string, string>);
}

function HeadFacts({ head: { head, signature, seen } }: { readonly head: HeadCheck }) {
  if (!head) return null;
  return (
    <dl class="facts">
      <dt>{t('accounts.head')}</dt>
      <dd>{t('accounts.head.of', { events: count(head.treeSize), at: instant(head.timestampMs) })}</dd>
      <dt>{t('accounts.root')}</dt>
      <dd class="mono">{head.rootHash}</dd>
      <dt>{t('accounts.signature')}</dt>
      <dd>
        {t(`accounts.signature.${signature ?? 'unsupported'}` as MessageKey)}{' '}
        <span class="mono">({head.keyId})</span>
      </dd>
      <dt>{t('accounts.seen')}</dt>
      <dd>
        {seen === null
          ? t('accounts.seen.never')
          : t('accounts.seen.at', { events: count(seen.treeSize), when: fromNow(seen.seenAtMs) })}
      </dd>
    </dl>
  );
}
