// What must hold between the options of `organisation`: who names itself can be reached.
import type { GivenValues } from './given.ts';

/** @returns what is wrong, each with its place */
export function organisationUnclear(values: ReadonlyMap<string, unknown>, given: GivenValues): string[] {
  const has = (name: string): boolean => (values.get(`organisation.${name}`) ?? null) !== null;
  const problem = (name: string, other: string): string =>
    `${given.get(`organisation.${name}`)?.place([])}: organisation.${name}: needs organisation.${other}`;
  if (has('name') === has('mail')) return [];
  return [has('name') ? problem('name', 'mail') : problem('mail', 'name')];
}
