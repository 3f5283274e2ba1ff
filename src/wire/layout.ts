// STUB of the interface; the wire helper owns this file.
/** One field of a template as announced on the wire (RFC 7011 § 3.2). */
export interface FieldSpecifier {
  /** Private enterprise number; 0 = IANA. */
  readonly pen: number;
  readonly id: number;
  /** Octets; 65535 = variable length. */
  readonly length: number;
}

/** A template's content, plain: a worker compiles it once and keeps it by `key`. */
export interface LayoutSpec {
  /** Equal for equal content: the fields in order, in text. */
  readonly key: string;
  readonly version: 1 | 5 | 7 | 9 | 10;
  readonly fields: readonly FieldSpecifier[];
}

/** What the records of a data set need to know of their exporter, as known when the set was read. Plain, immutable. */
export interface SetContext {
  readonly exporter: string;
  readonly version: number;
  /** Source id (v9), observation domain id (IPFIX), engine type and id (v5: type << 8 | id). */
  readonly domain: number;
  /** systemInitTimeMilliseconds (160) from options data; null = not announced. */
  readonly systemInitMs: number | null;
  /** Sampling rate that options data announce for the whole domain; null = not announced. */
  readonly sampling: number | null;
  /** Rates by sampler or selector id (48, 302), from options data. */
  readonly samplers: readonly (readonly [id: number, rate: number])[];
}
