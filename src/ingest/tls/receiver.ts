// IPFIX over TLS (RFC 7011 § 11): both sides show certificates, and the exporter's says what its flows belong to. Whoever
// shows none that is known is refused and counted.
import { constants } from 'node:crypto';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { Decoder } from '../../wire/decoder.ts';
import type { Feed } from '../live/feed.ts';
import type { ListenerHost, LiveListener } from '../live/listener.ts';
import type { Bound, FeedId, TlsClient, TlsListener } from '../live/messages.ts';
import { clientsNamed, nameOfClient } from './clients.ts';
import type { Client } from './connection.ts';
import { Connections } from './connections.ts';
import { Handshakes } from './handshakes.ts';
import { boundOf, closed, exporterAddress, listen, SOCKET_OPTIONS } from './server.ts';

export class TlsReceiver implements LiveListener {
  private spec: TlsListener;
  private readonly host: ListenerHost;
  private readonly server: Server;
  private readonly handshakes: Handshakes;
  private readonly connections: Connections;
  /** One operator's templates take no room from another's. */
  private readonly decoders = new Map<FeedId, Decoder>();
  private isStopped = false;

  constructor(spec: TlsListener, host: ListenerHost) {
    this.spec = spec;
    this.host = host;
    this.handshakes = new Handshakes((address, reason) => this.refuse(address, reason));
    this.connections = new Connections(spec, host);
    this.server = createServer({ ...SOCKET_OPTIONS, ...secureOptions(spec) });
    this.server.on('connection', (socket) => this.handshakes.begin(socket));
    this.server.on('tlsClientError', (error, socket) => this.handshakes.fail(socket, error.message));
    this.server.on('secureConnection', (socket) => this.admit(socket));
  }

  async start(): Promise<Bound> {
    await listen(this.server, this.spec);
    this.server.on('error', (error) => this.host.notice('problem', error.message));
    return boundOf(this.server);
  }

  /** Connections stay, but those whose certificate would not be taken, or not as the same client's, any more. */
  async change(spec: TlsListener): Promise<Bound> {
    const before = this.spec;
    this.spec = spec;
    this.connections.limits = spec;
    this.server.setSecureContext(secureOptions(spec));
    if (spec.credentials.ca === before.credentials.ca) {
      await this.connections.endUnless(
        (client) => spec.clients.some((one) => clientKey(one) === client.name),
        'is no longer among the clients of the listener',
      );
    } else {
      // By which authority a connection was let in is not known any more: each must show its certificate again.
      await this.connections.end('the authority (ca) has changed');
    }
    for (const feed of this.decoders.keys()) {
      if (!spec.clients.some((client) => client.feed === feed)) this.decoders.delete(feed);
    }
    return boundOf(this.server);
  }

  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    const whenClosed = closed(this.server);
    this.handshakes.endAll();
    await this.connections.end();
    await whenClosed;
  }

  poll(): void {
    this.handshakes.endLate(this.spec.handshakeSeconds);
    this.connections.endIdle();
  }

  /** A stream announces its templates itself. */
  templates(): unknown {
    return null;
  }
}
