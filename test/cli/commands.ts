// The authority's commands as a user runs them, on a database of the test's own.
import { join } from 'node:path';
import { demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import type { Fields } from '../authority/fixture.ts';
import { CAPTURES, flowsieve, lines, type Run, temporaryFolder, writeJson } from '../support/cli.ts';
import { DEMO_SCOPE } from '../support/demo-list.ts';

export const C2 = '203.0.113.10';
/** Flows of the capture below with the server above, on its port. */
export const FLOWS = 290;
const CAPTURE = join(CAPTURES, 'softflowd-netflow5.pcap');

export class Commands {
  readonly folder = temporaryFolder();

  run(...args: readonly string[]): Run {
    return flowsieve([...args, '--db', join(this.folder, 'flows.db')]);
  }

  /** One that succeeds: what it prints. */
  done(...args: readonly string[]): string {
    const { status, stdout, stderr } = this.run(...args);
    if (status !== 0) throw new Error(`${args.join(' ')}: status ${status}: ${stderr}`);
    return stdout;
  }

  json<T = Fields>(...args: readonly string[]): T[] {
    return lines<T>(this.done(...args, '--json'));
  }

  /** One that fails: what it says. */
  refused(...args: readonly string[]): string {
    const { status, stderr } = this.run(...args);
    if (status === 0) throw new Error(`${args.join(' ')}: was not refused`);
    return stderr;
  }

  /** Takes in the demonstration's first list, with some of its entries, changed. */
  importList(change: (entry: Fields) => Fields | null, header: Fields = {}): string {
    const [list] = demoAuthorisations(Date.now()) as unknown as {
      authorisation: Fields;
      indicators: Fields[];
    }[];
    const indicators = list!.indicators.map(change).filter((entry) => entry !== null);
    const authorisation = { ...list!.authorisation, ...header };
    const name = `${String(authorisation.reference).replace('/', '-')}.json`;
    this.done(
      'authorisation',
      'import',
      writeJson(this.folder, name, { flowsieve: 1, authorisation, indicators }),
    );
    return String(authorisation.reference);
  }

  /** Records of the capture that match now, and how many are stored for the first time. */
  replay(): { matched: number; newMatches: number; notInForce: number } {
    const [summary] = this.json<{ matched: number; newMatches: number; discarded: { notInForce: number } }>(
      ...['replay', CAPTURE, ...DEMO_SCOPE, '--threads', '1', '--quiet'],
    );
    const { matched, newMatches, discarded } = summary!;
    return { matched, newMatches, notInForce: discarded.notInForce };
  }

  matches(): Fields[] {
    return this.json('matches', '--purpose', 'test');
  }
}

/** Only the server whose flows are in the capture. */
export function onlyC2(entry: Fields): Fields | null {
  return entry.address === C2 ? entry : null;
}

export const NOTHING = { matched: 0, newMatches: 0, notInForce: FLOWS };
