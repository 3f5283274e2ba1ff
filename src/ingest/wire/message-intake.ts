// Hands messages to the decoder and accounts for them: datagrams, problems and gaps by exporter and minute. Also remembers
// up to where an interrupted reading had delivered, so that nothing is counted twice.
import { type DecodeOutcome, Decoder } from '../../wire/decoder.ts';
import type { Filled, ResumePoint } from '../batch.ts';
import type { ProblemLog } from '../problem-log.ts';
import type { Slab } from '../slab.ts';
import { countMessage, enterGroup, type KnownExporter } from './known-exporter.ts';
import { SetWriter } from './set-writer.ts';

/** What a checkpoint keeps beside its position: JSON. */
interface IntakeState {
  /** So many sets of the message at the position were delivered, and the message itself was counted. */
  readonly delivered?: number;
  /** The input had ended, and what still waited for a template was counted. */
  readonly ended?: boolean;
}

export class MessageIntake {
  readonly decoder = new Decoder();
  readonly writer = new SetWriter();
  private readonly problems: ProblemLog;
  private readonly resumeAt: number;
  private readonly resumed: IntakeState;
  /** Where the message began of which some sets still wait for a slab; null = none wait. */
  private unfinishedAt: number | null = null;
  private last: { exporter: KnownExporter; receivedMs: number } | null = null;

  constructor(problems: ProblemLog, resume: ResumePoint | undefined) {
    this.problems = problems;
    this.resumeAt = resume?.position ?? 0;
    this.resumed = resume?.state ? (JSON.parse(resume.state) as IntakeState) : {};
    this.writer.isDiscarding = this.resumeAt > 0;
  }

  /** False while what is read lies before the point to resume from: it is decoded for its templates and counted nowhere. */
  get isCounting(): boolean {
    return !this.writer.isDiscarding;
  }

  begin(slab: Slab): void {
    this.writer.begin(slab);
    if (this.writer.waitingSets === 0) this.unfinishedAt = null;
  }

  /** Must be told of each place in the input before what lies there is read. */
  reach(position: number): void {
    if (this.writer.isDiscarding && position >= this.resumeAt) this.writer.isDiscarding = false;
  }

  /** @param position in the input of the packet or message */
  message(
    exporter: KnownExporter,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    receivedMs: number,
    position: number,
  ): DecodeOutcome {
    const { writer } = this;
    this.last = { exporter, receivedMs };
    if (writer.isDiscarding)
      return this.decoder.decode(exporter.handle, bytes, view, at, length, receivedMs, writer);
    const delivered = position === this.resumeAt ? this.resumed.delivered : undefined;
    writer.toSkip = delivered ?? 0;
    writer.taken = 0;
    const group = enterGroup(writer, exporter, receivedMs);
    const outcome = this.decoder.decode(exporter.handle, bytes, view, at, length, receivedMs, writer);
    if (writer.waitingSets > 0) this.unfinishedAt = position;
    if (delivered === undefined) {
      countMessage(group, outcome, receivedMs);
      if (outcome.problem !== null) this.problems.add(outcome.problem, position);
    }
    return outcome;
  }

  /** Counts a message that cannot be decoded at all. */
  lost(exporter: KnownExporter, receivedMs: number, what: string, position: number): void {
    if (!this.isCounting || (position === this.resumeAt && this.resumed.delivered !== undefined)) return;
    const group = enterGroup(this.writer, exporter, receivedMs);
    group.datagrams++;
    group.undecodable++;
    this.problems.add(what, position);
  }

  /** End of the input: unless an earlier reading came so far, what is counted from here on counts. */
  reachEnd(): void {
    if (!this.resumed.ended) this.writer.isDiscarding = false;
  }

  /** What still waits for its template never gets it. */
  drain(): void {
    const dropped = this.decoder.drain();
    if (dropped === 0 || !this.last || !this.isCounting) return;
    enterGroup(this.writer, this.last.exporter, this.last.receivedMs).earlyDropped += dropped;
    this.problems.add(`${dropped} data sets whose template never came`, null);
  }

  /** @param position of the next message */
  finish(position: number, isEnded: boolean): Filled {
    const { writer } = this;
    const batch = writer.finish();
    const groups = writer.groups;
    if (this.unfinishedAt !== null && writer.waitingSets > 0) {
      const state: IntakeState = { delivered: writer.taken - writer.waitingSets };
      return { batch, groups, position: this.unfinishedAt, state: JSON.stringify(state) };
    }
    if (!isEnded) return { batch, groups, position };
    const state: IntakeState = { ended: true };
    return { batch, groups, position, state: JSON.stringify(state) };
  }
}
