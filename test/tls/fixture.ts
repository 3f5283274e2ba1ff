// Exporters over TLS and TCP, and listeners for them.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS } from '../../src/cli/demo-authorisation.ts';
import type { TcpOptions, TlsOptions } from '../../src/engine/listener-options.ts';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { CAPTURES } from '../daemon/fixture.ts';
import { type Issued, Workshop } from './certificates.ts';

export const IPFIX_CAPTURES = readdirSync(CAPTURES).filter((name) => /ipfix.*\.pcap$/.test(name));

/** The messages of a capture as an exporter would write them into a stream. */
export function streamOf(capture: string): Buffer {
  return Buffer.concat([...capturedDatagrams(join(CAPTURES, capture))]);
}

const LIMITS = { maxConnections: 64, maxConnectionsPerClient: 8, idleSeconds: 3_600 };

/** A collector and two operators' exporters, under one authority; and a stranger under another. */
export class Parties {
  readonly workshop = new Workshop();
  readonly ca = this.workshop.authority('operators');
  readonly server = this.issueServer();
  readonly client = this.workshop.issue('exporter', this.ca, 'subjectAltName=DNS:exporter.example.net');
  readonly other = this.workshop.issue('other', this.ca, 'subjectAltName=DNS:*.example.org,IP:127.0.0.9');
  readonly elsewhere = this.workshop.issue('exporter', this.ca, 'subjectAltName=DNS:elsewhere.example.net');
  readonly forServers = this.workshop.issue('exporter', this.ca, 'extendedKeyUsage=serverAuth');
  readonly stranger = this.workshop.issue('exporter', this.workshop.authority('others'));

  issueServer(): Issued {
    return this.workshop.issue('collector', this.ca, 'subjectAltName=IP:127.0.0.1');
  }

  listener(change: Partial<TlsOptions> = {}): TlsOptions {
    return {
      protocol: 'tls',
      host: '127.0.0.1',
      port: 0,
      credentials: { cert: this.server.cert, key: this.server.key, ca: this.ca.cert },
      clients: [named({ fingerprint: this.client.fingerprint }), named({ san: '127.0.0.9' }, 'other-isp')],
      handshakeSeconds: 10,
      ...LIMITS,
      ...change,
    };
  }

  /** An exporter that has connected; the collector may refuse it yet. */
  async connect(
    to: { address: string; port: number },
    as: Issued | null = this.client,
    options: ConnectionOptions & { readonly localAddress?: string } = {},
  ) {
    const socket = connectTls({
      host: to.address,
      port: to.port,
      ca: this.ca.cert,
      ...(as ? { cert: as.cert, key: as.key } : {}),
      ...options,
    });
    await once(socket, 'secureConnect');
    return socket;
  }

  /**
   * An exporter that the collector has let in, or refused, when this resolves: in TLS 1.2 the collector's is the last word
   * of the handshake.
   */
  connected(to: { address: string; port: number }, as: Issued | null = this.client) {
    return this.connect(to, as, { maxVersion: 'TLSv1.2' });
  }
}

type Client = TlsOptions['clients'][number];

export function named(by: { fingerprint?: string; san?: string }, operator = DEMO_OPERATOR): Client {
  return { fingerprint: null, san: null, operator, retentionBasis: DEMO_RETENTION_BASIS, ...by };
}

export function plain(change: Partial<TcpOptions> = {}): TcpOptions {
  return {
    protocol: 'tcp',
    host: '127.0.0.1',
    port: 0,
    exporters: ['127.0.0.0/8'],
    operator: DEMO_OPERATOR,
    retentionBasis: DEMO_RETENTION_BASIS,
    ...LIMITS,
    ...change,
  };
}

export async function connectTcp(
  to: { address: string; port: number },
  localAddress?: string,
): Promise<Socket> {
  const socket = connectPlain({ host: to.address, port: to.port, ...(localAddress ? { localAddress } : {}) });
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the kernel has it. */
export function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Resolves when the collector has closed the connection, whichever way. */
export function closedByCollector(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}
