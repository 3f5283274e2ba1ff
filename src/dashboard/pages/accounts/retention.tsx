// How long matches are kept: what is due, erasing it, closing an investigation, and what is sequestered (L19, I7, I8).
import { useEffect, useState } from 'preact/hooks';
import { DAY_MS } from '../../../core/time.ts';
import type { ClosedAnswer, RetentionAnswer } from '../../../http/routes/retention.ts';
import { ask, type Loaded, useApi } from '../../api.ts';
import { Dialog, Field } from '../../components/dialog.tsx';
import { Empty, WhenLoaded } from '../../components/states.tsx';
import { count, instant } from '../../format.ts';
import { type MessageKey, t } from '../../language.ts';
import { useSession } from '../../session.ts';
import { Sequesters } from './sequesters.tsx';

const WATCH_EVERY_MS = 500;

export function RetentionView() {
  const { role } = useSession();
  const retention = useApi<RetentionAnswer>('/api/retention');
  const isRunning = retention.data?.erasure.state === 'running';
  const { reload } = retention;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(reload, WATCH_EVERY_MS);
    return () => clearInterval(timer);
  }, [isRunning, reload]);
  return (
    <>
      <p class="hint">{t('accounts.retention.hint')}</p>
      <WhenLoaded loaded={retention}>{(data) => <Due data={data} reload={reload} />}</WhenLoaded>
      {role === 'engineer' ? null : <Sequesters onChange={reload} isErasing={isRunning} />}
    </>
  );
}

const AMOUNTS = ['dueNow', 'dueInAWeek', 'dueInAMonth', 'matches'] as const;

function Due({ data, reload }: { readonly data: RetentionAnswer } & Pick<Loaded<unknown>, 'reload'>) {
  const { role } = useSession();
  const [open, setOpen] = useState<'purge' | 'close' | null>(null);
  const [closed, setClosed] = useState<ClosedAnswer | null>(null);
  const { erasure, firstMs, matches } = data;
  return (
    <section aria-labelledby="due">
      <h2 id="due">{t('accounts.due')}</h2>
      {matches === 0 ? (
        <Empty text={t('accounts.due.none')} />
      ) : (
        <>
          <dl class="cards">
            {AMOUNTS.map((name) => (
              <div key={name} class={`card${name === 'dueNow' && data.dueNow > 0 ? ' asks' : ''}`}>
                <dt class="hint">{t(`accounts.${name}`)}</dt>
                <dd class="figure">{count(data[name])}</dd>
              </div>
            ))}
          </dl>
          <p>{t('accounts.due.first', { at: instant(firstMs) })}</p>
        </>
      )}
      <Progress erasure={erasure} />
      {closed === null ? null : (
        <p role="status">
          {t('accounts.closed', { matches: count(closed.matches), at: instant(closed.deleteByMs) })}
        </p>
      )}
      <p class="actions">
        {role === 'auditor' ? null : (
          <button type="button" disabled={erasure.state === 'running'} onClick={() => setOpen('purge')}>
            {t('accounts.purge')}
          </button>
        )}
        {role === 'analyst' || role === 'admin' ? (
          <button type="button" onClick={() => setOpen('close')}>
            {t('accounts.close')}
          </button>
        ) : null}
      </p>
      {open === 'purge' ? (
        <Dialog
          title={t('accounts.purge')}
          action={t('accounts.purge.do')}
          onClose={() => setOpen(null)}
          onDone={async () => {
            await ask('/api/purge', { method: 'POST' });
            reload();
          }}
        >
          <p>{t('accounts.purge.text', { matches: count(data.dueNow) })}</p>
        </Dialog>
      ) : null}
      {open === 'close' ? (
        <CloseDialog
          onClose={() => setOpen(null)}
          onClosed={(answer) => {
            setClosed(answer);
            reload();
          }}
        />
      ) : null}
    </section>
  );
}

/** Of erasing by hand, while it runs and when it has ended. */
function Progress({ erasure }: Pick<RetentionAnswer, 'erasure'>) {
  const { state, step, due, deleted, problem, endedAtMs } = erasure;
  if (state === 'idle') return null;
  if (state === 'failed') {
    return (
      <p class="problem" role="alert">
        {t('accounts.erasure.failed')} {problem}
      </p>
    );
  }
  if (state === 'done') {
    return (
      <p role="status">{t('accounts.erasure.done', { deleted: count(deleted), at: instant(endedAtMs) })}</p>
    );
  }
  return (
    <p class="standing" role="status">
      <progress
        value={step === 'deleting' ? deleted : undefined}
        max={Math.max(due, deleted, 1)}
        aria-label={t('accounts.erasure')}
      />
      <span>
        {t(`accounts.erasure.${step}` as MessageKey)}{' '}
        {t('accounts.erasure.deleted', { deleted: count(deleted) })}
      </span>
    </p>
  );
}

function CloseDialog({
  onClose,
  onClosed,
}: {
  readonly onClose: () => void;
  readonly onClosed: (answer: ClosedAnswer) => void;
}) {
  return (
    <Dialog
      title={t('accounts.close')}
      action={t('accounts.close.do')}
      onClose={onClose}
      onDone={async ({ kind = 'authorisation', value, day, reason }) => {
        // The end of the day: what is to be gone by then is kept until then.
        const deleteByMs = day === undefined ? undefined : Date.parse(day) + DAY_MS;
        const body = { [kind]: value, deleteByMs, reason };
        onClosed(await ask<ClosedAnswer>('/api/investigations/close', { method: 'POST', body }));
      }}
    >
      <p>{t('accounts.close.text')}</p>
      <Field label={t('accounts.of')}>
        <select name="kind">
          {(['authorisation', 'indicator'] as const).map((kind) => (
            <option key={kind} value={kind}>
              {t(`accounts.kind.${kind}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('accounts.value')} hint={t('accounts.value.hint')}>
        <input name="value" required maxLength={200} spellcheck={false} />
      </Field>
      <Field label={t('accounts.close.day')} hint={t('accounts.close.day.hint')}>
        <input name="day" type="date" />
      </Field>
      <Field label={t('accounts.reason')}>
        <textarea name="reason" required maxLength={1_000} />
      </Field>
    </Dialog>
  );
}
