// Sends messages as an exporter would: from an address of its own, one datagram each.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A short rest after so many datagrams: even a small receive buffer holds them. */
const BURST = 16;
const REST_MS = 1;

/**
 * @param source local IPv4 address to send from
 * @returns datagrams sent
 * @throws NodeJS errors: the address is not this machine's
 */
export async function exportFrom(
  source: string,
  messages: Iterable<Uint8Array>,
  to: { readonly address: string; readonly port: number },
): Promise<number> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ address: source, exclusive: true });
    await once(socket, 'listening');
    let sent = 0;
    for (const message of messages) {
      await new Promise<void>((resolve, reject) => {
        socket.send(message, to.port, to.address, (error) => (error ? reject(error) : resolve()));
      });
      if (++sent % BURST === 0) await pause(REST_MS);
    }
    return sent;
  } finally {
    socket.close();
  }
}
