// The demonstration's lists, as files.
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import { writeJson } from './cli.ts';

export const DEMO_SCOPE = ['--operator', DEMO_OPERATOR, '--retention-basis', DEMO_RETENTION_BASIS];

/** @returns the files' names */
export function writeDemoLists(folder: string): string[] {
  return demoAuthorisations(Date.now()).map((list, at) => writeJson(folder, `list-${at}.json`, list));
}
