// Health over HTTP: /healthz says that the process answers, /readyz whether it does its work. No data of any flow.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** @param ready whether to say 200 or 503 @param body JSON */
export type ReadReadiness = () => { readonly ready: boolean };

export class HealthServer {
  private readonly server: Server;

  constructor(readiness: ReadReadiness) {
    this.server = createServer((request, response) => {
      const answer = (status: number, body: object) => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
      };
      if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, { error: 'GET or HEAD' });
      else if (request.url === '/healthz') answer(200, { alive: true });
      else if (request.url === '/readyz') {
        const body = readiness();
        answer(body.ready ? 200 : 503, body);
      } else answer(404, { error: 'there are /healthz and /readyz' });
    });
    // Probes are short; nobody keeps the daemon from stopping.
    this.server.requestTimeout = 5_000;
    this.server.headersTimeout = 5_000;
    this.server.maxConnections = 64;
  }

  /** @returns the port. @throws NodeJS errors: the address is in use, or not ours */
  async start(host: string, port: number): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
