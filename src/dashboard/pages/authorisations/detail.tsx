// One authorisation: what it says, where it stands and since when, who has signed, and what is decided about it.
import { useState } from 'preact/hooks';
import type { AuthorisationAnswer } from '../../../http/routes/authorisations.ts';
import { useApi } from '../../api.ts';
import { Back } from '../../components/back.tsx';
import { Badge } from '../../components/badge.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { TimeLine, type TimeLineEntry } from '../../components/time-line.tsx';
import { count, instant, whyText } from '../../format.ts';
import { t, word } from '../../language.ts';
import { useSession } from '../../session.ts';
import { Facts } from './facts.tsx';
import { Reports } from './reports.tsx';
import { Rules } from './rules.tsx';
import { StepDialog, type StepKind } from './step-dialog.tsx';

export function AuthorisationDetail({ reference }: { readonly reference: string }) {
  const loaded = useApi<AuthorisationAnswer>(`/api/authorisations/${encodeURIComponent(reference)}`);
  return (
    <>
      <Back path="/authorisations" text={t('authorisations.title')} />
      <h1 tabIndex={-1}>{reference}</h1>
      <WhenLoaded loaded={loaded}>
        {(authorisation) => (
          <>
            <Standing authorisation={authorisation} onDone={loaded.reload} />
            <Counts authorisation={authorisation} />
            <Facts authorisation={authorisation} />
            <h2>{t('authorisations.windows')}</h2>
            <TimeLine title={t('authorisations.timeLine')} entries={entriesOf(authorisation)} />
            <Signatures authorisation={authorisation} />
            <Rules authorisation={authorisation} />
            <Reports reference={reference} operators={authorisation.operators} />
          </>
        )}
      </WhenLoaded>
    </>
  );
}

