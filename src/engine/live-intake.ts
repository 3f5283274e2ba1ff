// What live batches become: scanned under the list in force, gathered per feed, committed together several times a second.
// While the list or the store is out of reach, batches are counted and given back unread.

import { Histogram, type HistogramFigures } from '../core/histogram.ts';
import type { Log } from '../core/log.ts';
import { MINUTE_MS } from '../core/time.ts';
import { type Group, newGroup } from '../ingest/batch.ts';
import type { FeedId, Report } from '../ingest/live/messages.ts';
import type { Slab } from '../ingest/slab.ts';
import type { Evaluation } from '../match/messages.ts';
import { type CommitOutcome, Writer } from '../store/commit.ts';
import type { Database } from '../store/database.ts';
import { openSource, type Source } from '../store/jobs.ts';
import type { SourceNames } from '../store/origins.ts';
import type { CurrentList } from './current-list.ts';
import { Gate } from './gate.ts';
import type { ListInForce } from './in-force.ts';
import { type Judgement, reviewBy } from './judgement.ts';
import { LiveList } from './live-list.ts';
import { RefusedCommits } from './refused-commits.ts';
import type { Scanners } from './scanners.ts';
import { type SourceFigures, SourceTotals } from './source-totals.ts';
import { Uncommitted } from './uncommitted.ts';

/** What waits is committed this often. */
const COMMIT_EVERY_MS = 100;
/** A list that is being loaded is asked for this often: nothing is committed without it. */
const RETRY_LIST_MS = 25;
/** The end tries again this often. */
const RETRY_AT_END_MS = 25;

export interface Judging {
  readonly current: CurrentList;
  /** Loads the newest list in another thread. */
  readonly load: () => Promise<ListInForce>;
  readonly straddling: Evaluation['straddling'];
  readonly retentionDays: number;
}

type BatchReport = Extract<Report, { kind: 'batch' }>;

interface OpenFeed {
  readonly source: Source;
  readonly uncommitted: Uncommitted;
  readonly totals: SourceTotals;
}

export interface IntakeFigures {
  readonly sources: readonly SourceFigures[];
  /** Of the list in force; `null` = there is none. */
  readonly list: {
    readonly generation: number;
    readonly indicators: number;
    readonly indexBytes: number;
    readonly loadMs: number | null;
  } | null;
  /** Batches that match workers have, or that wait for one. */
  readonly batchesUnderWay: number;
  /** What waits for the next commit. */
  readonly uncommittedRows: number;
  readonly uncommittedMatches: number;
  /** From handing a batch to the workers to its result. */
  readonly matching: HistogramFigures;
  readonly committing: HistogramFigures;
  readonly failedCommits: number;
  /** Epoch ms; `null` = none yet. */
  readonly lastCommitMs: number | null;
}

export class LiveIntake {
  readonly gate: Gate;
  private readonly db: Database;
  private readonly log: Log;
  private readonly scanners: Scanners;
  private readonly slabs: readonly Slab[];
  private readonly release: (slab: number) => void;
  private readonly feeds: OpenFeed[] = [];
  private judging: Judging;
  private writer: Writer;
  private list: LiveList;
  private readonly underWay = new Set<Promise<void>>();
  private commitTimer: NodeJS.Timeout | null = null;
  private committedAt = Number.NEGATIVE_INFINITY;
  private readonly refusals: RefusedCommits;
  private readonly matching = new Histogram();
  private readonly committing = new Histogram();
  private lastCommitMs: number | null = null;

  constructor(
    db: Database,
    judging: Judging,
    scanners: Scanners,
    slabs: readonly Slab[],
    release: (slab: number) => void,
    log: Log,
  ) {
    this.db = db;
    this.log = log;
    this.gate = new Gate(log);
    this.refusals = new RefusedCommits(this.gate, log);
    this.scanners = scanners;
    this.slabs = slabs;
    this.release = release;
    this.judging = judging;
    this.list = this.newList();
    this.writer = this.newWriter();
  }

  judgeBy(judging: Judging): void {
    const isOther = judging.current !== this.judging.current;
    this.judging = judging;
    if (isOther) this.list = this.newList();
    this.writer = this.newWriter();
  }

  /** The same names are the same source in the store. @throws FlowSieveError DATABASE */
  openFeed(names: SourceNames): FeedId {
    const source = openSource(this.db, 'listener', names);
    const known = this.feeds.findIndex((feed) => feed.source.id === source.id);
    if (known >= 0) return known;
    return this.feeds.push({ source, uncommitted: new Uncommitted(), totals: new SourceTotals() }) - 1;
  }

  /** Looks whether the list has changed. Resolves when the newest is here, or the gate is closed. */
  renewList(): Promise<void> {
    return this.list.renew();
  }

  /** The generation of the list in force; null = there is none. */
  get listGeneration(): number | null {
    return this.list.last?.generation ?? null;
  }

