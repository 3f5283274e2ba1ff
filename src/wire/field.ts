// A field of a template.

/** One field of a template as announced on the wire (RFC 7011 § 3.2). */
export interface FieldSpecifier {
  /** Private enterprise number; 0 = IANA. */
  readonly pen: number;
  readonly id: number;
  /** Octets; 65535 = variable length. */
  readonly length: number;
}

/** Length that stands for "variable" in a template (RFC 7011 § 7). */
export const VARIABLE_LENGTH = 65_535;
