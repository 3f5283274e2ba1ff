// What readers of captures and message files have in common: the input goes slab by slab through a walk, which hands
// messages to the intake; a batch ends with the slab, its descriptors or its groups.
import type { BatchReader, Filled, ReaderOptions } from '../batch.ts';
import type { ByteSource } from '../byte-source.ts';
import { ProblemLog } from '../problem-log.ts';
import type { Slab } from '../slab.ts';
import { SlabInput } from '../slab-input.ts';
import { MessageIntake } from './message-intake.ts';

/** Of a slab, kept free for copies: at first, and at most. */
const FIRST_RESERVE = 1 / 16;
const MAX_RESERVE = 1 / 2;
const MIN_READ_BYTES = 65_536;

export abstract class WireReader implements BatchReader {
  protected readonly input: SlabInput;
  protected readonly intake: MessageIntake;
  /** Set by the walk: it ended for want of bytes. */
  protected isStarved = false;
  /** Bytes that the walk passes over before it reads on. */
  protected toSkip = 0;
  /** Where records could no longer be told apart; null = all is well. */
  protected damagedAt: number | null = null;
  /** What was seen there. */
  protected damage = '';
  private readonly source: ByteSource;
  private readonly problems: ProblemLog;
  private reserve = FIRST_RESERVE;
  /** Less than a slab where descriptors or groups run out before the bytes do: what was read in vain must be carried. */
  private readBytes = Number.POSITIVE_INFINITY;
  /** The next record needs the whole slab. */
  private isWide = false;
  private isFinished = false;

  /** @param head the source's first bytes, already read */
  constructor(source: ByteSource, head: Uint8Array, options: ReaderOptions) {
    this.source = source;
    this.problems = new ProblemLog(options.onProblem);
    this.input = new SlabInput(source, head, (damage) => this.problems.add(damage.message, null));
    this.intake = new MessageIntake(this.problems, options.resume);
  }

  /** Reads what lies in the slab's bytes up to `end`. @returns how far they were used up */
  protected abstract walk(slab: Slab, end: number): number;

  /** What is longer than a whole slab: how long in words, and what to pass over. */
  protected abstract oversized(): { readonly what: string; readonly bytes: number };

  /** The input has ended: what was kept for later is given up. */
  protected abstract giveUp(): void;

  async fill(slab: Slab): Promise<Filled | null> {
    if (this.isFinished) return null;
    const { intake, input } = this;
    intake.begin(slab);
    for (;;) {
      const limit = this.limitFor(slab);
      if (limit <= 0) return intake.finish(input.position, false);
      const pending = input.fill(slab.bytes, limit);
      const end = typeof pending === 'number' ? pending : await pending;
      intake.writer.protect(end);
      this.isStarved = false;
      const at = this.walk(slab, end);
      input.keep(slab.bytes, at, end);
      if (input.isExhausted && intake.writer.waitingSets === 0) return this.end();
      if (at === 0 && this.isStarved) this.widen(limit === slab.bytes.length);
      else {
        this.adapt(at, end);
        if (intake.isCounting) return intake.finish(input.position, false);
        // Before the point to resume from there is nothing to hand on: let others have their turn all the same.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  async close(): Promise<void> {
    await this.source.close();
  }

  protected complain(what: string, position: number): void {
    if (this.intake.isCounting) this.problems.add(what, position);
  }

  /** Begins a stretch of input that nothing can be made of. */
  protected loseTrack(damage: string, position: number): void {
    this.intake.reach(position);
    this.damage = damage;
    this.damagedAt = position;
  }

  /** Sound records begin again, or the input has ended. */
  protected findTrack(position: number): void {
    if (this.damagedAt === null) return;
    this.complain(`${this.damage}; ${position - this.damagedAt} bytes passed over`, this.damagedAt);
    this.damagedAt = null;
  }

  private limitFor(slab: Slab): number {
    const { writer } = this.intake;
    if (writer.waitingSets > 0) return 0;
    if (this.isWide) return writer.isEmpty ? slab.bytes.length : 0;
    return Math.min(writer.free - Math.floor(slab.bytes.length * this.reserve), this.readBytes);
  }

  /** Nothing fitted: the next record gets the whole slab, and if that was it, it is passed over. */
  private widen(wasWhole: boolean): void {
    this.isWide = !wasWhole;
    if (!wasWhole) return;
    // What looks like a record, after damage, and never ends, was none.
    if (this.damagedAt !== null) this.toSkip = 1;
    else {
      const { what, bytes } = this.oversized();
      this.intake.reach(this.input.position);
      this.complain(`${what} is longer than a slab: passed over`, this.input.position);
      this.toSkip = bytes;
    }
  }

  private adapt(at: number, end: number): void {
    this.isWide = false;
    if (this.intake.writer.waitingSets > 0) this.reserve = Math.min(this.reserve * 2, MAX_RESERVE);
    const isShort = end - at > MIN_READ_BYTES;
    this.readBytes = isShort ? Math.max(MIN_READ_BYTES, Math.floor(at * 1.25)) : this.readBytes * 2;
  }

  private end(): Filled | null {
    this.isFinished = true;
    this.findTrack(this.input.position);
    this.intake.reachEnd();
    this.giveUp();
    this.intake.drain();
    this.problems.close();
    return this.intake.writer.isEmpty ? null : this.intake.finish(this.input.position, true);
  }
}
