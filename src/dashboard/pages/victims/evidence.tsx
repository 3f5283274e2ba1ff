// What one operator's flows show of a victim and one server: both ways, beacon, and how much was looked at.
import type { VictimAnswer, VictimItem } from '../../../http/routes/victims.ts';
import { Badge } from '../../components/badge.tsx';
import { Table } from '../../components/table.tsx';
import { count, instant, share } from '../../format.ts';
import { type MessageKey, t, word } from '../../language.ts';
import { pathTo } from '../../router.ts';
import { useSession } from '../../session.ts';
import {
  bytesText,
  classTone,
  coverageLines,
  different,
  flagsText,
  protocolText,
  samplingText,
} from './wording.ts';

export function EvidenceSection({ item }: { readonly item: VictimAnswer['items'][number] }) {
  const title = `evidence-${item.id}`;
  return (
    <section class="card evidence" aria-labelledby={title}>
      <h2 id={title}>
        {t('victims.with')} {item.threat ?? item.indicator} <span class="mono">{different(item.c2s)}</span>
      </h2>
      <p class="standing">
        <Badge group="victims.class" value={item.class} tone={classTone(item.class)} />
        <span>{t(`victims.meaning.${item.class}` as MessageKey)}</span>
        {item.disputed === undefined ? null : <span>{t('victims.disputed.why')}</span>}
      </p>
      <div class="beside">
        <Facts item={item} />
        <div>
          <BothWays item={item} />
          <BeaconParts beacon={item.beacon} />
          <Coverage item={item} />
        </div>
      </div>
    </section>
  );
}

function Facts({ item }: { readonly item: VictimItem }) {
  const isStaff = useSession().operator === null;
  return (
    <dl class="facts">
      <dt>{t('victims.contact')}</dt>
      <dd>{t('victims.fromTo', { from: instant(item.firstMs), to: instant(item.lastMs) })}</dd>
      <dt>{t('victims.active')}</dt>
      <dd>
        {t('victims.activeText', {
          hours: count(item.hours),
          days: count(item.days),
          proven: count(item.provenHours),
        })}
      </dd>
      <dt>{t('victims.operator')}</dt>
      <dd>{t('victims.under', { operator: item.operator, basis: item.retentionBasis })}</dd>
      <dt>{t('victims.indicator')}</dt>
      <dd>
        {isStaff ? (
          <a class="mono" href={pathTo('indicators', item.indicator)}>
            {item.indicator}
          </a>
        ) : (
          <span class="mono">{item.indicator}</span>
        )}
      </dd>
      <dt>{t('victims.authorisation')}</dt>
      <dd>{item.authorisation}</dd>
      <dt>{t('victims.protocol')}</dt>
      <dd>{item.protocols.map(protocolText).join(', ') || '–'}</dd>
      <dt>{t('victims.victimPort')}</dt>
      <dd>{different(item.victimPorts)}</dd>
      <dt>{t('victims.c2Port')}</dt>
      <dd>{different(item.c2Ports)}</dd>
      <dt>{t('victims.exporter')}</dt>
      <dd>{different(item.exporters)}</dd>
      <dt>{t('victims.sampling')}</dt>
      <dd>{samplingText(item)}</dd>
      <dt>{t('victims.times')}</dt>
      <dd>{item.timeSources.map((source) => word('victims.time', source)).join(', ')}</dd>
    </dl>
  );
}

function BothWays({ item: { toC2, fromC2 } }: { readonly item: VictimItem }) {
  const rows = [
    { name: t('victims.toC2'), ...toC2 },
    { name: t('victims.fromC2'), ...fromC2 },
  ];
  const most = Math.max(1, toC2.bytes ?? 0, fromC2.bytes ?? 0);
  return (
    <Table
      caption={t('victims.bothWays')}
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        { title: t('victims.way'), cell: ({ name }) => name },
        { title: t('victims.flows'), numeric: true, cell: ({ flows }) => count(flows) },
        { title: t('victims.bytes'), numeric: true, cell: ({ bytes }) => bytesText(bytes) },
        {
          title: t('victims.share'),
          cell: ({ name, bytes }) => (
            <meter class="bar" min={0} max={most} value={bytes ?? 0} aria-label={name} />
          ),
        },
        {
          title: t('victims.packets'),
          numeric: true,
          cell: ({ packets }) => (packets === null ? '–' : count(packets)),
        },
        { title: t('victims.flags'), cell: ({ tcpFlags }) => flagsText(tcpFlags) },
      ]}
    />
  );
}

const PARTS = ['intervals', 'sizes', 'duration', 'histogram'] as const;

function BeaconParts({ beacon }: { readonly beacon: VictimItem['beacon'] }) {
  if (beacon.score === null) {
    return (
      <>
        <h3>{t('victims.beacon')}</h3>
        <p>{t(`victims.insufficient.${beacon.insufficient}` as MessageKey)}</p>
      </>
    );
  }
  const { score, isBeaconing, dayMs, contacts } = beacon;
  return (
    <>
      <h3>{t('victims.beacon')}</h3>
      <p>
        <strong>{share(score)}</strong> –{' '}
        {t(isBeaconing ? 'victims.beacon.yes' : 'victims.beacon.no', {
          day: instant(dayMs).slice(0, 10),
          contacts: count(contacts),
        })}
      </p>
      <dl class="parts">
        {PARTS.map((part) => (
          <div key={part}>
            <dt>{t(`victims.part.${part}`)}</dt>
            <dd>
              <meter
                class="bar"
                min={0}
                max={1}
                value={beacon[part]}
                aria-label={t(`victims.part.${part}`)}
              />
              <span class="number">{share(beacon[part])}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Coverage({ item }: { readonly item: VictimItem }) {
  const { isComplete, days } = item.coverage;
  return (
    <>
      <h3>{t('victims.coverage')}</h3>
      {isComplete ? (
        <p>{t('victims.coverage.all', { days: count(days) })}</p>
      ) : (
        <>
          <p>{t('victims.coverage.partly')}</p>
          <ul>
            {coverageLines(item).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
