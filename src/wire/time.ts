// The encodings of time in NetFlow and IPFIX, each to epoch milliseconds (fractions are kept; callers round
// once).

const WRAP = 2 ** 32;
/** An uptime this far behind the value has wrapped; this far ahead, the value has. */
const WRAP_DISTANCE = 2 ** 31;
/**
 * Exporters stamp a flow a little after the message's header: a value that has just wrapped while the
 * header has not.
 */
const SKEW_MS = 3_600_000;

/** Beyond this, an end before its start is damage and not an exchange (facts of nfdump 1.7.1's output). */
export const MAX_SWAP_MS = 86_400_000;

/**
 * A 32-bit count of milliseconds since the exporter's start, read against the uptime of the message's header
 * (RFC 3954 § 8, FIRST_SWITCHED). Either may have wrapped once.
 */
export function uptimeToMs(exportMs: number, uptimeMs: number, value: number): number {
  let age = uptimeMs - value;
  if (age < -WRAP_DISTANCE) age += WRAP;
  else if (age > WRAP - SKEW_MS) age -= WRAP;
  return exportMs - age;
}

/** Ten years: no exporter stays up for longer, so its init time is wrong (softflowd has sent 1994). */
const MAX_WRAPS = 73;

/**
 * The same against systemInitTimeMilliseconds (RFC 5102 § 5.8.5): as many wraps as bring it nearest to the
 * export.
 */
export function systemUptimeToMs(systemInitMs: number, exportMs: number, value: number): number {
  const at = systemInitMs + value;
  const wraps = Math.round((exportMs - at) / WRAP);
  return wraps > 0 && wraps <= MAX_WRAPS ? at + wraps * WRAP : at;
}

/** Seconds from the NTP epoch, 1900, to 1970. */
const NTP_TO_UNIX_SECONDS = 2_208_988_800;

/**
 * dateTimeMicroseconds and dateTimeNanoseconds: NTP format, 32 bits of seconds and 32 of fraction (RFC 7011
 * § 6.1.9–10). Exporters that write a plain count since 1970 instead are recognised: as NTP their seconds
 * lie before 1970. NTP seconds begin anew in February 2036.
 * @param unitsPerMs 1e3 for microseconds, 1e6 for nanoseconds
 */
export function ntpToMs(high: number, low: number, unitsPerMs: number, exportMs: number): number {
  const fractionMs = (low / WRAP) * 1000;
  if (high >= NTP_TO_UNIX_SECONDS) return (high - NTP_TO_UNIX_SECONDS) * 1000 + fractionMs;
  const plain = (high * WRAP + low) / unitsPerMs;
  const secondEra = (high + WRAP - NTP_TO_UNIX_SECONDS) * 1000 + fractionMs;
  return Math.abs(plain - exportMs) <= Math.abs(secondEra - exportMs) ? plain : secondEra;
}
