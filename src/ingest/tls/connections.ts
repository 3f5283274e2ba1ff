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
  refusal({ key, name }: Client): string | null {
    const { maxConnections, maxConnectionsPerClient } = this.limits;
    if (this.open.size >= maxConnections)
      return `max_connections: the listener has ${this.open.size} connections already`;
    const own = [...this.open].filter(({ client }) => client.key === key).length;
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
    await close(ending, reason);
  }

  /** As endUnless, for all that are open now; but what has arrived, and was not read yet, is taken in first. */
  async endPresent(reason: string): Promise<void> {
    const ending = [...this.open];
    await drain(() => ending, this.host);
    await close(ending, reason);
  }

  /** Takes in what has arrived, also of those who still come in meanwhile, then ends all. */
  async end(): Promise<void> {
    await drain(() => [...this.open], this.host);
    await close([...this.open]);
  }
}

async function close(connections: readonly Connection[], reason?: string): Promise<void> {
  for (const connection of connections) connection.close(reason);
  await Promise.all(connections.map(({ ended }) => ended));
}

/** What lies in the receive buffers is read in the loop's next rounds: empty is a round that brought nothing. */
async function drain(present: () => readonly Connection[], host: ListenerHost): Promise<void> {
  const until = performance.now() + MAX_DRAIN_MS;
  let before = Number.NaN;
  for (let quiet = 0; quiet < 2 && performance.now() < until; ) {
    const connections = present();
    const isWaiting = connections.some(({ waitsForRoom }) => waitsForRoom);
    if (isWaiting) await host.whenRoom();
    else await new Promise((resolve) => setImmediate(resolve));
    const progress = present().reduce((sum, { received }) => sum + received + 1, 0);
    quiet = isWaiting || progress !== before ? 0 : quiet + 1;
    before = progress;
  }
}
