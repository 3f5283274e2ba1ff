// What TLS and plain TCP listeners do alike with their server.
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { parsePrefix } from '../../core/prefix.ts';
import type { Bound, ListenerSpec } from '../live/messages.ts';

/** Without traffic, the kernel asks the peer after so long whether it is still there. */
const KEEP_ALIVE_AFTER_MS = 60_000;
export const SOCKET_OPTIONS = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS } as const;

/** @throws where the address cannot be had; in words that name it */
export async function listen(server: Server, { host, port, protocol }: ListenerSpec): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    throw new Error(
      `cannot listen on ${host} port ${port}, ${protocol.toUpperCase()}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

export function boundOf(server: Server): Bound {
  const { address, port } = server.address() as AddressInfo;
  return { address, port, sockets: 1, receiveBuffer: null, dropsKnown: true };
}

/** Resolves when nobody can connect any more and all connections are closed. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** The peer's address as the ledger shows it; null = it has gone already. */
export function exporterAddress({ remoteAddress }: Socket): string | null {
  const parsed = parsePrefix((remoteAddress ?? '').replace(/%.*$/, ''));
  return 'problem' in parsed ? null : parsed.value.text;
}
