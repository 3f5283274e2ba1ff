// What a decoder may hold, so that no input makes it grow without bound. Every limit has a default and a
// reason.
import { MAX_LAYOUT_FIELDS } from './layout.ts';

export interface DecoderLimits {
  /** Exporters remembered; beyond, the one longest unused is forgotten with all its state. */
  readonly maxExporters: number;
  /** Source ids, observation domains and engines of one exporter, and of all. */
  readonly maxDomainsPerExporter: number;
  readonly maxDomains: number;
  /** Templates of one exporter (nfdump 1.8 allows as many), and of all. */
  readonly maxTemplatesPerExporter: number;
  readonly maxTemplates: number;
  /** Fields in one template, in all of an exporter's, and in all: what templates cost in memory. */
  readonly maxFieldsPerTemplate: number;
  readonly maxFieldsPerExporter: number;
  readonly maxFields: number;
  /**
   * A template not announced again for so long is forgotten (UDP only; RFC 7011 § 8.4); measured by the
   * exporter's own activity.
   */
  readonly templateLifetimeMs: number;
  /** An exporter's silence ages its templates and its waiting data by no more than this. */
  readonly maxSilenceMs: number;
  /** Data sets waiting for their template: octets and sets of one exporter, and of all. */
  readonly maxEarlyBytesPerExporter: number;
  readonly maxEarlyBytes: number;
  readonly maxEarlySetsPerExporter: number;
  readonly maxEarlySets: number;
  readonly earlyLifetimeMs: number;
  /** Sampler ids remembered per domain. */
  readonly maxSamplersPerDomain: number;
  /** A jump of the sequence number beyond this is a restart or damage, not loss. */
  readonly maxSequenceGap: number;
}

const MINUTE_MS = 60_000;
const MIB = 1_048_576;

const DEFAULT_LIMITS: DecoderLimits = {
  maxExporters: 4096,
  maxDomainsPerExporter: 256,
  maxDomains: 65_536,
  maxTemplatesPerExporter: 4096,
  maxTemplates: 65_536,
  maxFieldsPerTemplate: 1024,
  maxFieldsPerExporter: 131_072,
  maxFields: 1_048_576,
  templateLifetimeMs: 24 * 60 * MINUTE_MS,
  maxSilenceMs: 30 * MINUTE_MS,
  maxEarlyBytesPerExporter: 4 * MIB,
  maxEarlyBytes: 32 * MIB,
  maxEarlySetsPerExporter: 8192,
  maxEarlySets: 65_536,
  earlyLifetimeMs: 60 * MINUTE_MS,
  maxSamplersPerDomain: 1024,
  maxSequenceGap: 10_000_000,
};

/**
 * The defaults, with what is given in their place. A decoder without room for one exporter, domain or
 * template could do nothing.
 */
export function decoderLimits(given: Partial<DecoderLimits> = {}): DecoderLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const atLeastOne = (limit: number) => Math.max(1, Math.floor(limit) || 1);
  return {
    ...limits,
    maxExporters: atLeastOne(limits.maxExporters),
    maxDomainsPerExporter: atLeastOne(limits.maxDomainsPerExporter),
    maxDomains: atLeastOne(limits.maxDomains),
    maxTemplatesPerExporter: atLeastOne(limits.maxTemplatesPerExporter),
    maxTemplates: atLeastOne(limits.maxTemplates),
    maxFieldsPerTemplate: Math.min(atLeastOne(limits.maxFieldsPerTemplate), MAX_LAYOUT_FIELDS),
    maxFieldsPerExporter: atLeastOne(limits.maxFieldsPerExporter),
    maxFields: atLeastOne(limits.maxFields),
  };
}
