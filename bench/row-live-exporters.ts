// Many exporters, and exporters of very different rates: nobody is lost behind another.
import { flowsieve } from './contender.ts';
import type { Figure } from './figure.ts';
import type { Conditions, Row } from './row.ts';
import { fullLoad, liveList, mustBalance } from './row-live.ts';
import { type Offer, trial } from './trial.ts';

const SLOW_PER_SECOND = 10;
const MANY = 1000;

export const liveExporters: Row = {
  name: 'live-exporters',
  async measure(conditions) {
    return [await unequal(conditions), await many(conditions)];
  },
};

async function unequal(conditions: Conditions): Promise<Figure> {
  const perSecond = fullLoad(conditions) / 2;
  const groups = [
    { exporters: 1, perSecond },
    { exporters: 1, perSecond: SLOW_PER_SECOND },
  ];
  const done = await trial(conditions, liveList(conditions), flowsieve, offer(conditions, groups));
  mustBalance(done);
  const slow = done.offered.groups[1] as (typeof done.offered.groups)[number];
  const taken = done.account.byExporter.get(slow.addresses[0] as string)?.datagrams ?? 0;
  return {
    name: 'live/unequal',
    what: `an exporter of ${SLOW_PER_SECOND} datagrams/s beside one of ${perSecond / 1000} k: lost of the slow one's`,
    figure: (1 - taken / slow.datagrams) * 100,
    unit: '%',
    rival: null,
    target: { of: 'figure', atMost: 1, short: 50 },
  };
}

async function many(conditions: Conditions): Promise<Figure> {
  const perSecond = fullLoad(conditions) / 2;
  const groups = [{ exporters: MANY, perSecond }];
  const done = await trial(conditions, liveList(conditions), flowsieve, {
    ...offer(conditions, groups),
    format: 'ipfix',
  });
  mustBalance(done);
  const named = [...done.account.byExporter].filter(
    ([name, { datagrams }]) => name !== null && datagrams > 0,
  );
  if (named.length !== MANY) throw new Error(`the ledger names ${named.length} of ${MANY} exporters`);
  return {
    name: 'live/1000-exporters',
    what: `${MANY.toLocaleString('en')} exporters, IPFIX, ${perSecond / 1000} k datagrams/s together: lost`,
    figure: (1 - done.account.records / done.offered.records) * 100,
    unit: '%',
    rival: null,
    target: { of: 'figure', atMost: 1, short: 50 },
  };
}

function offer({ short }: Conditions, groups: Offer['groups']): Offer {
  return { format: 'netflow5', groups, seconds: short ? 3 : 10, hitEvery: 1000 };
}
