// Sockets that have connected and not shown yet who they are: so many at most, and not for long. The oldest gives way to
// the newest, so that a flood of them displaces itself and keeps out no exporter.
import type { Socket } from 'node:net';

const MAX_UNDER_WAY = 128;

interface Handshake {
  readonly socket: Socket;
  readonly address: string;
  /** performance.now() */
  readonly since: number;
  /** Why it will not succeed. */
  problem: string | null;
}

export class Handshakes {
  /** By the peer's address and port, oldest first. */
  private readonly underWay = new Map<string, Handshake>();
  private readonly onFailure: (address: string, reason: string) => void;

  /** @param onFailure told once of each that did not succeed */
  constructor(onFailure: (address: string, reason: string) => void) {
    this.onFailure = onFailure;
  }

  /** @param socket as accepted, below the encryption */
  begin(socket: Socket): void {
    const key = peerOf(socket);
    const address = socket.remoteAddress ?? 'unknown';
    const handshake: Handshake = { socket, address, since: performance.now(), problem: null };
    this.underWay.set(key, handshake);
    socket.once('close', () => {
      if (this.underWay.get(key) !== handshake) return;
      this.underWay.delete(key);
      this.onFailure(address, handshake.problem ?? 'closed before the handshake had ended');
    });
    const [oldest] = this.underWay.values();
    if (oldest && this.underWay.size > MAX_UNDER_WAY) cut(oldest, 'made way for newer connections');
  }

  /** @param socket on the same connection: its encrypted side */
  succeed(socket: Socket): void {
    this.underWay.delete(peerOf(socket));
  }

  /** The socket is closed by whoever saw the error. */
  fail(socket: Socket, problem: string): void {
    const handshake = this.underWay.get(peerOf(socket));
    if (handshake) handshake.problem ??= problem;
  }

  endLate(withinSeconds: number): void {
    const before = performance.now() - withinSeconds * 1_000;
    for (const handshake of this.underWay.values()) {
      if (handshake.since <= before)
        cut(handshake, `handshake_seconds: no handshake within ${withinSeconds} s`);
    }
  }

  endAll(): void {
    for (const handshake of this.underWay.values()) cut(handshake, 'the listener closes');
  }
}

function cut(handshake: Handshake, problem: string): void {
  handshake.problem ??= problem;
  handshake.socket.destroy();
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
