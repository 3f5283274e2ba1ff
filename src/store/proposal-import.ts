// Takes feeds in as proposals: one transaction for all files, and nothing at all where nothing is new. An indicator that is
// listed or complete is never changed: what a feed says of it is kept beside it.
import { WIDE_PREFIX } from '../authority/causes.ts';
import type { FeedRefusal, ReadFeed, Retraction } from '../authority/importers/feed.ts';
import { type Group, gather } from '../authority/importers/gather.ts';
import { type Observation, observationKey } from '../authority/observation.ts';
import {
  checkProposal,
  MOST_OBSERVATIONS,
  type Proposal,
  type Rating,
  withObservations,
} from '../authority/proposal.ts';
import { type Setting, withSettings } from '../authority/proposal-settings.ts';
import { type Fault, fault } from '../authority/refusal.ts';
import type { Regime } from '../authority/regime.ts';
import type { ListHit } from '../authority/warninglist.ts';
import { hitStep } from '../authority/warninglist-steps.ts';
import type { Prefix } from '../core/prefix.ts';
import type { Database } from './database.ts';
import { advanceGeneration } from './events.ts';
import { FeedItems, withoutObservations } from './feed-items.ts';
import { recordStepWithin } from './indicator-steps.ts';
import type { ChangedBy } from './operators.ts';
import { type ProposalId, ProposalIds } from './proposal-ids.ts';
import { ProposalWriter, type StoredProposal } from './proposal-writer.ts';

/** What is told in words of each kind; the rest is counted. */
const MOST_TOLD = 10_000;

export interface ProposalReport {
  readonly authorisation: string;
  readonly files: readonly { readonly file: string; readonly entries: number; readonly refused: number }[];
  /** Addresses that entries named: new proposals, joined to one that was there, known already. */
  readonly taken: number;
  readonly merged: number;
  readonly unchanged: number;
  /** Versions of entries that are known in a newer one. */
  readonly outdated: number;
  readonly refused: number;
  readonly refusals: readonly FeedRefusal[];
  /** New proposals of what was revoked or withdrawn before. */
  readonly cameBack: number;
  /** Proposals that became indicators. */
  readonly completed: number;
  /** What proposals lack, and how many of them. */
  readonly missing: readonly (Fault & { readonly proposals: number })[];
  /** Warning lists that new proposals meet; hard ones block. */
  readonly warned: number;
  readonly warnings: readonly (ListHit & { readonly id: string; readonly address: string })[];
  /** Prefixes wider than the regime allows: blocked like a hard hit. */
  readonly wide: readonly { readonly id: string; readonly address: string }[];
  /** What sources have taken back of proposals and indicators. */
  readonly takenBack: readonly {
    readonly id: string;
    readonly address: string;
    readonly source: string;
    readonly reason: string;
  }[];
}

export interface ProposalSource {
  /** SHA-256 of the files, hexadecimal. */
  readonly digests: readonly string[];
  /** Of every source that these files name. */
  readonly rating: Rating;
  /** For what is not set yet. */
  readonly settings: readonly Setting[];
  readonly reason: string | null;
  readonly change: ChangedBy;
  readonly lists: { hits(prefix: Prefix): readonly ListHit[] };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

export class ProposalImport {
  private readonly db: Database;
  private readonly reference: string;
  private readonly regime: Regime;
  private readonly source: ProposalSource;
  private readonly writer: ProposalWriter;
  private readonly ids: ProposalIds;
  private readonly items: FeedItems;
  private readonly report: Writable<Omit<ProposalReport, 'missing'>>;
  private readonly missing = new Map<string, Fault & { proposals: number }>();
  /** Proposals that this import says an item of a source is of, by the observation's key. */
  private readonly said = new Map<string, { seen: Observation; ids: Set<string> }>();

  constructor(db: Database, reference: string, regime: Regime, source: ProposalSource) {
    this.db = db;
    this.reference = reference;
    this.regime = regime;
    this.source = source;
    this.writer = new ProposalWriter(db, reference, source.change);
    this.ids = new ProposalIds(db, reference);
    this.items = new FeedItems(db, this.writer, source.change);
    this.report = {
      authorisation: reference,
      files: [],
      ...{ taken: 0, merged: 0, unchanged: 0, outdated: 0, refused: 0, refusals: [] },
      ...{ cameBack: 0, completed: 0, warned: 0, warnings: [], wide: [], takenBack: [] },
    };
  }

