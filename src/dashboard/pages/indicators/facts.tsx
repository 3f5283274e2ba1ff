// What it rests on: the event, the threat, the legal basis, who said it and how far they are to be relied on.
import { Fragment } from 'preact';
import type { IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { Table } from '../../components/table.tsx';
import { instant } from '../../format.ts';
import { t, word } from '../../language.ts';

export function Facts({ shown: { document } }: { readonly shown: IndicatorAnswer }) {
  if (document === null) return null;
  const { threat, basis, sources, verifyEvery, verifyReason } = document;
  const facts: readonly (readonly [string, string | null])[] = [
    [t('indicators.firstSeen'), `${instant(document.firstSeenMs)}: ${document.firstSeenEvent}`],
    [
      t('indicators.effectiveUntil'),
      document.trafficUntilMs === null ? null : instant(document.trafficUntilMs),
    ],
    [t('indicators.threat'), [threat.name, threat.activity].filter(Boolean).join(', ')],
    [t('indicators.threatKind'), [threat.kind, threat.relation].filter(Boolean).join(', ') || null],
    [t('indicators.actor'), [threat.actor, threat.description].filter(Boolean).join(': ') || null],
    [t('indicators.country'), document.country],
    [
      t('indicators.basis'),
      [basis.retention, basis.retentionTerm, basis.access, basis.task].filter(Boolean).join(', '),
    ],
    [t('indicators.verifyEvery'), verifyReason === null ? verifyEvery : `${verifyEvery}: ${verifyReason}`],
    ['TLP', document.tlp],
    [t('indicators.block'), document.block ? t('indicators.blockYes') : null],
    [t('indicators.withdrawn'), document.withdrawnMs === null ? null : instant(document.withdrawnMs)],
  ];
  const findings = [
    ...document.analyses.map((found) => ({ ...found, what: t('indicators.row.analyse') })),
    ...document.verifications.map((found) => ({ ...found, what: t('indicators.row.verify') })),
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{t('indicators.facts')}</h2>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
        )}
      </dl>
      <Table
        caption={t('indicators.sources')}
        rows={sources}
        keyOf={({ name }) => name}
        columns={[
          { title: t('indicators.source'), cell: ({ name }) => name },
          {
            title: t('indicators.rating'),
            cell: ({ reliability, credibility }) => `${reliability}${credibility}`,
          },
        ]}
      />
      {findings.length === 0 ? null : (
        <Table
          caption={t('indicators.findings')}
          rows={findings}
          keyOf={({ what, by, atMs }) => `${what} ${by} ${atMs}`}
          columns={[
            { title: t('indicators.what'), cell: ({ what }) => what },
            { title: t('indicators.tookPlace'), cell: ({ atMs }) => instant(atMs) },
            { title: t('indicators.by'), cell: ({ by }) => by },
            { title: t('indicators.outcome'), cell: ({ outcome }) => word('indicators.outcome', outcome) },
            {
              title: t('indicators.method'),
              cell: ({ method, evidence }) => (
                <span class="said">{evidence === undefined ? method : `${method}, SHA-256 ${evidence}`}</span>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}
