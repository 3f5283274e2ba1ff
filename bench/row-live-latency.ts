// From a packet to its committed match, at half of the full load: planted flows carry the time when they were sent.
import { percentile, watchCommits } from './commit-watch.ts';
import { flowsieve } from './contender.ts';
import type { Figure } from './figure.ts';
import { mustEqual, type Row } from './row.ts';
import { fullLoad, liveList, mustBalance } from './row-live.ts';
import { trial } from './trial.ts';

const HITS_PER_SECOND = 200;
const PERCENTILES: readonly { share: number; shown: string; target: Figure['target'] }[] = [
  { share: 0.5, shown: 'p50', target: null },
  { share: 0.95, shown: 'p95', target: null },
  { share: 0.99, shown: 'p99', target: { of: 'figure', atMost: 250, short: 2000 } },
  { share: 1, shown: 'max', target: null },
];

export const liveLatency: Row = {
  name: 'live-latency',
  async measure(conditions) {
    const perSecond = fullLoad(conditions) / 2;
    let latencies: Float64Array = new Float64Array();
    const done = await trial(
      conditions,
      liveList(conditions),
      flowsieve,
      {
        format: 'netflow5',
        groups: [{ exporters: 4, perSecond }],
        seconds: conditions.short ? 3 : 20,
        hitEvery: Math.round(perSecond / HITS_PER_SECOND),
      },
      async ({ database }, signal) => {
        latencies = await watchCommits(database, signal);
      },
    );
    mustBalance(done);
    mustEqual('matches seen in the database', latencies.length, done.account.matches);
    return PERCENTILES.map(({ share, shown, target }) => ({
      name: `live/latency/${shown}`,
      what: `packet to committed match at ${perSecond / 1000} k datagrams/s, ${shown}`,
      figure: percentile(latencies, share),
      unit: 'ms',
      rival: null,
      target,
    }));
  },
};
