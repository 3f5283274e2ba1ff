// IPFIX over TCP without encryption (RFC 7011 § 10.4): only where the configuration says so in as many words. Who may
// connect is told by address alone, as with UDP.
import { createServer, type Server, type Socket } from 'node:net';
import { Decoder } from '../../wire/decoder.ts';
import type { ListenerHost, LiveListener } from '../live/listener.ts';
import type { Bound, TcpListener } from '../live/messages.ts';
import { AllowList } from '../udp/allow-list.ts';
import type { Client } from './connection.ts';
import { Connections } from './connections.ts';
import { boundOf, closed, listen, SOCKET_OPTIONS } from './server.ts';

export class TcpReceiver implements LiveListener {
  private spec: TcpListener;
  private readonly host: ListenerHost;
  private readonly server: Server;
  private readonly connections: Connections;
  private decoder = new Decoder();
  private allowed: AllowList;
  private stopped: Promise<void> | null = null;
  private isClosed = false;

  constructor(spec: TcpListener, host: ListenerHost) {
    this.spec = spec;
    this.host = host;
    this.allowed = new AllowList(spec.exporters);
    this.connections = new Connections(spec, host);
    this.server = createServer(SOCKET_OPTIONS, (socket) => this.admit(socket));
  }

  async start(): Promise<Bound> {
    await listen(this.server, this.spec);
    this.server.on('error', (error) => this.host.notice('problem', error.message));
    return boundOf(this.server);
  }

  /** Connections stay, but those that would not be taken, or not for the same operator and basis, any more. */
  async change(spec: TcpListener): Promise<Bound> {
    const isMoved = spec.feed !== this.spec.feed;
    this.spec = spec;
    this.allowed = new AllowList(spec.exporters);
    this.connections.limits = spec;
    if (isMoved) this.decoder = new Decoder();
    await this.connections.endUnless(
      ({ key }) => !isMoved && this.allowed.admits(key) !== null,
      'is no longer among the exporters of the listener, or for another operator or basis',
    );
    return boundOf(this.server);
  }

  stop(): Promise<void> {
    this.stopped ??= this.close();
    return this.stopped;
  }

  private async close(): Promise<void> {
    const whenClosed = closed(this.server);
    await this.connections.end();
    this.isClosed = true;
    await whenClosed;
  }

  poll(): void {
    this.connections.endIdle();
  }

  /** A stream announces its templates itself. */
  templates(): unknown {
    return null;
  }

  decoders(): Iterable<Decoder> {
    return [this.decoder];
  }

  private admit(socket: Socket): void {
    const from = socket.remoteAddress ?? '';
    const address = this.allowed.admits(from);
    const feed = this.host.feed(this.spec.feed);
    const client: Client | null =
      address === null ? null : { key: address, name: address, feed, decoder: this.decoder };
    const refusal = client ? this.connections.refusal(client) : 'is not among the exporters of the listener';
    if (client && refusal === null && !this.isClosed) {
      this.connections.add(socket, client.name, client);
      return;
    }
    socket.on('error', () => {});
    socket.destroy();
    feed.count('refused', null, Date.now());
    this.host.notice('connection', `${from}: ${refusal}`);
  }
}
