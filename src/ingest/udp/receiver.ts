// NetFlow and IPFIX over UDP: sockets, the allow-list in front of the decoder, and what the kernel lost.
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { Decoder } from '../../wire/decoder.ts';
import { LiveExporters } from '../live/exporters.ts';
import type { Feed } from '../live/feed.ts';
import type { ListenerHost, LiveListener } from '../live/listener.ts';
import type { Bound, UdpListener } from '../live/messages.ts';
import type { KnownExporter } from '../wire/known-exporter.ts';
import { AllowList } from './allow-list.ts';
import { KernelDrops } from './kernel-drops.ts';

/** Linux says twice what it was asked for: half is for its own book-keeping (socket(7), SO_RCVBUF). */
const BUFFER_FACTOR = process.platform === 'linux' ? 2 : 1;
/** How long closing goes on taking in what had arrived: traffic that never pauses must not keep it from ending. */
const MAX_DRAIN_MS = 1_000;

export class UdpReceiver implements LiveListener {
  private spec: UdpListener;
  private readonly host: ListenerHost;
  private decoder: Decoder;
  private exporters: LiveExporters;
  private allowed: AllowList;
  private feed: Feed;
  private sockets: Socket[] = [];
  private drops: KernelDrops | null = null;
  private received = 0;
  private toldRevision: number;

  constructor(spec: UdpListener, host: ListenerHost, templates: unknown) {
    this.spec = spec;
    this.host = host;
    this.decoder = templates === null ? new Decoder() : Decoder.restore(templates);
    this.toldRevision = this.decoder.revision;
    this.exporters = new LiveExporters(this.decoder);
    this.allowed = new AllowList(spec.exporters);
    this.feed = host.feed(spec.feed);
  }

  async start(): Promise<Bound> {
    const { spec } = this;
    try {
      this.sockets.push(await this.bind(spec.port));
      const { port } = this.address();
      while (this.sockets.length < spec.sockets && canSharePort()) this.sockets.push(await this.bind(port));
      this.drops = KernelDrops.ofPort(port);
    } catch (error) {
      this.closeSockets();
      throw new Error(`cannot listen on ${spec.host} port ${spec.port}, UDP: ${(error as Error).message}`, {
        cause: error,
      });
    }
    return this.bound();
  }

  async change(spec: UdpListener): Promise<Bound> {
    // Another feed is another operator or basis: what its exporters had announced is not theirs.
    if (spec.feed !== this.spec.feed) {
      this.forgetWaiting();
      this.feed.flush();
      this.feed.tellCounts();
      this.feed = this.host.feed(spec.feed);
      this.decoder = new Decoder();
      this.toldRevision = -1;
      this.exporters = new LiveExporters(this.decoder);
    }
    this.allowed = new AllowList(spec.exporters);
    this.exporters.forgetAll();
    this.spec = spec;
    for (const socket of this.sockets) socket.setRecvBufferSize(spec.receiveBuffer);
    return this.bound();
  }

  async stop(): Promise<void> {
    if (this.sockets.length === 0) return;
    await this.drain();
    this.poll();
    this.closeSockets();
    this.forgetWaiting();
  }

  poll(): void {
    const dropped = this.drops?.take() ?? 0;
    if (dropped > 0) this.feed.count('kernelDropped', null, Date.now(), dropped);
  }

  templates(): unknown {
    const { revision } = this.decoder;
    if (revision === this.toldRevision) return null;
    this.toldRevision = revision;
    return this.decoder.snapshot();
  }

  decoders(): Iterable<Decoder> {
    return [this.decoder];
  }

  private readonly onMessage = (message: Buffer, from: RemoteInfo): void => {
    this.received++;
    const receivedMs = Date.now();
    const exporter = this.exporters.find(from.address, receivedMs) ?? this.admit(from.address, receivedMs);
    if (!exporter) return;
    const problem = this.feed.take(this.decoder, exporter, message, receivedMs);
    if (problem === null) return;
    if (problem === false) this.feed.count('slabDropped', exporter.address, receivedMs);
    else this.host.notice('problem', `${exporter.address ?? 'an exporter'}: ${problem}`);
  };

  private admit(address: string, receivedMs: number): KnownExporter | null {
    const name = this.allowed.admits(address);
    if (name !== null) return this.exporters.admit(address, name, receivedMs);
    this.feed.count('refused', null, receivedMs);
    this.host.notice('refused', address);
    return null;
  }

  private async bind(port: number): Promise<Socket> {
    const { host, receiveBuffer, sockets } = this.spec;
    // `reusePort` is not in the types of the Node version that this is built for.
    const options: SocketOptions & { reusePort?: boolean } = { type: host.includes(':') ? 'udp6' : 'udp4' };
    if (sockets > 1 && canSharePort()) options.reusePort = true;
    const socket = createSocket(options);
    try {
      socket.bind({ address: host, port, exclusive: true });
      await once(socket, 'listening');
      socket.setRecvBufferSize(receiveBuffer);
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('error', (error) => this.host.notice('problem', error.message));
    socket.on('message', this.onMessage);
    return socket;
  }

  /** What lies in the receive buffers is read in the loop's next rounds: empty is a round that brought nothing. */
  private async drain(): Promise<void> {
    const until = performance.now() + MAX_DRAIN_MS;
    for (let quiet = 0; quiet < 2 && performance.now() < until; ) {
      const before = this.received;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.received === before ? quiet + 1 : 0;
    }
  }

  /** Sets that wait for their template never get it. */
  private forgetWaiting(): void {
    const dropped = this.decoder.drain();
    if (dropped > 0) this.feed.count('earlyDropped', null, Date.now(), dropped);
  }

  private closeSockets(): void {
    for (const socket of this.sockets) socket.close();
    this.sockets = [];
  }

  private address() {
    return (this.sockets[0] as Socket).address();
  }

  private bound(): Bound {
    const { address, port } = this.address();
    const obtained = Math.min(...this.sockets.map((socket) => socket.getRecvBufferSize() / BUFFER_FACTOR));
    return {
      address,
      port,
      sockets: this.sockets.length,
      receiveBuffer: { asked: this.spec.receiveBuffer, obtained },
      dropsKnown: this.drops !== null,
    };
  }
}

/** SO_REUSEPORT with the kernel's balancing: Node 22.12 and later. */
function canSharePort(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12);
}
