// Counters in nfcapd files may be multiplied by the sampling rate already (nfcapd does, once it knows the rate; the record's
// flag says so). We keep raw counters with the rate beside. The rate stands in sampler records, perhaps of an earlier batch:
// a scanner leaves a code in the flow's `sampling`, and whoever knows the file's samplers puts rate and raw counters there.

export const UNKNOWN_SELECTOR = -1;

export interface Sampled {
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly sampling: number | null;
}

/** The code for "multiplied by the rate of this sampler": negative, where rates are positive. */
export function scaledBy(selector: number): number {
  return selector >= 0 && selector <= Number.MAX_SAFE_INTEGER ? -2 - selector : -1;
}

/**
 * Undoes the scaling. What carries no code is returned as it is: nfcapd knew of no sampling. Where the file does not tell
 * the rate, the counters stay as they are, and `sampling` is unknown.
 */
export function resolveSampling<T extends Sampled>(
  sampled: T,
  rateOf: (selector: number) => number | null,
): T {
  const { sampling } = sampled;
  if (sampling === null || sampling > 0) return sampled;
  const rate = rateOf(sampling === -1 ? UNKNOWN_SELECTOR : -2 - sampling);
  if (rate === null) return { ...sampled, sampling: null };
  return {
    ...sampled,
    bytes: sampled.bytes === null ? null : Math.round(sampled.bytes / rate),
    packets: sampled.packets === null ? null : Math.round(sampled.packets / rate),
    sampling: rate,
  };
}
