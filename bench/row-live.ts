// Live NetFlow v5 over UDP: what of it arrives, beside a bare `dgram` socket, nfcapd and nfacctd under the same load.
import { makeList, publicAddresses } from './addresses.ts';
import { contenders, type DaemonAccount, flowsieve } from './contender.ts';
import type { ExportFormat } from './export-message.ts';
import type { Figure } from './figure.ts';
import { median } from './process.ts';
import { type Conditions, mustEqual, type Row } from './row.ts';
import { type Offer, type Trial, trial } from './trial.ts';

export const LISTED = 20_000;
const LOADS: readonly { format: ExportFormat; shown: string }[] = [
  { format: 'netflow5', shown: 'NetFlow v5' },
  { format: 'netflow9', shown: 'NetFlow v9' },
  { format: 'ipfix', shown: 'IPFIX' },
];
/** More than any sender of this kind reaches: it sends as fast as it can. */
const FLOOD_PER_SECOND = 1e6;

/** DESIGN's full load; a shared machine of two processors bears a fifth for certain. */
export function fullLoad({ short }: Conditions): number {
  return short ? 20_000 : 100_000;
}

export const live: Row = {
  name: 'live',
  async measure(conditions) {
    const perSecond = fullLoad(conditions);
    const figures = await besideRivals(conditions, {
      format: 'netflow5',
      groups: [{ exporters: 4, perSecond }],
      seconds: conditions.short ? 2 : 10,
      hitEvery: 1000,
    });
    for (const { format, shown } of LOADS.slice(1)) figures.push(await otherFormat(conditions, format, shown));
    return figures;
  },
};

async function besideRivals(conditions: Conditions, offer: Offer): Promise<Figure[]> {
  const list = makeList(conditions.workspace, publicAddresses(LISTED, conditions.seed));
  const starts = Object.entries(contenders());
  const trials = new Map<string, Trial<unknown>[]>(starts.map(([name]) => [name, []]));
  const floods = new Map<string, Trial<unknown>[]>();
  const flood: Offer = { ...offer, groups: [{ exporters: 4, perSecond: FLOOD_PER_SECOND }], seconds: 3 };
  for (let round = 0; round < conditions.rounds; round++) {
    for (const [name, start] of starts) {
      const done = await trial(conditions, list, start, offer);
      if (name === 'flowsieve') mustBalance(done as Trial<DaemonAccount>);
      trials.get(name)?.push(done as Trial<unknown>);
    }
  }
}
