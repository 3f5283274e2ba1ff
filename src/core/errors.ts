// Errors that a user can act on: what, where, which limit; with a stable code and the exit status that goes with it.

/** Every code, with the exit status of a command that ends by it. */
export const ERROR_CODES = {
  /** A file or folder named by the user cannot be read. */
  INPUT_UNREADABLE: 1,
  /** A file named by the user cannot be written. */
  OUTPUT: 1,
  /** The database cannot be opened, is of a newer version, or refuses a write. */
  DATABASE: 1,
  /** An authorisation file cannot be read or parsed as a whole. */
  AUTHORISATION_UNREADABLE: 1,
  /** Something named (authorisation, indicator, operator) does not exist. */
  NOT_FOUND: 1,
  /** The signing key cannot be made, read or used. */
  KEY: 1,
  /** A change of an authorisation, an indicator or a basis breaks a rule: names entry, field, value and rule. */
  REFUSED: 1,
  /** Somebody else has changed the same meanwhile. */
  CONFLICT: 1,
  /** The audit log is not what was signed, or not whole. */
  AUDIT: 1,
  /** A signed tree head cannot be written outside. */
  ANCHOR: 1,
  /** An address cannot be listened on. */
  LISTEN: 1,
  /** Wrong arguments. */
  USAGE: 2,
  /** The configuration file or environment holds a wrong value. */
  CONFIGURATION: 2,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** What is wrong with one field, and by which rule: for programs, beside the message that people read. */
export interface FieldFault {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

export class FlowSieveError extends Error {
  override readonly name = 'FlowSieveError';
  readonly code: ErrorCode;
  /** Empty where it is no matter of fields. */
  readonly faults: readonly FieldFault[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; faults?: readonly FieldFault[] } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.code = code;
    this.faults = options.faults ?? [];
  }

  get exitStatus(): number {
    return ERROR_CODES[this.code];
  }
}
