// Reads a file of IPFIX messages after one another (RFC 5655), as collectors and exporters write them: one stream, whose
// exporter the file does not tell. Message time is export time.
import type { ReaderOptions } from '../batch.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Slab } from '../slab.ts';
import { type KnownExporter, knowExporter } from '../wire/known-exporter.ts';
import { WireReader } from '../wire/wire-reader.ts';

/** RFC 7011 § 3.1 */
const MESSAGE_HEADER_BYTES = 16;
const VERSION = 10;
/** RFC 7011 § 3.3.2 */
const SET_HEADER_BYTES = 4;
const MAX_MESSAGE_BYTES = 65_535;

/** What a set's context calls an exporter that the file does not tell. */
const UNKNOWN_EXPORTER = 'unknown';

/** @param head the source's first bytes, already read */
export function openIpfixFile(source: ByteSource, head: Uint8Array, options: ReaderOptions): IpfixFileReader {
  return new IpfixFileReader(source, head, options);
}

export class IpfixFileReader extends WireReader {
  private readonly exporter: KnownExporter;

  constructor(source: ByteSource, head: Uint8Array, options: ReaderOptions) {
    super(source, head, options);
    this.exporter = knowExporter(null, this.intake.decoder.exporter(UNKNOWN_EXPORTER, 'stream'));
  }

  protected override walk(slab: Slab, end: number): number {
    const { input, intake } = this;
    const { bytes, view } = slab;
    let at = Math.min(this.toSkip, end);
    this.toSkip -= at;
    while (at < end && intake.writer.hasRoom) {
      if (this.damagedAt !== null) {
        at = findMessage(view, at, end, input.isExhausted);
        if (at < 0) {
          this.isStarved = true;
          return ~at;
        }
        this.findTrack(input.position + at);
      }
      const position = input.position + at;
      const left = end - at;
      const needed = left < MESSAGE_HEADER_BYTES ? MESSAGE_HEADER_BYTES : view.getUint16(at + 2);
      if (left >= MESSAGE_HEADER_BYTES && (view.getUint16(at) !== VERSION || needed < MESSAGE_HEADER_BYTES)) {
        this.loseTrack(
          `no IPFIX message: version ${view.getUint16(at)}, length ${needed}; ${VERSION}, and at least ${MESSAGE_HEADER_BYTES}, must stand there`,
          position,
        );
        at++;
      } else if (left >= needed) {
        intake.reach(position);
        const exportMs = view.getUint32(at + 4) * 1_000;
        intake.message(this.exporter, bytes, view, at, needed, exportMs, position);
        at += needed;
      } else if (input.isExhausted) {
        intake.reach(position);
        this.complain(
          `the file is cut off: its last message has ${left} bytes of at least ${needed}`,
          position,
        );
        return end;
      } else {
        this.isStarved = true;
        return at;
      }
    }
    return at;
  }

  protected override oversized(): { what: string; bytes: number } {
    return { what: 'a message', bytes: MAX_MESSAGE_BYTES };
  }

  protected override giveUp(): void {}
}

/** Whether a message may begin here: its header, and that of its first set. */
function isMessage(view: DataView, at: number, end: number): boolean {
  if (at + MESSAGE_HEADER_BYTES > end || view.getUint16(at) !== VERSION) return false;
  const length = view.getUint16(at + 2);
  if (length === MESSAGE_HEADER_BYTES) return true;
  const set = at + MESSAGE_HEADER_BYTES;
  if (length < MESSAGE_HEADER_BYTES + SET_HEADER_BYTES || set + SET_HEADER_BYTES > end) return false;
  const id = view.getUint16(set);
  const setLength = view.getUint16(set + 2);
  return (
    (id === 2 || id === 3 || id >= 256) &&
    setLength >= SET_HEADER_BYTES &&
    setLength <= length - MESSAGE_HEADER_BYTES
  );
}

/** The next message from `at` on that another follows, or the end. As CaptureFormat.resynchronise. */
function findMessage(view: DataView, at: number, end: number, isEnded: boolean): number {
  const least = MESSAGE_HEADER_BYTES + SET_HEADER_BYTES;
  for (let start = at; start + least <= end; start++) {
    if (!isMessage(view, start, end)) continue;
    const next = start + view.getUint16(start + 2);
    if (next === end && isEnded) return start;
    if (next + least > end) {
      if (!isEnded) return ~start;
    } else if (isMessage(view, next, end)) return start;
  }
  return ~Math.max(at, isEnded ? end : end - least + 1);
}
