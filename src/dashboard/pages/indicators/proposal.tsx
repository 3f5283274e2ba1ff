// What feeds say of it and what people have set; of a draft, what is missing.
import type { IndicatorAnswer } from '../../../http/routes/indicators.ts';
import { Table } from '../../components/table.tsx';
import { instant } from '../../format.ts';
import { t } from '../../language.ts';

export function Proposal({
  shown: { origin, proposal, missing, wrong },
}: {
  readonly shown: IndicatorAnswer;
}) {
  if (proposal === null) return null;
  const ratings = new Map(proposal.sources.map((source) => [source.name, source]));
  return (
    <section aria-labelledby="proposal">
      <h2 id="proposal">{t('indicators.proposal')}</h2>
      {origin === 'draft' ? (
        <>
          <p>{missing.length + wrong.length === 0 ? '' : t('indicators.missing')}</p>
          <ul>
            {[...wrong, ...missing].map(({ field, rule, message }) => (
              <li key={`${field} ${message}`}>
                <code>{field}</code> {message} ({rule})
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Table
        caption={t('indicators.observations')}
        rows={proposal.observations}
        keyOf={({ source, item }) => `${source} ${item ?? ''}`}
        columns={[
          { title: t('indicators.source'), cell: ({ source }) => source },
          {
            title: t('indicators.rating'),
            cell: ({ source }) => {
              const { reliability = null, credibility = null } = ratings.get(source) ?? {};
              return `${reliability ?? '–'}${credibility ?? '–'}`;
            },
          },
          { title: t('indicators.threat'), cell: ({ threats }) => threats?.join(', ') ?? '–' },
          {
            title: t('indicators.seenByFeed'),
            cell: ({ firstSeenMs = null, lastSeenMs = null }) =>
              `${instant(firstSeenMs)} … ${instant(lastSeenMs)}`,
          },
          {
            title: t('indicators.said'),
            cell: ({ status, item, retracted, tlp }) =>
              [
                retracted === undefined ? undefined : `${t('indicators.takenBack')}: ${retracted}`,
                status,
                tlp === undefined ? undefined : `TLP:${tlp}`,
                item,
              ]
                .filter((part) => part !== undefined)
                .join(', '),
          },
        ]}
      />
      {Object.keys(proposal.fields).length === 0 ? null : (
        <Table
          caption={t('indicators.settings')}
          rows={Object.entries(proposal.fields)}
          keyOf={([field]) => field}
          columns={[
            { title: t('indicators.field'), cell: ([field]) => <code>{field}</code> },
            { title: t('indicators.value'), cell: ([, value]) => value },
          ]}
        />
      )}
    </section>
  );
}
