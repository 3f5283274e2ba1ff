// What the main thread and a receiver thread say to each other. Plain data; slabs are named by number, and belong to the
// side that was told of them last.
import type { Group, WireBatch } from '../batch.ts';

/** What all flows of one batch have in common: an operator and a retention basis. The main thread knows which by number. */
export type FeedId = number;

/** A UDP socket, or several on one port. */
export interface UdpListener {
  readonly protocol: 'udp';
  readonly id: number;
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Prefixes from which datagrams are taken. */
  readonly exporters: readonly string[];
  readonly feed: FeedId;
  /** Octets of receive buffer to ask for, each socket. */
  readonly receiveBuffer: number;
  readonly sockets: number;
}

export interface StreamLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerClient: number;
  /** Without a whole message for so long, a connection is ended. */
  readonly idleSeconds: number;
}

/** IPFIX over TCP, unencrypted. */
export interface TcpListener extends StreamLimits {
  readonly protocol: 'tcp';
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** Prefixes from which connections are taken. */
  readonly exporters: readonly string[];
  readonly feed: FeedId;
}

/** PEM texts. */
export interface TlsCredentials {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Who may connect, and what the flows then belong to. Either fingerprint or name is given. */
export interface TlsClient {
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string | null;
  /** DNS name or address among the certificate's subject alternative names. */
  readonly san: string | null;
  readonly feed: FeedId;
}

export interface TlsListener extends StreamLimits {
  readonly protocol: 'tls';
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly credentials: TlsCredentials;
  readonly clients: readonly TlsClient[];
  /** Counts those who are refused: they belong to nobody. */
  readonly refused: FeedId;
  readonly handshakeSeconds: number;
}

/** Each protocol adds its own; all have `id`, the address, and what their flows belong to. */
export type ListenerSpec = UdpListener | TcpListener | TlsListener;

export interface ReceiverSetup {
  /** This thread's share, with the numbers by which the main thread knows them. */
  readonly slabs: readonly { readonly number: number; readonly buffer: SharedArrayBuffer }[];
  readonly maxDescriptors: number;
  readonly flushAfterMs: number;
}

export type Command =
  /** Answered by `opened` or `failed`. `templates` is what `state` gave before, or null. */
  | { readonly kind: 'open'; readonly listener: ListenerSpec; readonly templates: unknown }
  /** Another feed, allow-list or certificate on the open socket; answered as `open`. */
  | { readonly kind: 'change'; readonly listener: ListenerSpec }
  /** Takes in what has arrived, closes, answers `closed`. */
  | { readonly kind: 'close'; readonly listener: number }
  /** A slab is free again. */
  | { readonly kind: 'release'; readonly slab: number }
  | { readonly kind: 'flushAfter'; readonly ms: number }
  /** Closes all, hands over everything, answers `stopped`. */
  | { readonly kind: 'stop' };

/** What a listener got of what it asked for. */
export interface Bound {
  readonly address: string;
  readonly port: number;
  readonly sockets: number;
  /** Octets of receive buffer asked for and obtained, each socket; null where there is none. */
  readonly receiveBuffer: { readonly asked: number; readonly obtained: number } | null;
  /** The kernel's drops of its sockets can be read, or it drops nothing (streams). */
  readonly dropsKnown: boolean;
}

/** What a listener knows of its exporters. */
export interface KnownExporters {
  readonly exporters: number;
  readonly templates: number;
  /** Data sets that wait for their template. */
  readonly waitingSets: number;
  /** How many templates each exporter has announced. */
  readonly templatesOf: readonly (readonly [exporter: string, templates: number])[];
}

/** Something to be told, at most once a second each, with how often it was. Never holds an address of a flow. */
export interface Notice {
  readonly listener: number;
  readonly what: 'refused' | 'problem' | 'connection';
  readonly detail: string;
  readonly times: number;
}

export type Report =
  | { readonly kind: 'opened'; readonly listener: number; readonly bound: Bound }
  | { readonly kind: 'failed'; readonly listener: number; readonly message: string }
  | { readonly kind: 'closed'; readonly listener: number }
  /** The slab is the main thread's until it is released. */
  | {
      readonly kind: 'batch';
      readonly feed: FeedId;
      readonly slab: number;
      readonly batch: WireBatch;
      readonly groups: readonly Group[];
      /** Octets of the messages that were taken in. */
      readonly bytes: number;
    }
  /** What was counted outside batches. */
  | { readonly kind: 'counts'; readonly feed: FeedId; readonly groups: readonly Group[] }
  | { readonly kind: 'notices'; readonly notices: readonly Notice[] }
  /** What a restart needs: Decoder.snapshot(). Told when it has changed, and at the end. */
  | { readonly kind: 'templates'; readonly listener: number; readonly snapshot: unknown }
  /** What the listener's decoders remember. Told when it has changed. */
  | { readonly kind: 'known'; readonly listener: number; readonly known: KnownExporters }
  | { readonly kind: 'stopped' };
