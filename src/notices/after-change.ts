// What a command does about operators once its change is recorded.
import type { Database } from '../store/database.ts';
import type { NoticeSettings } from './settings.ts';

/**
 * Raises the notices of what has changed, and tries each due delivery once, within a bound of time; what is not delivered
 * waits for the daemon or `notice send`. Never throws: the change stands, whatever becomes of its notices.
 * @param warn one line for standard error
 */
export async function deliverAfterChange(
  _configuration: NoticeSettings,
  _db: Database,
  _warn: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<void> {}
