// What a receiver thread runs: one kind of listener per transport. It brings messages to feeds; slabs, batches and
// threads are not its concern.
import type { Decoder } from '../../wire/decoder.ts';
import type { Feed } from './feed.ts';
import type { Bound, FeedId, ListenerSpec, Notice } from './messages.ts';

/** Construction is inert. */
export interface LiveListener {
  /** @throws where the address cannot be had; in words that name it */
  start(): Promise<Bound>;
  /** Takes over what differs, without closing anything; the address is the same. */
  change(spec: ListenerSpec): Promise<Bound>;
  /** Takes in what has arrived already, then closes. Idempotent. */
  stop(): Promise<void>;
  /** Once a second, and before the end: tells feeds and host what is counted elsewhere. */
  poll(): void;
  /** What a restart needs, where it has changed since the last call; else null. */
  templates(): unknown;
  /** Whoever remembers what exporters announced. */
  decoders(): Iterable<Decoder>;
}

/** What a listener can ask of its thread. */
export interface ListenerHost {
  /** The same object for the same id. */
  feed(id: FeedId): Feed;
  notice(what: Notice['what'], detail: string): void;
  /** Few slabs are free: they are left to those who cannot wait. */
  isScarce(): boolean;
  /** Resolves when a slab has come back. */
  whenRoom(): Promise<void>;
}
