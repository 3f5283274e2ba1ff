// The beacon score as its formula is written down, step by step and without regard to speed. Times in seconds.

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length % 2 === 1) return sorted[(sorted.length - 1) / 2] as number;
  return ((sorted[sorted.length / 2 - 1] as number) + (sorted[sorted.length / 2] as number)) / 2;
}

/** S(x, d) = ((1 − |Bowley|) + M) / 2 */
function s(x: readonly number[], d: number): number {
  const sorted = [...x].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const q1 = middle(sorted.slice(0, half));
  const q2 = middle(sorted);
  const q3 = middle(sorted.slice(sorted.length - half));
  const bowley = q3 - q1 < 10 || q2 === q1 || q2 === q3 ? 0 : (q1 + q3 - 2 * q2) / (q3 - q1);
  const mad = middle(sorted.map((value) => Math.abs(value - q2)));
  const m = q2 >= 1 ? Math.max(0, (q2 - mad) / q2) : d;
  return (1 - Math.abs(bowley) + m) / 2;
}

/** @returns null where there are not ≥ 4 time stamps with ≥ 3 non-zero intervals */
export function referenceScore(
  seconds: readonly number[],
  sizes: readonly number[],
  daySeconds: number,
): { ts: number; ds: number; dur: number; hist: number; score: number } | null {
  if (seconds.length < 4) return null;
  const intervals: number[] = [];
  for (let n = 1; n < seconds.length; n++) {
    const interval = (seconds[n] as number) - (seconds[n - 1] as number);
    if (interval !== 0) intervals.push(interval);
  }
  if (intervals.length < 3) return null;

  const span = 24 * 3600;
  const bins = Array.from(
    { length: 24 },
    (_, bin) => seconds.filter((at) => Math.floor((at - daySeconds) / 3600) === bin).length,
  );
  const bars = bins.filter((count) => count !== 0).length;

  let longest = 0;
  for (let from = 0; from < 24; from++) {
    let length = 0;
    while (length < 24 && bins[(from + length) % 24] !== 0) length++;
    longest = Math.max(longest, length);
  }
  const covered = ((seconds.at(-1) as number) - (seconds[0] as number)) / span;
  const dur = bars < 6 ? 0 : Math.max(Math.min(1, covered), Math.min(1, longest / 12));

  const mu = seconds.length / 24;
  const sigma = Math.sqrt(bins.map((count) => (count - mu) ** 2).reduce((a, b) => a + b) / 24);
  const flat = sigma / mu > 1 ? 0 : 1 - sigma / mu;
  let fit = 0;
  if (bars >= 11) {
    const width = Math.ceil(0.05 * Math.max(...bins));
    const heights: Record<number, number> = {};
    for (const count of bins.filter((count) => count !== 0)) {
      const height = Math.floor(count / width) * width;
      heights[height] = (heights[height] ?? 0) + 1;
    }
    const ranked = Object.values(heights).sort((a, b) => b - a);
    fit = ((ranked[0] ?? 0) + (ranked[1] ?? 0)) / Math.max(bars - 1, 1);
  }
  const hist = Math.min(1, Math.max(flat, fit));
  const ts = s(intervals, 1);
  const ds = s(sizes, 0);
  return { ts, ds, dur, hist, score: 0.25 * (ts + ds + dur + hist) };
}
