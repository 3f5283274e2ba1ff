// How regular contact is: the beacon score of RITA v5 (activecm/rita, analysis/beacons.go), without its prevalence
// modifiers, which need traffic that may not be kept here (L21). RITA looks at 24 hours in 24 bins; here that is a day, UTC.
import { DAY_MS, HOUR_MS } from '../core/time.ts';

export interface BeaconPoint {
  /** Epoch ms; in ascending order. */
  readonly startMs: number;
  /** Bytes of the contact; `null` = not counted by the exporter. */
  readonly bytes: number | null;
}

/** All between 0 and 1. */
export interface BeaconScore {
  /** How alike the intervals between contacts are. */
  readonly intervals: number;
  /** How alike their sizes are. */
  readonly sizes: number;
  /** How much of the day they cover. */
  readonly duration: number;
  /** How evenly they are spread over its hours. */
  readonly histogram: number;
  /** The mean of the four. */
  readonly score: number;
}

/** Why there is no score. */
export const INSUFFICIENT = {
  'too-few': 'fewer than 4 contacts, or fewer than 3 intervals between them, on any day',
  sampled: 'sampled: contacts that were not looked at leave intervals that mean nothing',
  untimed: 'the records hold no times of their own',
  strobe: 'as many contacts as a day has seconds, or more: no intervals that could be told from noise',
} as const;
export type Insufficient = keyof typeof INSUFFICIENT;

const MIN_POINTS = 4;
const MIN_INTERVALS = 3;
/** RITA's limit: one contact a second. */
export const STROBE_POINTS = DAY_MS / 1000;
/** Of sampled traffic: with so many in a day, the gaps are made by the sender rather than by the sampling. */
export const MIN_SAMPLED_POINTS = 100;

/** Score and regularity of the intervals from which on contact is called beaconing: a busy day alone reaches the first. */
const BEACONING = { score: 0.7, intervals: 0.7 };

const BANDS = [
  [1, 'critical'],
  [0.9, 'high'],
  [0.7, 'medium'],
  [0.5, 'low'],
] as const;
export type BeaconBand = (typeof BANDS)[number][1] | 'none';

export function isBeaconing({ score, intervals }: Pick<BeaconScore, 'score' | 'intervals'>): boolean {
  return score >= BEACONING.score && intervals >= BEACONING.intervals;
}

export function beaconBand(score: number): BeaconBand {
  return BANDS.find(([from]) => score >= from)?.[1] ?? 'none';
}

/** A score or a part of it of 100, rounded down: 100 stands for critical alone. */
export function beaconPercent(share: number): number {
  return Math.floor(share * 100 + 1e-9);
}

export function beaconScore(
  points: readonly BeaconPoint[],
  dayFromMs: number,
  isSampled: boolean,
): BeaconScore | { readonly insufficient: Insufficient } {
  if (points.length >= STROBE_POINTS) return { insufficient: 'strobe' };
  // Whole seconds, as RITA's time stamps are: the unit of what follows.
  const seconds = points.map(({ startMs }) => Math.floor(startMs / 1000));
  const gaps = seconds.slice(1).map((second, at) => second - (seconds[at] as number));
  const intervals = gaps.filter((gap) => gap > 0);
  if (points.length < MIN_POINTS || intervals.length < MIN_INTERVALS) return { insufficient: 'too-few' };
  if (isSampled && points.length < MIN_SAMPLED_POINTS) return { insufficient: 'sampled' };
  const sizes = points.map(({ bytes }) => bytes).filter((bytes) => bytes !== null);
  const bins = hourBins(points, dayFromMs);
  const spanMs = (points.at(-1) as BeaconPoint).startMs - (points[0] as BeaconPoint).startMs;
  const parts = {
    intervals: regularity(intervals, 1),
    sizes: regularity(sizes, 0),
    duration: durationScore(bins, spanMs / DAY_MS),
    histogram: Math.min(1, Math.max(flatness(bins), bimodalFit(bins))),
  };
  return { ...parts, score: (parts.intervals + parts.sizes + parts.duration + parts.histogram) / 4 };
}

/** S(x, d): symmetry and closeness of values around their median. @param whenTiny where the median is below 1 */
function regularity(values: readonly number[], whenTiny: number): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  return (1 - Math.abs(bowley(sorted)) + closeness(sorted, whenTiny)) / 2;
}

function bowley(sorted: Float64Array): number {
  const [q1, q2, q3] = quartiles(sorted);
  if (q3 - q1 < 10 || q2 === q1 || q2 === q3) return 0;
  return (q1 + q3 - 2 * q2) / (q3 - q1);
}

/** Medians of the whole and of its halves; the middle value of an odd number belongs to neither half. */
function quartiles(sorted: Float64Array): [number, number, number] {
  const half = sorted.length >> 1;
  const median = medianOf(sorted);
  if (half === 0) return [median, median, median];
  return [medianOf(sorted.subarray(0, half)), median, medianOf(sorted.subarray(sorted.length - half))];
}

function closeness(sorted: Float64Array, whenTiny: number): number {
  const median = medianOf(sorted);
  if (median < 1) return whenTiny;
  const deviation = medianOf(sorted.map((value) => Math.abs(value - median)).sort());
  return Math.max(0, (median - deviation) / median);
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

const BINS = DAY_MS / HOUR_MS;

function hourBins(points: readonly BeaconPoint[], dayFromMs: number): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const { startMs } of points) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((startMs - dayFromMs) / HOUR_MS)));
    bins[bin] = (bins[bin] as number) + 1;
  }
  return bins;
}

const MIN_BINS = 6;
const IDEAL_RUN = 12;

function durationScore(bins: readonly number[], covered: number): number {
  if (filled(bins) < MIN_BINS) return 0;
  return Math.max(Math.min(1, covered), Math.min(1, longestRun(bins) / IDEAL_RUN));
}

function filled(bins: readonly number[]): number {
  return bins.filter((count) => count > 0).length;
}

/** Of bins that are not empty, one after another; the first follows the last. */
function longestRun(bins: readonly number[]): number {
  let longest = 0;
  let run = 0;
  for (const count of [...bins, ...bins]) {
    run = count > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.min(longest, bins.length);
}

/** One less the coefficient of variation. */
function flatness(bins: readonly number[]): number {
  const mean = bins.reduce((sum, count) => sum + count, 0) / bins.length;
  const variance = bins.reduce((sum, count) => sum + (count - mean) ** 2, 0) / bins.length;
  return Math.max(0, 1 - Math.sqrt(variance) / mean);
}

const MIN_BIMODAL_BINS = 11;
/** Bins whose heights differ by less than this share of the highest count as alike. */
const HEIGHT_STEP = 0.05;
const OUTLIERS = 1;

/** The share of bins that have one of the two most frequent heights: a beacon that alternates is regular too. */
function bimodalFit(bins: readonly number[]): number {
  const bars = filled(bins);
  if (bars < MIN_BIMODAL_BINS) return 0;
  const step = Math.ceil(Math.max(...bins) * HEIGHT_STEP);
  const frequencies = new Map<number, number>();
  for (const count of bins) {
    if (count === 0) continue;
    const height = Math.floor(count / step);
    frequencies.set(height, (frequencies.get(height) ?? 0) + 1);
  }
  const [first = 0, second = 0] = [...frequencies.values()].sort((a, b) => b - a);
  return Math.min(1, (first + second) / (bars - OUTLIERS));
}
