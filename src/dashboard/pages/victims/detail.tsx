// One victim: when it was in contact with what, how sure that is, and who is warned of it.
import { useState } from 'preact/hooks';
import type { MatchItem } from '../../../http/routes/matches.ts';
import type { VictimAnswer } from '../../../http/routes/victims.ts';
import { useApi, withQuery } from '../../api.ts';
import { Back } from '../../components/back.tsx';
import { Badge } from '../../components/badge.tsx';
import { WhenLoaded } from '../../components/states.tsx';
import { ApiTable } from '../../components/table.tsx';
import { count, instant, seconds } from '../../format.ts';
import { type MessageKey, t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import { ContactTimeLine } from './contact-time-line.tsx';
import { Drafting } from './draft.tsx';
import { EvidenceSection } from './evidence.tsx';
import { stateTone } from './warning-state.ts';
import { bytesText, classTone, flagsText, protocolText } from './wording.ts';

export function VictimDetail({ id, purpose }: { readonly id: string; readonly purpose: string }) {
  const victim = useApi<VictimAnswer>(withQuery(pathTo('api', 'victims', id), { purpose }));
  return (
    <>
      <Back path="/victims" text={t('victims.title')} />
      <WhenLoaded loaded={victim}>
        {(data) => <Victim data={data} purpose={purpose} onChanged={victim.reload} />}
      </WhenLoaded>
    </>
  );
}

function Victim({
  data,
  purpose,
  onChanged,
}: {
  readonly data: VictimAnswer;
  readonly purpose: string;
  readonly onChanged: () => void;
}) {
  const { role, operator } = useSession();
  const [areFlowsShown, setFlowsShown] = useState(false);
  const mayWarn = role === 'analyst' || role === 'admin';
  const { id, victim, items, isCut } = data;
  return (
    <>
      <h1 tabIndex={-1} class="mono">
        {victim}
      </h1>
      <Summary data={data} />
      <div class="actions">
        {mayWarn ? <Drafting purpose={purpose} victim={id} onDrafted={onChanged} /> : null}
        {data.attribution.entity === null ? null : (
          <a href={withQuery('/victims', { view: 'export', for: 'entity', id: data.attribution.entity.id })}>
            {t('victims.exportEntity')}
          </a>
        )}
      </div>
      {operator === null ? <Warnings warnings={data.warnings} /> : null}
      <ContactTimeLine items={items} />
      {items.map((item) => (
        <EvidenceSection key={item.id} item={item} />
      ))}
      {isCut ? <p class="hint">{t('victims.cut', { count: count(items.length) })}</p> : null}
      <section aria-labelledby="flows">
        <h2 id="flows">{t('victims.flows')}</h2>
        {areFlowsShown ? (
          <Flows id={id} purpose={purpose} />
        ) : (
          <p>
            <button type="button" onClick={() => setFlowsShown(true)}>
              {t('victims.showFlows')}
            </button>
          </p>
        )}
      </section>
    </>
  );
}

function Summary({ data: { attribution, items } }: { readonly data: VictimAnswer }) {
  const [strongest] = items;
  if (!strongest) return null;
  const { entity, protected: profession, asn, country } = attribution;
  const firstMs = Math.min(...items.map((item) => item.firstMs));
  const lastMs = Math.max(...items.map((item) => item.lastMs));
  const sum = (of: (item: VictimAnswer['items'][number]) => number | null): number | null =>
    items.map(of).reduce((all, one) => (one === null ? all : (all ?? 0) + one), null);
  return (
    <>
      <p class="standing">
        <Badge group="victims.class" value={strongest.class} tone={classTone(strongest.class)} />
        <span>{t(`victims.meaning.${strongest.class}` as MessageKey)}</span>
      </p>
      <dl class="facts">
        <dt>{t('victims.entity')}</dt>
        <dd>
          {entity === null ? (
            t(`victims.attribution.${attribution.attribution}` as MessageKey)
          ) : (
            <a href={pathTo('victims', 'entities', entity.id)}>{entity.name}</a>
          )}
          {profession === null
            ? null
            : ` · ${t('victims.protected')}: ${word('victims.profession', profession)}`}
          {asn === null ? null : ` · AS${asn}`}
          {country === null ? null : ` · ${country}`}
        </dd>
        <dt>{t('victims.contact')}</dt>
        <dd>{t('victims.fromTo', { from: instant(firstMs), to: instant(lastMs) })}</dd>
        <dt>{t('victims.toC2')}</dt>
        <dd>{bytesText(sum(({ toC2 }) => toC2.bytes))}</dd>
        <dt>{t('victims.fromC2')}</dt>
        <dd>{bytesText(sum(({ fromC2 }) => fromC2.bytes))}</dd>
      </dl>
    </>
  );
}

function Warnings({ warnings }: Pick<VictimAnswer, 'warnings'>) {
  return (
    <section aria-labelledby="warnings">
      <h2 id="warnings">{t('victims.warnings')}</h2>
      {warnings.length === 0 ? (
        <p class="hint">{t('victims.notWarned')}</p>
      ) : (
        <ul class="listeners">
          {warnings.map(({ ticket, state, recipient }) => (
            <li key={ticket}>
              <Badge group="victims.state" value={state} tone={stateTone(state)} />{' '}
              <a href={pathTo('victims', 'warnings', ticket)}>{ticket}</a> {recipient}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Flows({ id, purpose }: { readonly id: string; readonly purpose: string }) {
  return (
    <ApiTable<MatchItem>
      path={withQuery('/api/matches', { purpose, victim: id, order: 'desc' })}
      filters={[]}
      caption={t('victims.flows.caption')}
      keyOf={(match) => match.id}
      empty={null}
      columns={[
        { title: t('victims.start'), cell: ({ startMs }) => <span class="whole">{instant(startMs)}</span> },
        {
          title: t('victims.duration'),
          numeric: true,
          cell: ({ startMs, endMs }) => seconds(endMs - startMs),
        },
        { title: t('victims.direction'), cell: ({ direction }) => word('victims.direction', direction) },
        {
          title: t('victims.c2s'),
          cell: ({ c2, c2Port }) => (
            <span class="mono whole">{c2Port === null ? c2 : `${c2} · ${c2Port}`}</span>
          ),
        },
        { title: t('victims.victimPort'), numeric: true, cell: ({ victimPort }) => victimPort ?? '–' },
        {
          title: t('victims.protocol'),
          cell: ({ protocol }) => (protocol === null ? '–' : protocolText(protocol)),
        },
        { title: t('victims.flags'), cell: ({ tcpFlags }) => flagsText(tcpFlags) },
        { title: t('victims.bytes'), numeric: true, cell: ({ bytes }) => bytesText(bytes) },
        {
          title: t('victims.packets'),
          numeric: true,
          cell: ({ packets }) => (packets === null ? '–' : count(packets)),
        },
        { title: t('victims.exporter'), cell: ({ exporter }) => exporter ?? '–' },
      ]}
    />
  );
}
