// One warning: the letter, what has happened to it, and what can be done next by whom.
import { useEffect, useState } from 'preact/hooks';
import type { WarningAnswer } from '../../../http/routes/warnings.ts';
import { ask, useApi, withQuery } from '../../api.ts';
import { Back } from '../../components/back.tsx';
import { Badge } from '../../components/badge.tsx';
import { Dialog, Field } from '../../components/dialog.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import { isUnclear, mailText, stateTone } from './warning-state.ts';

const STEPS = ['approve', 'send', 'acknowledge', 'retract'] as const;
type Step = (typeof STEPS)[number];
/** While the daemon is about to send. */
const AGAIN_MS = 3_000;

export function WarningDetail({ ticket, purpose }: { readonly ticket: string; readonly purpose: string }) {
  const warning = useApi<WarningAnswer>(withQuery(pathTo('api', 'warnings', ticket), { purpose }));
  return (
    <>
      <Back path="/victims" view="warnings" text={t('victims.warnings')} />
      <h1 tabIndex={-1}>{ticket}</h1>
      <WhenLoaded loaded={warning}>
        {(data) => <Warning warning={data} onChanged={warning.reload} />}
      </WhenLoaded>
    </>
  );
}

function Warning({
  warning,
  onChanged,
}: {
  readonly warning: WarningAnswer;
  readonly onChanged: () => void;
}) {
  const { recipient, state, items, indicators, mails, letter } = warning;
  return (
    <>
      <p class="standing">
        <span role="status">
          <Badge group="victims.state" value={state} tone={stateTone(state)} />
        </span>
        <span>{t(`victims.state.${state}.next`)}</span>
      </p>
      <Actions warning={warning} onChanged={onChanged} />
      <dl class="facts">
        <dt>{t('victims.recipient')}</dt>
        <dd>
          {word('victims.recipient', recipient.kind)}{' '}
          {recipient.kind === 'entity' ? (
            <a href={pathTo('victims', 'entities', recipient.id)}>{recipient.id}</a>
          ) : (
            recipient.id
          )}{' '}
          · <span class="mono">{recipient.mail}</span> · {recipient.language}
        </dd>
        <dt>{t('victims.about')}</dt>
        <dd>{t('victims.aboutText', { lines: count(items), servers: count(indicators.length) })}</dd>
        <dt>{t('victims.mail')}</dt>
        <dd>
          {mails.length === 0
            ? '–'
            : mails.map((mail) => (
                <div key={mail.kind}>
                  {mailText(mail)} <span class="mono hint">{mail.messageId}</span>
                </div>
              ))}
        </dd>
      </dl>
      {mails.some(isUnclear) ? (
        <p class="problem" role="alert">
          {t('victims.mail.look')}
        </p>
      ) : null}
      <h2>{t('victims.letter')}</h2>
      <p>
        <strong>{letter.subject}</strong>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll letter" tabIndex={0} aria-label={t('victims.letter')} lang={recipient.language}>
        <pre>{letter.text}</pre>
      </section>
      <h2>{t('victims.steps')}</h2>
      <Table
        caption={t('victims.steps')}
        rows={warning.steps}
        keyOf={({ step }) => String(step)}
        columns={[
          { title: t('victims.step'), cell: ({ kind }) => word('victims.did', kind) },
          { title: t('chart.time'), cell: ({ atMs }) => <span class="whole">{instant(atMs)}</span> },
          { title: t('victims.person'), cell: ({ by, role }) => `${by} · ${word('role', role)}` },
          { title: t('victims.reason'), cell: ({ reason }) => reason ?? '–' },
        ]}
      />
    </>
  );
}

function Actions({
  warning,
  onChanged,
}: {
  readonly warning: WarningAnswer;
  readonly onChanged: () => void;
}) {
  const { role, person } = useSession();
  const [asked, setAsked] = useState<Step | null>(null);
  const [isHandedOver, setHandedOver] = useState(false);
  const { ticket, step } = warning;
  useEffect(() => {
    const isWaiting = warning.mails.some(({ sentAtMs, problem }) => sentAtMs === null && problem === null);
    if (!isHandedOver && !isWaiting) return;
    const timer = setInterval(() => document.hidden || onChanged(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [isHandedOver, warning.step]);
  if (role !== 'analyst' && role !== 'admin') return null;
  const possible = STEPS.filter((one) => isPossible(one, warning));
  const isDrafter = warning.steps.some(({ kind, by }) => kind === 'draft' && by === person);
  const take = async (kind: Step, fields: Readonly<Record<string, string>>): Promise<void> => {
    await ask(`${pathTo('api', 'warnings', ticket)}/steps`, {
      method: 'POST',
      body: { ...fields, kind },
      ifMatch: String(step),
    });
    if (kind === 'send') setHandedOver(true);
    onChanged();
  };
  return (
    <div class="actions">
      {possible.map((one) =>
        one === 'approve' && isDrafter ? (
          <p key={one} class="hint">
            {t('victims.another')}
          </p>
        ) : (
          <button
            key={one}
            type="button"
            class={one === 'retract' ? 'danger' : one === 'approve' ? 'main' : ''}
            onClick={() => setAsked(one)}
          >
            {t(`victims.do.${one}`)}
          </button>
        ),
      )}
      {asked === null ? null : (
        <Dialog
          title={`${t(`victims.do.${asked}`)}: ${ticket}`}
          action={t(`victims.do.${asked}`)}
          onDone={(fields) => take(asked, fields)}
          onClose={() => setAsked(null)}
        >
          <p>{t(`victims.do.${asked}.what`)}</p>
          {asked === 'send' ? null : (
            <Field
              label={t('victims.reason')}
              hint={t(asked === 'retract' ? 'victims.reason.told' : 'victims.reason.optional')}
            >
              <textarea name="reason" rows={3} maxLength={1_000} required={asked === 'retract'} />
            </Field>
          )}
        </Dialog>
      )}
    </div>
  );
}

function isPossible(step: Step, { state, mails }: WarningAnswer): boolean {
  if (step === 'approve') return state === 'draft';
  if (step === 'acknowledge') return state === 'sent';
  if (step === 'retract') return state !== 'retracted';
  return mails.some(({ sentAtMs }) => sentAtMs === null);
}
