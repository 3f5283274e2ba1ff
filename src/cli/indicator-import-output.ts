// What `flowsieve indicator import` tells: counts and what is missing on standard output, each refusal and warning on
// standard error, up to a bound.
import { describeFeedRefusal, type FeedRefusal } from '../authority/importers/feed.ts';
import { describeFault } from '../authority/refusal.ts';
import type { ProposalReport } from '../store/proposal-import.ts';
import { log, print } from './command.ts';

/** Told one by one; what is more is told as counts. */
const MOST_LINES = 100;

export function printImport(report: ProposalReport, how: { dryRun: boolean; json: boolean }): void {
  printRefusals(report);
  printWarnings(report);
  if (how.json) {
    print(JSON.stringify({ dryRun: how.dryRun, ...report }));
    return;
  }
  for (const { file, entries, refused } of report.files) {
    print(
      `${file}: ${entries} ${entries === 1 ? 'entry' : 'entries'}${refused > 0 ? `, ${refused} refused` : ''}`,
    );
  }
  const { taken, merged, unchanged, outdated, refused, cameBack, completed } = report;
  const counts = [
    `${taken} taken`,
    `${merged} merged`,
    `${unchanged} unchanged`,
    ...(outdated > 0 ? [`${outdated} outdated`] : []),
    `${refused} refused`,
  ];
  print(`authorisation ${report.authorisation}: ${counts.join(', ')}`);
  if (cameBack > 0) print(`${cameBack} came back: new proposals of what was revoked or withdrawn`);
  if (completed > 0) print(`${completed} complete: they wait for two analyses and a verification`);
  if (report.missing.length > 0) print('missing (indicator complete adds it):');
  for (const found of report.missing)
    print(`  of ${found.proposals}: ${describeFault(found).replace(': (absent)', '')}`);
  if (how.dryRun) print('dry run: nothing of this was kept');
}

function printRefusals({ refusals, refused }: ProposalReport): void {
  for (const refusal of refusals.slice(0, MOST_LINES)) log(describeFeedRefusal(refusal));
  if (refused <= MOST_LINES) return;
  log(`${refused - MOST_LINES} more refused; those of all by reason:`);
  const reasons = [...countBy(refusals, ({ field, message }) => `${field}: ${message}`)];
  for (const [reason, count] of reasons.sort(([, a], [, b]) => b - a).slice(0, 10))
    log(`  ${count}  ${reason}`);
}

function countBy(
  refusals: readonly FeedRefusal[],
  keyOf: (refusal: FeedRefusal) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const refusal of refusals) counts.set(keyOf(refusal), (counts.get(keyOf(refusal)) ?? 0) + 1);
  return counts;
}

function printWarnings({ warnings, wide, takenBack, warned }: ProposalReport): void {
  for (const { address, list, version, severity } of warnings.slice(0, MOST_LINES)) {
    const what = severity === 'hard' ? 'BLOCKED until two people override (L21)' : 'warning';
    log(`${address}: ${what}: it is on the ${severity} warning list ${list} (version ${version})`);
  }
  if (warnings.length > MOST_LINES)
    log(`${warned} proposals are on warning lists; indicator list shows them`);
  for (const { address } of wide.slice(0, MOST_LINES)) {
    log(`${address}: BLOCKED until two people override (L21): it concerns too many others`);
  }
  for (const { address, id, source, reason } of takenBack.slice(0, MOST_LINES)) {
    log(`${address}: ${reason}: ${source} (${id}); look whether it is to be revoked (L10)`);
  }
}