  figures(nowMs: number): IntakeFigures {
    const { feeds } = this;
    const list = this.list.last;
    return {
      sources: feeds.map(({ source, totals }) => totals.figures(source, nowMs)),
      list: list && {
        generation: list.generation,
        indicators: list.list.indicators.length,
        indexBytes: list.handle.buffer.byteLength,
        loadMs: this.list.loadMs,
      },
      batchesUnderWay: this.underWay.size,
      uncommittedRows: feeds.reduce((sum, { uncommitted }) => sum + uncommitted.rowCount, 0),
      uncommittedMatches: this.waitingMatches,
      matching: this.matching.figures(),
      committing: this.committing.figures(),
      failedCommits: this.refusals.count,
      lastCommitMs: this.lastCommitMs,
    };
  }

  batch(report: BatchReport): void {
    const { uncommitted, totals } = this.feed(report.feed);
    totals.bytes += report.bytes;
    const judgement = this.judgement(report.feed);
    if (!judgement) uncommitted.count(report.groups.map(notTaken));
    if (judgement && report.batch.setCount > 0) {
      this.follow(this.scan(report, uncommitted, judgement));
      return;
    }
    if (judgement) uncommitted.count(report.groups);
    this.release(report.slab);
    this.commitSoon(COMMIT_EVERY_MS);
  }

  counts(report: Extract<Report, { kind: 'counts' }>): void {
    this.feed(report.feed).uncommitted.count(report.groups);
    this.commitSoon(COMMIT_EVERY_MS);
  }

  /** Waits for the scans under way, then commits. @returns whether nothing is left uncommitted */
  async finish(): Promise<boolean> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    const begun = performance.now();
    while (!this.commit(true) && this.refusals.mayGoOn(begun)) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_AT_END_MS));
    }
    if (this.commitTimer) clearTimeout(this.commitTimer);
    return this.feeds.every(({ uncommitted }) => uncommitted.isEmpty);
  }

  private judgement(id: FeedId): Judgement | null {
    void this.list.renew();
    const { last: list } = this.list;
    if (!list || !this.gate.isOpen) return null;
    const { operator, retentionBasis } = this.feed(id).source;
    const { straddling } = this.judging;
    return { evaluation: { operator, retentionBasis, straddling, atMs: Date.now() }, list };
  }

  private async scan({ slab, batch, groups }: BatchReport, into: Uncommitted, judgement: Judgement) {
    const begun = performance.now();
    try {
      into.add(groups, await this.scanners.scan(this.slabs[slab] as Slab, batch, judgement), judgement);
      this.matching.observe(performance.now() - begun);
    } catch (error) {
      into.count(groups.map(notTaken));
      this.log.error(
        { error: (error as Error).stack },
        'a batch could not be scanned: this is a fault of the program',
      );
    } finally {
      this.release(slab);
      this.commitSoon(COMMIT_EVERY_MS);
    }
  }

  private follow(scan: Promise<void>): void {
    this.underWay.add(scan);
    void scan.then(() => this.underWay.delete(scan));
  }

  /** @param afterMs since the last commit */
  private commitSoon(afterMs: number): void {
    if (this.commitTimer) return;
    const inMs = Math.max(0, this.committedAt + afterMs - performance.now());
    this.commitTimer = setTimeout(() => this.commit(), inMs);
  }

  /** @param atOnce a list that is still being loaded is not waited for, but loaded here */
  private commit(atOnce = false): boolean {
    if (this.commitTimer) clearTimeout(this.commitTimer);
    this.commitTimer = null;
    const feeds = this.feeds.filter(({ uncommitted }) => !uncommitted.isEmpty);
    if (feeds.length === 0) return true;
    this.committedAt = performance.now();
    void this.list.renew();
    if (this.list.isAwaited && !atOnce && this.waitingMatches > 0) {
      this.commitSoon(RETRY_LIST_MS);
      return false;
    }
    const requests = feeds.map(({ source, uncommitted }) => uncommitted.request(source, null));
    let outcomes: CommitOutcome[];
    try {
      outcomes = this.writer.commitTogether(requests);
    } catch (error) {
      // What was not committed stays, and is tried again; it is judged anew by then (L10).
      this.commitSoon(this.refusals.refused(error as Error, this.waitingMatches));
      return false;
    }
    this.committing.observe(performance.now() - this.committedAt);
    this.lastCommitMs = Date.now();
    for (const [at, { uncommitted, totals }] of feeds.entries()) {
      totals.add(requests[at]?.ledger ?? [], outcomes[at] as CommitOutcome, this.lastCommitMs);
      uncommitted.clear();
    }
    this.refusals.succeeded();
    return true;
  }

  private get waitingMatches(): number {
    return this.feeds.reduce((sum, { uncommitted }) => sum + uncommitted.matchCount, 0);
  }

  private newList(): LiveList {
    return new LiveList(this.judging.current, this.judging.load, this.gate, this.log);
  }

  private newWriter(): Writer {
    const { current, retentionDays } = this.judging;
    return new Writer(this.db, { retentionDays, review: reviewBy(current, () => this.judging.straddling) });
  }

  private feed(id: FeedId): OpenFeed {
    const feed = this.feeds[id];
    if (!feed) throw new Error(`there is no feed ${id}`);
    return feed;
  }
}

/** A group of which nothing was taken in. Without the exporter: in a long outage there would be too many rows to keep. */
function notTaken({ fromMs, datagrams }: Group): Group {
  const minuteMs = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
  return { ...newGroup(null, minuteMs, minuteMs + MINUTE_MS), notTaken: datagrams };
}
