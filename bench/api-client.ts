// Asks the API as one client does, over one connection, and measures how long each answer takes.

import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowSieve } from './contender.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** From asking to the last octet. */
  readonly ms: number;
  /** Octets of the body as they came. */
  readonly octets: number;
  /** Of a client that has asked too often. */
  readonly retryAfterS: number;
}

export class ApiClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly http: FlowSieve['http'];

  constructor(http: FlowSieve['http']) {
    this.http = http;
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const startedMs = performance.now();
    const { origin, token } = this.http;
    const request = get(`${origin}${path}`, {
      agent: this.agent,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const ms = performance.now() - startedMs;
    const retryAfterS = Number(response.headers['retry-after'] ?? 0);
    return { status: response.statusCode ?? 0, body: body.toString(), ms, octets: body.length, retryAfterS };
  }

  /** @throws where the answer is none of success */
  async json<T>(path: string): Promise<T> {
    const { status, body } = await this.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body.slice(0, 300)}`);
    return JSON.parse(body) as T;
  }

  /** Milliseconds of so many answers, one after another, in turn through `paths`; waits where it has asked too often. */
  async times(paths: readonly string[], times: number): Promise<number[]> {
    const measured: number[] = [];
    while (measured.length < times) {
      const path = paths[measured.length % paths.length] as string;
      const { status, body, ms, retryAfterS } = await this.get(path);
      if (status === 429) {
        await pause(retryAfterS * 1_000);
        continue;
      }
      if (status !== 200) throw new Error(`${path}: ${status} ${body.slice(0, 300)}`);
      measured.push(ms);
    }
    return measured;
  }

  /** Until the daemon is ready, and what the API keeps in memory is there. */
  async whenReady(path: string, withinMs = 60_000): Promise<void> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const status = await this.get(path).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      if (performance.now() > untilMs) throw new Error(`${path}: still ${status}`);
      await pause(100);
    }
  }

  close(): void {
    this.agent.destroy();
  }
}
