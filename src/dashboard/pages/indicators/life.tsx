// Its life on both clocks: which traffic may be matched, and when it was looked for; what took place, and when that was recorded.
import type { IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { Table } from '../../components/table.tsx';
import { TimeLine, type TimeLineEntry } from '../../components/time-line.tsx';
import { instant, whyText } from '../../format.ts';
import { t, word } from '../../language.ts';

type Step = IndicatorAnswer['steps'][number];

export function Life({ shown }: { readonly shown: IndicatorAnswer }) {
  const entries = entriesOf(shown);
  const { steps } = shown;
  return (
    <section aria-labelledby="life">
      <h2 id="life">{t('indicators.life')}</h2>
      {entries.length === 0 ? (
        <p class="empty">{t('indicators.noLife')}</p>
      ) : (
        <TimeLine title={t('indicators.clocks')} entries={entries} />
      )}
      {steps.length === 0 ? null : (
        <Table
          caption={t('indicators.steps')}
          rows={steps.toReversed()}
          keyOf={({ step }) => String(step)}
          columns={[
            { title: t('indicators.step'), numeric: true, cell: ({ step }) => step },
            { title: t('indicators.what'), cell: ({ kind }) => word('indicators.step', kind) },
            { title: t('indicators.by'), cell: ({ by, role }) => `${by} (${word('role', role)})` },
            { title: t('indicators.tookPlace'), cell: ({ atMs }) => instant(atMs) },
            { title: t('indicators.recorded'), cell: ({ recordedAtMs }) => instant(recordedAtMs) },
            { title: t('indicators.said'), cell: (step) => <span class="said">{saidOf(step)}</span> },
          ]}
        />
      )}
    </section>
  );
}

function saidOf({ outcome, cause, method, reason, evidence }: Step): string {
  const digest = evidence === null ? null : `SHA-256 ${evidence}`;
  const told = outcome === null ? null : word('indicators.outcome', outcome);
  return [told, cause, method, reason, digest].filter((part) => part !== null).join(', ');
}

function entriesOf({ document, windows, steps }: IndicatorAnswer): TimeLineEntry[] {
  if (document === null) return steps.map(stepEntry);
  const firstSeen = at('seen', document.firstSeenMs, 1, document.firstSeenEvent);
  const traffic = windows.map(({ traffic: { from, until }, operators }) => ({
    row: t('indicators.row.traffic'),
    fromMs: from.atMs,
    untilMs: until.atMs,
    colour: 1 as const,
    why: `${operators.join(', ')}: ${whyText(from.because)}; ${whyText(until.because)}`,
  }));
  const collection = windows.flatMap((window) =>
    window.collection.map(({ from, until }) => ({
      row: t('indicators.row.collection'),
      fromMs: from.atMs,
      untilMs: until.atMs,
      colour: 3 as const,
      why: `${window.operators.join(', ')}: ${whyText(from.because)}; ${whyText(until.because)}`,
    })),
  );
  const analyses = document.analyses.map(({ atMs, by, outcome }) =>
    at('analyse', atMs, 4, `${by}: ${word('indicators.outcome', outcome)}`),
  );
  const verifications = document.verifications.map(({ atMs, by, outcome }) =>
    at('verify', atMs, 3, `${by}: ${word('indicators.outcome', outcome)}`),
  );
  const own = steps.map(stepEntry);
  const recorded = steps.map(({ recordedAtMs, kind, by }) =>
    at('recorded', recordedAtMs, 2, `${word('indicators.step', kind)}, ${by}`),
  );
  const all = [firstSeen, ...traffic, ...collection, ...analyses, ...verifications, ...own, ...recorded];
  // Entries of a row follow each other.
  const rows = [...new Set(all.map(({ row }) => row))];
  return all.toSorted((one, other) => rows.indexOf(one.row) - rows.indexOf(other.row));
}

type RowName = 'seen' | 'analyse' | 'verify' | 'decided' | 'recorded';

function stepEntry(step: Step): TimeLineEntry {
  const { kind, atMs, by } = step;
  const why = `${word('indicators.step', kind)}, ${by}: ${saidOf(step)}`;
  return kind === 'analyse' || kind === 'verify'
    ? at(kind, atMs, kind === 'analyse' ? 4 : 3, why)
    : at('decided', atMs, 2, why);
}

function at(row: RowName, atMs: number, colour: TimeLineEntry['colour'], why: string): TimeLineEntry {
  return { row: t(`indicators.row.${row}`), fromMs: atMs, untilMs: atMs, colour, why };
}
