// Live flows over UDP: what of them arrives, beside a bare `dgram` socket, nfcapd and nfacctd under the same load.
import { type List, makeList, publicAddresses } from './addresses.ts';
import { type Account, contenders, type DaemonAccount, flowsieve } from './contender.ts';
import type { Figure } from './figure.ts';
import { median } from './process.ts';
import { type Conditions, mustEqual, type Row } from './row.ts';
import { type Offer, type Trial, trial } from './trial.ts';

type AnyTrial = Trial<Account | null>;

const LISTED = 20_000;
const OTHER_FORMATS = [
  { format: 'netflow9', shown: 'NetFlow v9' },
  { format: 'ipfix', shown: 'IPFIX' },
] as const;
/** More than the generator can send: it sends without a pause. */
const FLOOD_PER_SECOND = 1e6;
const HIT_EVERY = 1000;
const SINK = 'bare dgram socket';

/** DESIGN's load in datagrams a second; what runs in CI shares two processors with anything. */
export function fullLoad({ short }: Conditions): number {
  return short ? 20_000 : 100_000;
}

export function liveList({ workspace, seed }: Conditions): List {
  return makeList(workspace, publicAddresses(LISTED, seed));
}

export const live: Row = {
  name: 'live',
  async measure(conditions) {
    const list = liveList(conditions);
    const seconds = conditions.short ? 2 : 10;
    const perSecond = fullLoad(conditions);
    const offer: Offer = {
      format: 'netflow5',
      groups: [{ exporters: 4, perSecond }],
      seconds,
      hitEvery: HIT_EVERY,
    };
    const figures = paced(perSecond, await inTurn(conditions, list, offer));
    const flood = { ...offer, groups: [{ exporters: 4, perSecond: FLOOD_PER_SECOND }], seconds: seconds / 2 };
    figures.push(...flooded(await inTurn(conditions, list, flood)));
    for (const { format, shown } of OTHER_FORMATS) {
      const done = await trial(conditions, list, flowsieve, { ...offer, format });
      mustBalance(done);
      figures.push(lossFigure(`live/lost/${format}`, `the same load as ${shown}: lost`, [done]));
    }
    return figures;
  },
};

/** Every contender in turn, so that what disturbs the machine disturbs all. */
async function inTurn(
  conditions: Conditions,
  list: List,
  offer: Offer,
): Promise<ReadonlyMap<string, readonly AnyTrial[]>> {
  const trials = new Map<string, AnyTrial[]>();
  for (let round = 0; round < conditions.rounds; round++) {
    for (const [name, start] of Object.entries(contenders())) {
      const done: AnyTrial = await trial(conditions, list, start, offer);
      if (name === 'flowsieve') mustBalance(done as Trial<DaemonAccount>);
      trials.set(name, [...(trials.get(name) ?? []), done]);
    }
  }
  return trials;
}

function paced(perSecond: number, trials: ReadonlyMap<string, readonly AnyTrial[]>): Figure[] {
  const load = `live NetFlow v5, ${perSecond / 1000} k datagrams/s × 30 records`;
  const ours = trials.get('flowsieve') as readonly Trial<DaemonAccount>[];
  const figures: Figure[] = [
    {
      name: 'live/received',
      what: `${load}: received`,
      figure: receivedShare(ours),
      unit: '%',
      rival: { name: SINK, figure: receivedShare(trials.get('sink') ?? []) },
      target: { of: 'ratio', atLeast: 0.9, short: 0.5 },
    },
    {
      ...lossFigure('live/lost', 'the same: lost before it was committed', ours),
      target: { of: 'figure', atMost: 1, short: 50 },
    },
  ];
  for (const name of ['nfcapd', 'nfcapd, default buffer', 'nfacctd']) {
    const theirs = trials.get(name);
    if (theirs)
      figures.push(
        lossFigure(
          `live/lost/${name.replace(', ', '-').replace(' ', '-')}`,
          `the same into ${name}: lost`,
          theirs,
        ),
      );
  }
  const processors = (name: string) => median((trials.get(name) ?? []).map((one) => one.processors));
  figures.push({
    name: 'live/processors',
    what: 'the same: processors in use',
    figure: processors('flowsieve'),
    unit: 'processors',
    rival: null,
    target: null,
    note: [...trials.keys()].map((name) => `${name} ${processors(name).toFixed(2)}`).join(', '),
  });
  return figures;
}

function flooded(trials: ReadonlyMap<string, readonly AnyTrial[]>): Figure[] {
  const ours = trials.get('flowsieve') ?? [];
  const offered = median(ours.map(({ offered: sent }) => sent.datagrams / sent.seconds / 1000));
  return [
    {
      name: 'live/flood',
      what: `live NetFlow v5, as fast as can be sent beside it (${Math.round(offered)} k/s): received`,
      figure: receivedRate(ours),
      unit: 'k datagrams/s',
      rival: { name: SINK, figure: receivedRate(trials.get('sink') ?? []) },
      target: null,
    },
  ];
}

/** Of the datagrams offered: those that got past the kernel and, where the contender says so, into what it keeps. */
function receivedShare(trials: readonly AnyTrial[]): number {
  return median(trials.map((one) => (receivedBy(one) / one.offered.datagrams) * 100));
}

/** Thousand datagrams a second. */
function receivedRate(trials: readonly AnyTrial[]): number {
  return median(trials.map((one) => receivedBy(one) / one.offered.seconds / 1000));
}

function receivedBy({ offered, dropped, account }: AnyTrial): number {
  return account?.datagrams ?? offered.datagrams - dropped;
}

/** Of the records offered: those that nobody accounts for as kept. */
function lossFigure(name: string, what: string, trials: readonly AnyTrial[]): Figure {
  const lost = trials.map(({ offered, dropped, account }) =>
    account?.records == null
      ? (dropped / offered.datagrams) * 100
      : (1 - account.records / offered.records) * 100,
  );
  return { name, what, figure: median(lost), unit: '%', rival: null, target: null };
}

/** What was offered, the kernel's own counter, and the ledger must agree, or no figure means anything. */
export function mustBalance({ offered, dropped, account }: Trial<DaemonAccount>): void {
  const { datagrams, kernelDropped, slabDropped, notTaken, matched, matches } = account;
  mustEqual('datagrams', datagrams + kernelDropped + slabDropped + notTaken, offered.datagrams);
  mustEqual('datagrams that the kernel dropped', kernelDropped, dropped);
  mustEqual('matches', matches, matched);
  const isComplete = datagrams === offered.datagrams;
  if (isComplete) mustEqual('matches of planted flows', matched, offered.hits);
  if (isComplete) mustEqual('records', account.records, offered.records);
}
