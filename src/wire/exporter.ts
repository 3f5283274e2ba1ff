// An exporter as the decoder knows it: its domains, their templates, and what waits for one. Data only;
// exporter-table.ts keeps the accounts.
import type { SetContext } from './layout.ts';
import type { SharedLayout } from './layout-table.ts';

/**
 * How messages arrive: over a stream (TCP, TLS, a file) templates live as long as it does, and can be
 * withdrawn (RFC 7011 § 8.1).
 */
export type Transport = 'udp' | 'stream';

export interface Template {
  readonly domain: Domain;
  readonly id: number;
  readonly isOptions: boolean;
  readonly scopeFields: number;
  readonly shared: SharedLayout;
  /** As announced, from the field count on: an announcement that repeats it is not read again. */
  readonly announced: Uint8Array;
  /** On the exporter's own clock (`activeMs`). */
  refreshedMs: number;
}

/** A data set that waits for its template, copied, with what its message's header said. */
export interface HeldSet {
  readonly domain: Domain;
  readonly templateId: number;
  readonly bytes: Uint8Array;
  readonly exportMs: number;
  readonly uptimeMs: number;
  /** On the exporter's own clock. */
  readonly heldAtMs: number;
}

/**
 * A source id (v9), observation domain (IPFIX) or engine (v5): the space of template ids and sequence
 * numbers.
 */
export interface Domain {
  readonly exporter: Exporter;
  readonly version: number;
  readonly id: number;
  readonly templates: Map<number, Template>;
  /** By template id, oldest first. */
  readonly waiting: Map<number, Set<HeldSet>>;
  readonly samplers: Map<number, number>;
  context: SetContext;
  /** -1 = unknown. */
  nextSequence: number;
}

export class Exporter {
  readonly address: string;
  readonly transport: Transport;
  /** In the table: the address, or the stream's own. */
  readonly key: string;
  /** Oldest first. */
  readonly domains = new Map<number, Domain>();
  /** Longest unannounced first. */
  readonly templates = new Set<Template>();
  fields = 0;
  /** Oldest first. */
  readonly held = new Set<HeldSet>();
  heldBytes = 0;
  /**
   * Its own clock: advances as messages arrive, over a silence by `maxSilenceMs` at most, and never goes
   * back.
   */
  activeMs = 0;
  lastReceivedMs = Number.NaN;
  /** Since the last look for one to forget. */
  used = true;
  /** No longer in the table; whoever still holds it brings it back, empty, by using it. */
  forgotten = false;
  lastDomain: Domain | null = null;

  constructor(address: string, transport: Transport, key: string) {
    this.address = address;
    this.transport = transport;
    this.key = key;
  }
}
