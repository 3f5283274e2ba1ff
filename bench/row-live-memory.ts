// The daemon's resident memory with a list of 20,000 addresses: under the full load, and over a soak at half of it.
import { flowsieve } from './contender.ts';
import type { Figure } from './figure.ts';
import { median } from './process.ts';
import type { Conditions, Row } from './row.ts';
import { fullLoad, liveList, mustBalance } from './row-live.ts';
import { trial } from './trial.ts';

const MIB = 1024 ** 2;
/** Of a short run; a whole one takes ten minutes unless told otherwise. */
const SHORT_SOAK_SECONDS = 10;

export const liveMemory: Row = {
  name: 'live-memory',
  async measure(conditions) {
    const seconds = conditions.short ? 4 : 10;
    const loaded = await resident(conditions, fullLoad(conditions), seconds);
    const soakSeconds = conditions.short ? SHORT_SOAK_SECONDS : conditions.soakSeconds;
    const soaked = await resident(conditions, fullLoad(conditions) / 2, soakSeconds);
    return [
      memory('live/memory', `${fullLoad(conditions) / 1000} k datagrams/s`, loaded),
      memory('live/memory/soak', `${fullLoad(conditions) / 2000} k datagrams/s for ${soakSeconds} s`, soaked),
      {
        name: 'live/memory/growth',
        what: 'the same soak: last third less middle third, medians',
        figure: (third(soaked, 2) - third(soaked, 1)) / MIB,
        unit: 'MiB',
        rival: null,
        target: { of: 'figure', atLeast: Number.NEGATIVE_INFINITY, atMost: 8, short: 64 },
      },
    ];
  },
};

async function resident(
  conditions: Conditions,
  perSecond: number,
  seconds: number,
): Promise<readonly number[]> {
  const done = await trial(conditions, liveList(conditions), flowsieve, {
    format: 'netflow5',
    groups: [{ exporters: 4, perSecond }],
    seconds,
    hitEvery: 1000,
  });
  mustBalance(done);
  return done.resident;
}

function memory(name: string, load: string, samples: readonly number[]): Figure {
  return {
    name,
    what: `resident memory of the daemon, 20 k list, ${load}: most`,
    figure: Math.max(...samples) / MIB,
    unit: 'MiB',
    rival: null,
    target: { of: 'figure', atMost: 250, short: 350 },
  };
}

function third(samples: readonly number[], number: 0 | 1 | 2): number {
  const each = Math.floor(samples.length / 3);
  return median(samples.slice(number * each, (number + 1) * each));
}
