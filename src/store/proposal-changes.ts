// What can be done to proposals: feeds taken in, and drafts completed or corrected, each in one transaction.
import type { ReadFeed } from '../authority/importers/feed.ts';
import { standingOf } from '../authority/lifecycle.ts';
import { strictest, type Tlp } from '../authority/observation.ts';
import { checkProposal, type Proposal, strictestMarking } from '../authority/proposal.ts';
import { type Setting, withSettings } from '../authority/proposal-settings.ts';
import { describeFault, type Fault, fault } from '../authority/refusal.ts';
import { findRegime, type Regime } from '../authority/regime.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import { findAuthorisation } from './authorisations.ts';
import type { Database } from './database.ts';
import { advanceGeneration } from './events.ts';
import { stepsOf } from './indicator-steps.ts';
import { ProposalImport, type ProposalReport, type ProposalSource } from './proposal-import.ts';
import { ProposalWriter } from './proposal-writer.ts';
import { findProposal } from './proposals.ts';
import { following, type NewChange, type RecordOptions, recording, refusedChange } from './recording.ts';
import { WarningLists } from './warninglists.ts';

export interface FeedImportOptions extends Omit<ProposalSource, 'change' | 'lists'> {
  /** Everything is done, told and undone. */
  readonly dryRun?: boolean;
}

/**
 * @param reference of the authorisation under which the addresses are proposed
 * @throws FlowSieveError NOT_FOUND, REFUSED where a setting breaks a rule, DATABASE
 */
export function importFeeds(
  db: Database,
  reference: string,
  feeds: readonly ReadFeed[],
  options: FeedImportOptions,
  change: NewChange,
): ProposalReport {
  const regime = regimeOf(db, reference);
  refuseWrong('--set', withSettings(PROBE, options.settings), regime, reference);
  const lists = WarningLists.ofStored(db);
  let report: ProposalReport | undefined;
  try {
    return recording(db, change, (now) => {
      report = new ProposalImport(db, reference, regime, { ...options, change: now, lists }).run(feeds);
      if (options.dryRun) throw UNDO;
      return report;
    });
  } catch (error) {
    if (error === UNDO && report) return report;
    throw error;
  }
}

export interface Completion {
  readonly id: string;
  readonly authorisation: string;
  /** Of the proposal. */
  readonly version: number;
  /** Whether anything was said that was not said before. */
  readonly changed: boolean;
  readonly proposal: Proposal;
  /** Version of the indicator that it is; `null` = a draft. */
  readonly indicator: number | null;
  /** What a draft lacks. */
  readonly missing: readonly Fault[];
}

export interface CompletionOptions extends RecordOptions {
  readonly reason: string | null;
  /** The version of the proposal that the caller knows: where there is a newer one, nothing is recorded. */
  readonly expectedVersion?: number | undefined;
}

/**
 * Completes or corrects a proposal; where nothing is missing, it becomes an indicator, or a new version of the one it is.
 * @throws FlowSieveError NOT_FOUND; CONFLICT; REFUSED where a value breaks a rule, the indicator is over, or it is not a
 *   proposal
 */
export function completeProposal(
  db: Database,
  id: string,
  settings: readonly Setting[],
  { reason, expectedStep, expectedVersion }: CompletionOptions,
  change: NewChange,
): Completion {
  return recording(db, change, (now) => {
    const known = findProposal(db, id);
    if (!known) throw new FlowSieveError('NOT_FOUND', `there is no proposal ${id}`);
    const { authorisation: reference, address } = known;
    const entry = `${id} (${address}, ${reference})`;
    const regime = regimeOf(db, reference);
    const writer = new ProposalWriter(db, reference, now);
    const listed = writer.indicator(id);
    refuse(entry, listed?.origin === 'file' ? LISTED_BY_FILE : revokedFault(db, id));
    const before = writer.newest(id)!;
    following(entry, stepsOf(db, id).at(-1), now, { expectedStep });
    refuseStale(entry, before.version, expectedVersion);
    refuse(entry, looserMarking(before.proposal, settings));
    const proposal = withSettings(before.proposal, settings);
    const checked = refuseWrong(entry, proposal, regime, reference);
    const told = { set: settings.map(({ field }) => field), ...(reason === null ? {} : { reason }) };
    const changed = JSON.stringify(proposal) !== JSON.stringify(before.proposal);
    const version = changed ? writer.put(id, proposal, before, 'indicator.propose', told) : before.version;
    const completion = { id, authorisation: reference, version, changed, proposal };
    if ('missing' in checked) {
      refuse(entry, listed ? checked.missing[0] : undefined);
      return { ...completion, indicator: null, missing: checked.missing };
    }
    const indicator = writer.complete(checked.indicator, checked.prefix, told);
    if (indicator.changed) advanceGeneration(db);
    return { ...completion, indicator: indicator.version, missing: [] };
  });
}

/** @throws FlowSieveError CONFLICT */
function refuseStale(entry: string, version: number, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  const now = `the proposal is in version ${version}`;
  throw new FlowSieveError(
    'CONFLICT',
    `${entry}: version: ${expected}: it has changed meanwhile: ${now}; look again`,
  );
}

const LISTED_BY_FILE = fault(
  'origin',
  'file',
  'L1',
  "the authorisation's own file lists it: what it says is changed there, and the file imported again",
);

function revokedFault(db: Database, id: string): Fault | undefined {
  const { revoked } = standingOf(stepsOf(db, id));
  if (!revoked) return undefined;
  const when = `was revoked on ${formatInstant(revoked.recordedAtMs)} by ${revoked.by}`;
  return fault('state', 'revoked', 'L10', `${when}, for good; coming back is a new indicator`);
}

/** TLP 2.0: only who marked it may loosen the marking. */
function looserMarking(proposal: Proposal, settings: readonly Setting[]): Fault | undefined {
  const tlp = settings.find(({ field }) => field === 'tlp')?.value as Tlp | undefined;
  const marked = strictestMarking(proposal);
  if (!tlp || marked === undefined || strictest(tlp, marked) === tlp) return undefined;
  return fault('tlp', tlp, 'L16', `a source has marked it ${marked}, and only the source may loosen that`);
}

/** @throws FlowSieveError REFUSED */
function refuse(entry: string, found: Fault | undefined): void {
  if (found) throw refusedChange(entry, found);
}

/** Thrown to undo a transaction that has done its work. */
const UNDO = new Error('a dry run is undone');

/** A proposal of nobody: what is set is held against the rules before anything is taken. */
const PROBE: Proposal = {
  address: '192.0.2.1',
  port: null,
  protocol: null,
  fields: {},
  ratings: {},
  observations: [],
};

function regimeOf(db: Database, reference: string): Regime {
  const authorisation = findAuthorisation(db, reference);
  if (!authorisation) {
    const message = `there is no authorisation ${reference}: authorisation list shows those there are`;
    throw new FlowSieveError('NOT_FOUND', message);
  }
  const regime = findRegime(authorisation.regime);
  if (regime) return regime;
  throw new FlowSieveError('NOT_FOUND', `${reference}: the regime ${authorisation.regime} is not known`);
}

/** @throws FlowSieveError REFUSED */
function refuseWrong(entry: string, proposal: Proposal, regime: Regime, reference: string): Checked {
  const checked = checkProposal(proposal, null, regime, reference);
  if (!('wrong' in checked) || checked.wrong.length === 0) return checked;
  const lines = checked.wrong.map((found) => `\n  ${describeFault(found)}`);
  throw new FlowSieveError('REFUSED', `${entry} is refused:${lines.join('')}`);
}

type Checked = ReturnType<typeof checkProposal>;
