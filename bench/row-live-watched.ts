// Live figures, while they are watched: the load of row `live`, taken in beside a hundred clients of the event stream and
// one that asks for lists without a pause, and with nobody looking.
import { get } from 'node:http';
import { ApiClient } from './api-client.ts';
import { type DaemonAccount, type FlowSieve, flowsieve } from './contender.ts';
import type { Figure } from './figure.ts';
import { median } from './process.ts';
import type { Row } from './row.ts';
import { fullLoad, liveList, mustBalance } from './row-live.ts';
import { type Offer, type Trial, trial } from './trial.ts';

const WATCHERS = 100;
const LISTS = [
  '/api/overview',
  '/api/figures/history?minutes=60',
  '/api/indicators?limit=100',
  '/api/ledger',
];

export const liveWatched: Row = {
  name: 'live-watched',
  async measure(conditions) {
    const list = liveList(conditions);
    const perSecond = fullLoad(conditions) / 2;
    const offer: Offer = {
      format: 'netflow5',
      groups: [{ exporters: 4, perSecond }],
      seconds: conditions.short ? 3 : 10,
      hitEvery: 1000,
    };
    const alone: Trial<DaemonAccount>[] = [];
    const watched: Trial<DaemonAccount>[] = [];
    for (let round = 0; round < conditions.rounds; round++) {
      alone.push(await trial(conditions, list, flowsieve, offer));
      watched.push(await trial(conditions, list, flowsieve, offer, look));
    }
    for (const one of [...alone, ...watched]) mustBalance(one);
    const received = (trials: readonly Trial<DaemonAccount>[]) =>
      median(trials.map(({ offered, account }) => (account.datagrams / offered.datagrams) * 100));
    return [
      {
        name: 'live-watched/received',
        what: `live NetFlow v5, ${perSecond / 1000} k datagrams/s, ${WATCHERS} clients watching: received`,
        figure: received(watched),
        unit: '%',
        rival: { name: 'nobody watching', figure: received(alone) },
        target: { of: 'ratio', atLeast: 0.99, short: 0.5 },
      },
    ] satisfies Figure[];
  },
};

async function look({ http }: FlowSieve, over: AbortSignal): Promise<void> {
  const { origin, token } = http;
  const headers = { authorization: `Bearer ${token}` };
  const client = new ApiClient(http);
  await client.whenReady('/readyz');
  await client.whenReady('/api/indicators');
  const streams = Array.from({ length: WATCHERS }, () =>
    get(`${origin}/api/live`, { headers, agent: false }, (response) => response.resume()).on(
      'error',
      () => {},
    ),
  );
  try {
    while (!over.aborted) await client.times(LISTS, LISTS.length);
  } catch (error) {
    // The daemon is stopped when the load is over, also in the midst of an answer.
    if (!over.aborted) throw error;
  }
  for (const stream of streams) stream.destroy();
  client.close();
}
