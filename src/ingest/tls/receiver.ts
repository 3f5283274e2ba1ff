// IPFIX over TLS (RFC 7011 § 11): both sides show certificates, and the exporter's says what its flows belong to. Whoever
// shows none that is known is refused and counted.
import { constants } from 'node:crypto';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { Decoder } from '../../wire/decoder.ts';
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
  private readonly decoderOf = new Map<FeedId, Decoder>();
  private stopped: Promise<void> | null = null;
  private isClosed = false;

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
        (client) => spec.clients.some((one) => keyOf(one) === client.key),
        'its certificate is no longer among the clients of the listener, or for another operator or basis',
      );
    } else {
      // Whether a certificate would still be trusted is found out by showing it again.
      await this.connections.endPresent('the authority (ca) has changed: exporters must connect again');
    }
    for (const feed of this.decoderOf.keys()) {
      if (!spec.clients.some((client) => client.feed === feed)) this.decoderOf.delete(feed);
    }
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
    this.handshakes.endAll();
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

  decoders(): Iterable<Decoder> {
    return this.decoderOf.values();
  }

  private admit(socket: TLSSocket): void {
    this.handshakes.succeed(socket);
    const address = exporterAddress(socket);
    if (address === null || this.isClosed) {
      socket.destroy();
      return;
    }
    const client = this.clientOf(socket);
    const refusal = typeof client === 'string' ? client : this.connections.refusal(client);
    if (typeof client !== 'string' && refusal === null) {
      this.connections.add(socket, address, client);
      return;
    }
    // Whoever goes away while it is being refused is refused too.
    socket.on('error', () => {});
    socket.destroy();
    this.refuse(address, refusal as string);
  }

  /** The client that the certificate names, or why there is none. */
  private clientOf(socket: TLSSocket): Client | string {
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return 'showed no certificate';
    if (!socket.authorized) return `its certificate is not valid: ${socket.authorizationError}`;
    const named = clientsNamed(this.spec.clients, certificate);
    const [client] = named;
    if (!client) return `its certificate is not among the clients: SHA-256 ${certificate.fingerprint256}`;
    if (named.length > 1)
      return `its certificate names several clients: ${named.map(nameOfClient).join(', ')}`;
    const decoder = this.decoderOf.get(client.feed) ?? new Decoder();
    this.decoderOf.set(client.feed, decoder);
    return { key: keyOf(client), name: nameOfClient(client), feed: this.host.feed(client.feed), decoder };
  }

  private refuse(address: string, reason: string): void {
    if (this.isClosed) return;
    this.host.feed(this.spec.refused).count('refused', null, Date.now());
    this.host.notice('connection', `${address}: ${reason}`);
  }
}

function keyOf({ fingerprint, san, feed }: TlsClient): string {
  return `${fingerprint} ${san} ${feed}`;
}

/**
 * A handshake with a certificate that cannot be trusted comes to its end, and is then refused by `authorized`: so the reason
 * can be told. No session is resumed: it would not be asked for its certificate.
 */
function secureOptions({ credentials }: TlsListener): TlsOptions {
  return {
    ...credentials,
    minVersion: 'TLSv1.2',
    requestCert: true,
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
