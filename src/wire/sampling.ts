// Sampling rates: as one in N packets, from a record, from options data, from a header. Counters are never
// multiplied here.
import { type RecordReader, readUint, type SetFacts } from './record-reader.ts';
import { ROLE } from './roles.ts';

/**
 * What stands beside the record's counters: its own rate, its sampler's, its domain's, the header's; `null`
 * = not announced.
 */
export function recordSampling(record: RecordReader, facts: SetFacts): number | null {
  const own = announcedRate(record);
  if (own !== null) return own;
  const { samplers, sampling } = facts.context;
  if (samplers.length > 0) {
    const id = readUint(record, record.layout.forward[ROLE.samplerId]!);
    if (id !== null) for (const [sampler, rate] of samplers) if (sampler === id) return rate;
  }
  return sampling ?? (facts.headerSampling > 0 ? facts.headerSampling : null);
}

/**
 * The rate that a record or an options record spells out: samplingInterval (34), samplerRandomInterval
 * (50), n of N (309, 310), or `interval` packets taken after each `space` left out (305, 306; a lone 305 is
 * the one-in-N of older exporters).
 */
export function announcedRate(record: RecordReader): number | null {
  const { forward } = record.layout;
  const interval =
    readUint(record, forward[ROLE.samplerInterval]!) || readUint(record, forward[ROLE.samplingInterval]!);
  if (interval) return interval;
  const population = readUint(record, forward[ROLE.samplingPopulation]!);
  const size = readUint(record, forward[ROLE.samplingSize]!);
  if (population && size) return Math.max(1, population / size);
  const taken = readUint(record, forward[ROLE.samplingPacketInterval]!);
  const space = readUint(record, forward[ROLE.samplingPacketSpace]!);
  if (!taken) return null;
  return space === null ? taken : (taken + space) / taken;
}
