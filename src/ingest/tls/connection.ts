// One exporter's connection: bytes from its socket, cut into messages, to its feed. It stops reading while there is no room,
// so that the exporter waits and nothing is lost; templates end with it (RFC 7011 § 8.1, § 10.4).
import type { Socket } from 'node:net';
import type { Decoder } from '../../wire/decoder.ts';
import type { Feed } from '../live/feed.ts';
import type { ListenerHost } from '../live/listener.ts';
import { type KnownExporter, knowExporter } from '../wire/known-exporter.ts';
import { MessageFrames } from './framing.ts';

/** What its flows belong to, and who counts its connections. */
export interface Client {
  /** Connections of the same key are one client's. */
  readonly key: string;
  /** As logs name it. */
  readonly name: string;
  readonly feed: Feed;
  readonly decoder: Decoder;
}

/** Stands for the rest of a stream that cannot be read; counts as one message that cannot be decoded. */
const UNREADABLE = new Uint8Array(1);

export class Connection {
  readonly client: Client;
  /** Resolves when it is closed and everything that it brought is in its feed. */
  readonly ended: Promise<void>;
  /** Octets read so far. */
  received = 0;
  private readonly socket: Socket;
  private readonly host: ListenerHost;
  private readonly exporter: KnownExporter;
  private readonly frames = new MessageFrames();
  private readonly resolveEnded: () => void;
  /** performance.now() of the last whole message, or of the beginning. */
  private activeAt = performance.now();
  private isWaiting = false;
  private isClosed = false;

  /** @param address the exporter's, as the ledger shows it */
  constructor(socket: Socket, address: string, client: Client, host: ListenerHost) {
    this.socket = socket;
    this.client = client;
    this.host = host;
    this.exporter = knowExporter(address, client.decoder.exporter(address, 'stream'));
    let resolveEnded = () => {};
    this.ended = new Promise((resolve) => {
      resolveEnded = resolve;
    });
    this.resolveEnded = resolveEnded;
    socket.on('error', (error) => this.tell(error.message));
    socket.on('close', () => {
      this.isClosed = true;
      if (!this.isWaiting) this.end();
    });
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
      this.frames.push(chunk);
      this.takeMessages();
    });
  }

  /** There is no room for what it brought: it is not being read. */
  get waitsForRoom(): boolean {
    return this.isWaiting;
  }

  /** For so long no whole message has come, ms. Waiting for room is not its fault. */
  idleMs(now: number): number {
    return this.isWaiting ? 0 : now - this.activeAt;
  }

  /** Reads no more; what has been read is still taken in. */
  close(reason?: string): void {
    if (reason !== undefined) this.tell(reason);
    this.socket.destroy();
  }

  private takeMessages(): void {
    const { frames, client } = this;
    for (let message = frames.message(); message !== null; message = frames.message()) {
      const receivedMs = Date.now();
      const problem = this.host.isScarce()
        ? false
        : client.feed.take(client.decoder, this.exporter, message, receivedMs);
      if (problem === false) {
        void this.waitForRoom();
        return;
      }
      if (problem !== null) this.host.notice('problem', `${this.exporter.address}: ${problem}`);
      frames.consume();
      this.activeAt = performance.now();
    }
    if (frames.problem !== null && !this.isClosed) this.close(frames.problem);
  }

  private async waitForRoom(): Promise<void> {
    this.isWaiting = true;
    this.socket.pause();
    await this.host.whenRoom();
    this.isWaiting = false;
    this.activeAt = performance.now();
    this.takeMessages();
    if (this.isWaiting) return;
    if (this.isClosed) this.end();
    else this.socket.resume();
  }

  private end(): void {
    const { client, exporter, frames } = this;
    if (frames.problem !== null || frames.unfinishedBytes > 0) this.countUnreadable();
    if (frames.unfinishedBytes > 0 && frames.problem === null) this.tell('ended in the middle of a message');
    const dropped = client.decoder.forget(exporter.handle);
    if (dropped > 0) client.feed.count('earlyDropped', exporter.address, Date.now(), dropped);
    this.resolveEnded();
  }

  private countUnreadable(): void {
    const { client, exporter } = this;
    const nowMs = Date.now();
    const taken = client.feed.take(client.decoder, exporter, UNREADABLE, nowMs);
    if (taken === false) client.feed.count('slabDropped', exporter.address, nowMs);
  }

  private tell(what: string): void {
    this.host.notice('connection', `${this.exporter.address}: ${what}`);
  }
}
