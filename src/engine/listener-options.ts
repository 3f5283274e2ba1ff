// Listeners as configured, and what a receiver thread is told of them: operators and bases become numbers of feeds.
import type {
  FeedId,
  ListenerSpec,
  TcpListener,
  TlsClient,
  TlsListener,
  UdpListener,
} from '../ingest/live/messages.ts';
import type { SourceNames } from '../store/origins.ts';

interface Origin {
  readonly operator: string;
  readonly retentionBasis: string;
}

export interface UdpOptions extends Omit<UdpListener, 'id' | 'feed'>, Origin {}
export interface TcpOptions extends Omit<TcpListener, 'id' | 'feed'>, Origin {}
export interface TlsOptions extends Omit<TlsListener, 'id' | 'clients' | 'refused'> {
  readonly clients: readonly (Omit<TlsClient, 'feed'> & Origin)[];
}
export type ListenerOptions = UdpOptions | TcpOptions | TlsOptions;

/** Whose the refused connections are: no operator can be called so. */
const NOBODY: Origin = { operator: '(unknown)', retentionBasis: '(none)' };

/** @param name as matches and the ledger name the listener */
export function specOf(
  options: ListenerOptions,
  id: number,
  name: string,
  openFeed: (names: SourceNames) => FeedId,
): ListenerSpec {
  const feedOf = ({ operator, retentionBasis }: Origin) => openFeed({ name, operator, retentionBasis });
  if (options.protocol === 'tls') {
    const clients = options.clients.map((client) => ({
      fingerprint: client.fingerprint,
      san: client.san,
      feed: feedOf(client),
    }));
    return { ...options, id, clients, refused: feedOf(NOBODY) };
  }
  const { operator: _operator, retentionBasis: _basis, ...rest } = options;
  return { ...rest, id, feed: feedOf(options) };
}

/** Whose flows arrive there. */
export function operatorsOf(options: ListenerOptions): string[] {
  if (options.protocol !== 'tls') return [options.operator];
  return [...new Set(options.clients.map(({ operator }) => operator))];
}