function Standing({
  authorisation,
  onDone,
}: {
  readonly authorisation: AuthorisationAnswer;
  readonly onDone: () => void;
}) {
  const [asked, setAsked] = useState<StepKind | null>(null);
  const { role } = useSession();
  const { reference, state, obstacles, urgent, steps, changes } = authorisation;
  const mayChange = (role === 'analyst' || role === 'admin') && state !== 'ended';
  const isUnconfirmed =
    urgent !== null && urgent.confirmation === null && steps.every(({ kind }) => kind !== 'confirm');
  const possible: readonly StepKind[] = ['approve', ...(isUnconfirmed ? (['confirm'] as const) : []), 'end'];
  return (
    <section aria-label={t('authorisations.state')}>
      <p class="standing">
        <Badge group="authorisations.state" value={state} />
      </p>
      {obstacles.length === 0 ? null : (
        <ul class="problem">
          {obstacles.map(({ rule, why, because, atMs }) => (
            <li key={`${rule} ${why}`}>
              {rule}: {atMs === null ? '' : `${instant(atMs)}: `}
              {whyText(because)}
            </li>
          ))}
        </ul>
      )}
      {mayChange ? (
        <p class="actions">
          {possible.map((kind) => (
            <button
              key={kind}
              type="button"
              class={kind === 'end' ? 'danger' : undefined}
              onClick={() => setAsked(kind)}
            >
              {word('authorisations.step', kind)}
            </button>
          ))}
        </p>
      ) : null}
      {asked === null ? null : (
        <StepDialog
          reference={reference}
          kind={asked}
          seen={changes}
          onDone={onDone}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

/** Of its indicators, how many are in each state. */
function Counts({ authorisation: { reference, counts } }: { readonly authorisation: AuthorisationAnswer }) {
  const all = `/indicators?authorisation=${encodeURIComponent(reference)}`;
  return (
    <section aria-labelledby="counts">
      <h2 id="counts">{t('authorisations.indicators')}</h2>
      {counts === null ? (
        <p class="loading">{t('authorisations.counting')}</p>
      ) : Object.keys(counts).length === 0 ? (
        <p>{t('authorisations.noIndicators')}</p>
      ) : (
        <ul class="cards">
          {Object.entries(counts).map(([one, many]) => (
            <li key={one} class="card">
              <strong class="figure">{count(many)}</strong>
              <a href={`${all}&state=${one}`}>{word('authorisations.indicatorState', one)}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** When it is in force, from when on traffic may be held by each operator, and what was decided. */
function entriesOf({
  decidedMs,
  endsMs,
  spans,
  terms,
  steps,
  state,
}: AuthorisationAnswer): readonly TimeLineEntry[] {
  const last = spans.at(-1)?.until.atMs ?? endsMs;
  return [
    ...spans.map(
      ({ from, until }): TimeLineEntry => ({
        row: t('authorisations.inForce'),
        fromMs: from.atMs,
        untilMs: until.atMs,
        colour: 3,
        why: `${from.rule}: ${whyText(from.because)}; ${until.rule}: ${whyText(until.because)}`,
      }),
    ),
    ...(spans.length === 0
      ? [
          {
            row: t('authorisations.inForce'),
            fromMs: decidedMs,
            untilMs: decidedMs,
            colour: 4,
            why: word('authorisations.state', state),
          } as const,
        ]
      : []),
    ...terms.map(
      ({ retention, operators, term, lawfulFrom }): TimeLineEntry => ({
        row: t('authorisations.trafficOf', {
          operators: operators.join(', '),
          basis: retention,
          term: term ?? '–',
        }),
        fromMs: lawfulFrom.atMs,
        untilMs: term === null ? lawfulFrom.atMs : last,
        colour: term === null ? 4 : 1,
        why: `${lawfulFrom.rule}: ${whyText(lawfulFrom.because)}`,
      }),
    ),
    ...steps.map(
      ({ kind, by, recordedAtMs, reason }): TimeLineEntry => ({
        row: t('authorisations.steps'),
        fromMs: recordedAtMs,
        untilMs: recordedAtMs,
        colour: 2,
        why: [`${word('authorisations.step', kind)}, ${by}`, reason].filter(Boolean).join(': '),
      }),
    ),
  ];
}

/** Who has signed what: those that the file names, and the steps since. */
function Signatures({ authorisation }: { readonly authorisation: AuthorisationAnswer }) {
  const { approvals, steps } = authorisation;
  const { given, needed, inFile } = approvals;
  const rows = [
    ...inFile.map(({ by, atMs }) => ({
      key: `file ${by} ${atMs}`,
      what: t('authorisations.approvedInFile'),
      ...{ by, atMs, reason: null as string | null, evidence: null as string | null },
    })),
    ...steps.map(({ step, kind, by, atMs, reason, evidence }) => ({
      key: `step ${step}`,
      what: word('authorisations.step', kind),
      ...{ by, atMs, reason, evidence },
    })),
  ];
  return (
    <section aria-labelledby="signatures">
      <h2 id="signatures">{t('authorisations.signatures')}</h2>
      <p>
        <Badge
          group="authorisations"
          value={given >= needed ? 'enoughSignatures' : 'signaturesMissing'}
          tone={given >= needed ? 'good' : 'wait'}
        />{' '}
        {t('authorisations.signaturesOf', { given, needed })}
      </p>
      {rows.length === 0 ? null : (
        <Table
          caption={t('authorisations.signatures')}
          rows={rows}
          keyOf={({ key }) => key}
          columns={[
            { title: t('authorisations.what'), cell: ({ what }) => what },
            { title: t('authorisations.by'), cell: ({ by }) => by },
            { title: t('authorisations.at'), cell: ({ atMs }) => instant(atMs) },
            { title: t('authorisations.reason'), cell: ({ reason }) => reason ?? '' },
            {
              title: t('authorisations.evidence'),
              cell: ({ evidence }) => (evidence === null ? '' : <code>{evidence}</code>),
            },
          ]}
        />
      )}
    </section>
  );
}
