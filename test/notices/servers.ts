// What notices are delivered to: a web server and a mail server of the test's own, on loopback.
import { once } from 'node:events';
import {
  createServer as createPlain,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { Issued } from '../tls/certificates.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Answer = (response: ServerResponse, times: number) => void;

/** Takes requests down, and answers them as told; by default that they are taken. */
export class WebServer {
  readonly received: Received[] = [];
  private readonly server: Server;
  private readonly scheme: string;
  private waiting: (() => void)[] = [];

  constructor(answer: Answer = (response) => response.writeHead(204).end(), certificate?: Issued) {
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url = '', headers } = request;
        this.received.push({ path: url, headers, body: Buffer.concat(chunks) });
        for (const resolve of this.waiting.splice(0)) resolve();
        answer(response, this.received.length);
      });
    };
    this.scheme = certificate ? 'https' : 'http';
    this.server = certificate
      ? createSecure({ cert: certificate.cert, key: certificate.key }, listener)
      : createPlain(listener);
    onTestFinished(() => {
      this.server.closeAllConnections();
      this.server.close();
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `${this.scheme}://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Until so many requests have come. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly isSecure: boolean;
  readonly text: string;
}

export class MailServer {
  readonly received: ReceivedMail[] = [];
  private readonly server: SMTPServer;
  private waiting: (() => void)[] = [];

  /** @param answer to a message that has come, whole; by default that it is taken over */
  constructor(options: SMTPServerOptions, answer: (done: () => void) => void = (done) => done()) {
    this.server = new SMTPServer({
      logger: false,
      ...options,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            user: typeof session.user === 'string' ? session.user : null,
            isSecure: session.secure,
            text: Buffer.concat(chunks).toString('latin1'),
          });
          for (const resolve of this.waiting.splice(0)) resolve();
          answer(done);
        });
      },
    });
    // What a client does to the connection is the client's affair.
    this.server.on('error', () => {});
    onTestFinished(() => void this.server.close());
  }

  async start(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    const { server } = this.server;
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** Until so many messages have come, answered or not. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** The attachments of a message, by name. */
export function attachmentsOf(text: string): Map<string, Buffer> {
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1];
  const parts = boundary === undefined ? [] : text.split(`--${boundary}`);
  return new Map(
    parts.flatMap((part) => {
      const name = /filename="?([^"\r\n;]+)"?/.exec(part)?.[1];
      const at = part.indexOf('\r\n\r\n');
      if (name === undefined || at < 0) return [];
      const body = part.slice(at).trim();
      return [
        [name, /base64/i.test(part.slice(0, at)) ? Buffer.from(body, 'base64') : Buffer.from(body, 'latin1')],
      ];
    }),
  );
}
