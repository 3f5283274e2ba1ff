// One indicator in full: where it stands and why, its life on both clocks, what it rests on, and what can be done about it.
import { useState } from 'preact/hooks';
import type { EventAnswer, IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { useApi } from '../../api.ts';
import { Back } from '../../components/back.tsx';
import { Badge } from '../../components/badge.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { ApiTable, type Column } from '../../components/table.tsx';
import { instant } from '../../format.ts';
import { t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { CompleteDialog } from './complete-dialog.tsx';
import { DisputeDialog } from './dispute-dialog.tsx';
import { Facts } from './facts.tsx';
import { Life } from './life.tsx';
import { People } from './people.tsx';
import { Proposal } from './proposal.tsx';
import { StepDialog, type StepKind } from './step-dialog.tsx';
import { Why } from './why.tsx';
import { serverText } from './words.ts';

type Action = StepKind | 'complete' | 'dispute';

export function IndicatorDetail({ id, mayChange }: { readonly id: string; readonly mayChange: boolean }) {
  const loaded = useApi<IndicatorAnswer>(`/api/indicators/${encodeURIComponent(id)}`);
  const [action, setAction] = useState<Action | null>(null);
  const [version, setVersion] = useState(0);
  const { data: shown } = loaded;
  const reload = (): void => {
    loaded.reload();
    setVersion((before) => before + 1);
  };
  return (
    <>
      <Back path="/indicators" text={t('indicators.back')} />
      <h1 tabIndex={-1} class="mono">
        {shown ? serverText(shown) : id}
      </h1>
      <WhenLoaded loaded={loaded}>
        {(data) => (
          <>
            <Standing shown={data} />
            {mayChange ? <Actions shown={data} onAction={setAction} /> : null}
            <Why shown={data} />
            <People shown={data} />
            <Life shown={data} />
            <Facts shown={data} />
            <Proposal shown={data} />
            <History id={id} version={version} />
          </>
        )}
      </WhenLoaded>
      {shown && action !== null ? (
        <Doing action={action} shown={shown} onChanged={reload} onClose={() => setAction(null)} />
      ) : null}
    </>
  );
}

function Standing({ shown }: { readonly shown: IndicatorAnswer }) {
  const { id, status, authorisation, origin } = shown;
  return (
    <p class="standing">
      <span role="status">
        <Badge group="indicators.state" value={status.state} />
      </span>
      {origin === 'draft' ? <span>{t('indicators.draftHint')}</span> : null}
      <span>
        {t('indicators.of')} <a href={pathTo('authorisations', authorisation)}>{authorisation}</a>
      </span>
      <span class="hint mono">{id}</span>
    </p>
  );
}

/** What its life allows now; the server decides. */
function actionsOf({ status, steps, hits, origin, proposal, overridesNeeded }: IndicatorAnswer): Action[] {
  if (steps.some(({ kind }) => kind === 'revoke')) return [];
  const turns = steps.filter(
    ({ kind, cause }) => (kind === 'suspend' || kind === 'reinstate') && cause === 'person',
  );
  const isSuspended = turns.at(-1)?.kind === 'suspend';
  const isBlocked = hits.some(
    ({ severity, overriddenBy }) => severity === 'hard' && overriddenBy.length < overridesNeeded,
  );
  const isOver = status.state === 'withdrawn' || status.state === 'ended';
  return [
    ...(proposal !== null && origin !== 'file' ? ['complete' as const] : []),
    ...(isOver ? [] : ['analyse' as const, 'verify' as const]),
    isSuspended ? 'reinstate' : 'suspend',
    ...(isBlocked ? ['override' as const] : []),
    ...(origin === 'draft' ? [] : ['dispute' as const]),
    'revoke',
  ];
}

function Actions({
  shown,
  onAction,
}: {
  readonly shown: IndicatorAnswer;
  readonly onAction: (action: Action) => void;
}) {
  return (
    <p class="actions">
      {actionsOf(shown).map((action) => (
        <button
          key={action}
          type="button"
          class={action === 'revoke' ? 'danger' : undefined}
          onClick={() => onAction(action)}
        >
          {action === 'complete' || action === 'dispute'
            ? t(`indicators.${action}`)
            : t(`indicators.step.${action}`)}
        </button>
      ))}
    </p>
  );
}

function Doing({
  action,
  shown,
  onChanged,
  onClose,
}: {
  readonly action: Action;
  readonly shown: IndicatorAnswer;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}) {
  const common = { id: shown.id, server: shown, onChanged, onClose };
  if (action === 'complete') return <CompleteDialog shown={shown} onChanged={onChanged} onClose={onClose} />;
  if (action === 'dispute') {
    const operators = [...new Set(shown.windows.flatMap((window) => window.operators))];
    return <DisputeDialog {...common} operators={operators} />;
  }
  const open = shown.hits.filter(
    ({ severity, overriddenBy }) => severity === 'hard' && overriddenBy.length < shown.overridesNeeded,
  );
  return <StepDialog {...common} kind={action} seen={shown.step} causes={open.map(({ cause }) => cause)} />;
}

/** What an event's detail says in words, in this order. */
const TOLD = ['outcome', 'cause', 'method', 'set', 'changes', 'operator', 'ground', 'reason', 'evidence'];

function History({ id, version }: { readonly id: string; readonly version: number }) {
  const columns: readonly Column<EventAnswer>[] = [
    { title: t('indicators.recorded'), cell: ({ recordedAtMs }) => instant(recordedAtMs) },
    { title: t('indicators.tookPlace'), cell: ({ atMs }) => instant(atMs) },
    { title: t('indicators.by'), cell: ({ by, role }) => `${by} (${word('role', role)})` },
    { title: t('indicators.what'), cell: ({ action }) => <span class="mono">{action}</span> },
    { title: t('indicators.object'), cell: ({ object }) => (object === id ? t('indicators.it') : object) },
    { title: t('indicators.said'), cell: ({ detail }) => <span class="said">{saidText(detail)}</span> },
  ];
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t('indicators.history')}</h2>
      <p class="hint">{t('indicators.historyHint')}</p>
      <ApiTable<EventAnswer>
        path={`/api/indicators/${encodeURIComponent(id)}/history`}
        filters={[]}
        caption={t('indicators.history')}
        columns={columns}
        keyOf={({ sequence }) => String(sequence)}
        version={version}
        empty={null}
      />
    </section>
  );
}

function saidText(detail: EventAnswer['detail']): string {
  return TOLD.filter((key) => detail[key] !== undefined)
    .map((key) => {
      const value = detail[key];
      return Array.isArray(value)
        ? value.join(' ')
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
    })
    .join(', ');
}