  run(feeds: readonly ReadFeed[]): ProposalReport {
    const { groups, retractions, refusals, outdated } = gather(feeds, (item) => this.items.isRevoked(item));
    const { report } = this;
    report.files = feeds.map(({ name: file, entries, refused }) => ({ file, entries, refused }));
    report.outdated = outdated + sum(feeds.map((feed) => feed.outdated));
    report.refused = refusals.length + sum(feeds.map((feed) => feed.refused));
    report.refusals = [...feeds.flatMap((feed) => feed.refusals), ...refusals].slice(0, MOST_TOLD);
    for (const one of this.inOrderOfIds(groups)) this.take(one);
    for (const { seen, ids } of this.said.values()) this.supersede(seen, ids);
    for (const retraction of retractions) this.takeBack(retraction);
    if (report.completed > 0) advanceGeneration(this.db);
    return { ...report, missing: [...this.missing.values()] };
  }

  /** The order of the tables, which then grow at their end instead of everywhere. */
  private inOrderOfIds(groups: readonly Group[]): (ProposalId & { readonly group: Group })[] {
    return groups
      .map((group) => ({ ...this.ids.idOf(group.prefix, group.port, group.protocol), group }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private take({ group, id, earlier }: ProposalId & { readonly group: Group }): void {
    const seen = group.observations.filter((one) => !this.items.isOutdated(one));
    this.report.outdated += group.observations.length - seen.length;
    if (seen.length === 0) return;
    for (const one of seen) this.remember(one, id);
    const before = this.writer.newest(id);
    const known = before?.proposal ?? emptyProposal(group);
    const isListed = this.writer.indicator(id) !== undefined;
    const observed = withObservations(known, seen);
    if (observed.observations.length > MOST_OBSERVATIONS) {
      const message = `would have more than ${MOST_OBSERVATIONS} observations`;
      this.refuse(group, fault('observations', observed.observations.length, 'format', message));
      return;
    }
    const rated = this.rated(observed, seen);
    const proposal = isListed ? rated : withSettings(rated, this.source.settings, 'missing');
    const checked = isListed ? null : checkProposal(proposal, id, this.regime, this.reference);
    if (checked && 'wrong' in checked && checked.wrong.length > 0) {
      this.refuse(group, checked.wrong[0]!);
      return;
    }
    const isNew = before === undefined && !isListed;
    this.count(group, before === undefined ? isNew : isSame(known, proposal) ? null : false);
    if (before === undefined || !isSame(known, proposal)) this.put(id, proposal, before, group, isNew);
    if (isNew && earlier > 0) this.report.cameBack += 1;
    if (isNew) this.warn(id, group.prefix);
    if (checked && 'indicator' in checked) {
      const { changed } = this.writer.complete(checked.indicator, checked.prefix, this.because());
      if (changed) this.report.completed += 1;
    } else if (checked) for (const found of checked.missing) this.tally(found);
  }

  private rated(proposal: Proposal, seen: readonly Observation[]): Proposal {
    const { rating } = this.source;
    if (Object.keys(rating).length === 0) return proposal;
    const ratings = new Map(Object.entries(proposal.ratings));
    for (const { source } of seen) ratings.set(source, { ...ratings.get(source), ...rating });
    return { ...proposal, ratings: Object.fromEntries([...ratings].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }

  private put(
    id: string,
    proposal: Proposal,
    before: StoredProposal | undefined,
    { observations, entries }: Group,
    isNew: boolean,
  ): void {
    const sources = [...new Set(observations.map(({ source }) => source))];
    const detail = { sources, entries, files: this.source.digests, ...this.because() };
    this.writer.put(id, proposal, before, isNew ? 'indicator.propose' : 'indicator.merge', detail);
  }

  private because(): { reason?: string } {
    return this.source.reason === null ? {} : { reason: this.source.reason };
  }

  /** @param isNew `null` = nothing changed */
  private count({ entries }: Group, isNew: boolean | null): void {
    if (isNew === null) this.report.unchanged += entries;
    else {
      this.report.taken += isNew ? 1 : 0;
      this.report.merged += isNew ? entries - 1 : entries;
    }
  }

  private refuse({ files, entries, prefix }: Group, found: Fault): void {
    this.report.refused += entries;
    if (this.report.refusals.length >= MOST_TOLD) return;
    this.report.refusals.push({ file: files.join(', '), element: prefix.text, ...found });
  }

  private tally(found: Fault): void {
    // Feeds can name as many sources as they like.
    const { field: path } = found;
    const field = path.startsWith('sources.') ? `sources.NAME${path.slice(path.lastIndexOf('.'))}` : path;
    const known = this.missing.get(field);
    if (known) known.proposals += 1;
    else this.missing.set(field, { ...found, field, proposals: 1 });
  }

  /** What is on a warning list, or too wide, is proposed all the same, and blocked until two people override (L21). */
  private warn(id: string, prefix: Prefix): void {
    const { family, length, text: address } = prefix;
    const hits = this.source.lists.hits(prefix);
    this.report.warned += hits.length > 0 ? 1 : 0;
    for (const hit of hits) {
      recordStepWithin(this.db, id, hitStep({ kind: 'hit', hit }), this.source.change);
      if (this.report.warnings.length < MOST_TOLD) this.report.warnings.push({ id, address, ...hit });
    }
    const widest = family === 4 ? this.regime.widest.ipv4 : this.regime.widest.ipv6;
    if (length >= widest) return;
    const detail = { length, widest };
    recordStepWithin(
      this.db,
      id,
      { kind: 'hit', cause: WIDE_PREFIX, outcome: 'hard', detail },
      this.source.change,
    );
    this.report.wide.push({ id, address });
  }

  private remember(seen: Observation, id: string): void {
    if (seen.item === undefined) return;
    const key = observationKey(seen);
    const said = this.said.get(key) ?? { seen, ids: new Set<string>() };
    said.ids.add(id);
    this.said.set(key, said);
  }

  /** A newer version of an item names other addresses: of those that it no longer names, the older one is taken back. */
  private supersede(seen: Observation, ids: ReadonlySet<string>): void {
    const { item, modifiedMs } = seen;
    if (item === undefined || modifiedMs === undefined) return;
    const key = observationKey(seen);
    const isMeant = (one: Observation): boolean =>
      observationKey(one) === key && (one.modifiedMs ?? 0) < modifiedMs;
    for (const { id, before } of this.items.proposalsOf(item)) {
      if (!ids.has(id)) this.putBack(id, before, isMeant, SUPERSEDED, modifiedMs);
    }
  }

  private takeBack(retraction: Retraction): void {
    const { item, source, reason, isFinal, modifiedMs } = retraction;
    if (isFinal) this.items.revoke(retraction);
    const isMeant = (seen: Observation): boolean =>
      seen.item === item &&
      (isFinal || (seen.source === source && (seen.modifiedMs ?? 0) <= (modifiedMs ?? Infinity)));
    for (const { id, before } of this.items.proposalsOf(item))
      this.putBack(id, before, isMeant, reason, modifiedMs);
  }

  private putBack(
    id: string,
    before: StoredProposal,
    isMeant: (seen: Observation) => boolean,
    reason: string,
    modifiedMs: number | undefined,
  ): void {
    const proposal = withoutObservations(before.proposal, isMeant, reason, modifiedMs);
    if (proposal === before.proposal) return;
    const source = before.proposal.observations.find(isMeant)?.source ?? '';
    this.writer.put(id, proposal, before, 'indicator.merge', {
      takenBack: reason,
      source,
      files: this.source.digests,
    });
    if (this.report.takenBack.length < MOST_TOLD) {
      this.report.takenBack.push({ id, address: proposal.address, source, reason });
    }
  }
}

const SUPERSEDED = 'its source names other addresses since';

function emptyProposal({ prefix, port, protocol }: Group): Proposal {
  return { address: prefix.text, port, protocol, fields: {}, ratings: {}, observations: [] };
}

function isSame(a: Proposal, b: Proposal): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
