// Live figures for whoever watches, as server-sent events: read once a second whatever their number, sent to each as far as it
// keeps up.
import type { ServerResponse } from 'node:http';
import { MINUTE_MS } from '../core/time.ts';
import { type FlowFigures, figuresReader } from '../store/flow-figures.ts';
import type { HttpContext } from './context.ts';
import type { Overview } from './standing.ts';

const EVERY_MS = 1_000;
const MAX_CLIENTS = 100;
/** Whoever has left so many octets unread is too slow. */
const MAX_UNREAD = 65_536;
/** For how long back intervals of the ledger are looked at again: they grow until they are over. */
const GROWS_FOR_MS = 5 * MINUTE_MS;

interface Client {
  readonly response: ServerResponse;
  /** Whose figures it is shown; `null` = all. */
  readonly operator: string | null;
  /** Whether its token or session still is. */
  readonly isAdmitted: () => boolean;
  /** What it was last told of what waits. */
  needs: string;
}

type Rates = Readonly<Record<keyof FlowFigures, number>>;

export class Live {
  private readonly context: HttpContext;
  private readonly overview: Overview;
  private readonly clients = new Set<Client>();
  private readonly meters = new Map<string | null, Meter>();
  private timer: NodeJS.Timeout | null = null;

  constructor(context: HttpContext, overview: Overview) {
    this.context = context;
    this.overview = overview;
  }

  get isFull(): boolean {
    return this.clients.size >= MAX_CLIENTS;
  }

  /** Takes over a response whose head has been sent. */
  add(response: ServerResponse, operator: string | null, isAdmitted: () => boolean): void {
    const client: Client = { response, operator, isAdmitted, needs: '' };
    this.clients.add(client);
    response.on('error', () => this.drop(client));
    response.on('close', () => this.drop(client));
    response.write('retry: 3000\n\n');
    this.timer ??= setInterval(() => this.tick(), EVERY_MS);
    this.tell(client, null);
  }

  /** Ends every stream. Idempotent. */
  close(): void {
    for (const { response } of this.clients) response.end();
    this.clients.clear();
    this.pause();
  }

  private tick(): void {
    try {
      const rates = new Map<string | null, Rates | null>();
      for (const client of this.clients) {
        const { operator } = client;
        if (!rates.has(operator)) rates.set(operator, this.meter(operator).read());
        this.tell(client, rates.get(operator) ?? null);
      }
      for (const operator of this.meters.keys()) if (!rates.has(operator)) this.meters.delete(operator);
    } catch (error) {
      this.context.log.warn({ reason: (error as Error).message }, 'live figures cannot be read');
    }
  }

  private meter(operator: string | null): Meter {
    const meter = this.meters.get(operator) ?? new Meter(this.context, operator);
    this.meters.set(operator, meter);
    return meter;
  }

  private tell(client: Client, rates: Rates | null): void {
    const { response, operator } = client;
    if (!client.isAdmitted()) {
      this.drop(client);
      response.end();
      return;
    }
    if (response.writableLength > MAX_UNREAD) {
      this.drop(client);
      response.destroy();
      return;
    }
    const totals = operator === null ? this.overview.totals() : null;
    response.write(event('figures', { ...this.overview.standing(operator), totals, rates }));
    const needs = JSON.stringify(this.overview.needs(operator));
    if (needs === client.needs) return;
    client.needs = needs;
    response.write(`event: needs\ndata: ${needs}\n\n`);
  }

  private drop(client: Client): void {
    this.clients.delete(client);
    if (this.clients.size === 0) this.pause();
  }

  private pause(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.meters.clear();
  }
}

/** What the ledger has grown by, per second, since it was last read. */
class Meter {
  private readonly figures: ReturnType<typeof figuresReader>;
  private readonly operator: string | null;
  private sinceMs: number;
  private before: { readonly atMs: number; readonly figures: FlowFigures } | null = null;

  constructor({ db }: HttpContext, operator: string | null) {
    this.figures = figuresReader(db);
    this.operator = operator;
    this.sinceMs = growingSince();
  }

  /** @returns `null` at the first reading */
  read(): Rates | null {
    const atMs = performance.now();
    const figures = this.count();
    const { before } = this;
    this.before = { atMs, figures };
    if (growingSince() > this.sinceMs + GROWS_FOR_MS) this.moveOn(atMs);
    if (!before) return null;
    const seconds = (atMs - before.atMs) / 1_000;
    const rates = Object.entries(figures).map(([name, value]) => {
      const grown = value - before.figures[name as keyof FlowFigures];
      return [name, Math.max(0, grown) / seconds];
    });
    return Object.fromEntries(rates) as Rates;
  }

  private count(): FlowFigures {
    const { sinceMs, operator } = this;
    return this.figures({ sinceMs, operator });
  }

  private moveOn(atMs: number): void {
    this.sinceMs = growingSince();
    this.before = { atMs, figures: this.count() };
  }
}

function growingSince(): number {
  return Math.floor((Date.now() - GROWS_FOR_MS) / MINUTE_MS) * MINUTE_MS;
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
