// The connections of one listener: how many there may be, which have been silent for too long, and the end of all.
import type { Socket } from 'node:net';
import type { ListenerHost } from '../live/listener.ts';
import type { StreamLimits } from '../live/messages.ts';
import { type Client, Connection } from './connection.ts';

/** How long the end goes on taking in what has arrived: exporters that never pause must not keep it from coming. */
const MAX_DRAIN_MS = 1_000;

export class Connections {
  limits: StreamLimits;
  private readonly host: ListenerHost;
  private readonly open = new Set<Connection>();

  constructor(limits: StreamLimits, host: ListenerHost) {
    this.limits = limits;
    this.host = host;
  }

  /** Why a client may not connect once more; null = it may. */
  refusal({ name }: Client): string | null {
    const { maxConnections, maxConnectionsPerClient } = this.limits;
    if (this.open.size >= maxConnections)
      return `max_connections: the listener has ${this.open.size} connections already`;
    const own = [...this.open].filter(({ client }) => client.name === name).length;
    if (own < maxConnectionsPerClient) return null;
    return `max_connections_per_client: ${name} has ${own} connections already`;
  }

  /** @param address the exporter's, as the ledger shows it */
  add(socket: Socket, address: string, client: Client): void {
    const connection = new Connection(socket, address, client, this.host);
    this.open.add(connection);
    void connection.ended.then(() => this.open.delete(connection));
  }

  /** Ends those that have been silent for too long. */
  endIdle(): void {
    const now = performance.now();
    const { idleSeconds } = this.limits;
    for (const connection of this.open) {
      if (connection.idleMs(now) >= idleSeconds * 1_000)
        connection.close(`idle_seconds: no message for ${idleSeconds} s`);
    }
  }

  /** Ends those whose client is not, or no longer, what it was; what has been read is taken in. */
  async endUnless(isStill: (client: Client) => boolean, reason: string): Promise<void> {
    const ending = [...this.open].filter(({ client }) => !isStill(client));
    for (const connection of ending) connection.close(reason);
    await Promise.all(ending.map(({ ended }) => ended));
  }

  /** Takes in what has arrived, then ends all. */
  async end(): Promise<void> {
    await this.drain();
    const ending = [...this.open];
    for (const connection of ending) connection.close();
    await Promise.all(ending.map(({ ended }) => ended));
  }

  /** What lies in the receive buffers is read in the loop's next rounds: empty is a round that brought nothing. */
  private async drain(): Promise<void> {
    const until = performance.now() + MAX_DRAIN_MS;
    for (let quiet = 0; quiet < 2 && performance.now() < until; ) {
      const before = this.receivedBytes();
      if ([...this.open].some(({ waitsForRoom }) => waitsForRoom)) {
        await this.host.whenRoom();
        quiet = 0;
      } else {
        await new Promise((resolve) => setImmediate(resolve));
        quiet = this.receivedBytes() === before ? quiet + 1 : 0;
      }
    }
  }

  /** Grows with every octet, and when a connection ends. */
  private receivedBytes(): number {
    let sum = -this.open.size;
    for (const { received } of this.open) sum += received;
    return sum;
  }
}
