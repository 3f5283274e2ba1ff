// The settings that decide what is in force.
import type { InForceOptions } from '../authority/conditions.ts';
import type { Configuration } from './configuration.ts';

export function inForceOptions({ verification, warningLists }: Configuration): InForceOptions {
  return { onOverdue: verification.onOverdue, onAuthorised: warningLists.onAuthorised };
}
