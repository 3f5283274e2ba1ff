// What the main thread and the HTTP thread say to each other: plain data; and how much memory a thread may take.
import type { LoadedRegime } from '../authority/regime.ts';
import type { Configuration } from '../config/configuration.ts';
import type { LiveFigures } from '../engine/live-figures.ts';
import type { TlsFiles } from './server.ts';

/** A thread that needs more dies alone. Young objects have little room: otherwise each thread keeps tens of MiB for them. */
export const THREAD_LIMITS = { maxOldGenerationSizeMb: 1_024, maxYoungGenerationSizeMb: 6 } as const;

export interface HttpSetup {
  readonly configuration: Configuration;
  /** 0 = any that is free. */
  readonly port: number;
  readonly tls: TlsFiles | null;
  /** The regimes beside those bundled, as the configuration has them. */
  readonly regimes: readonly LoadedRegime[];
}

export type ToHttp =
  | { readonly kind: 'figures'; readonly figures: LiveFigures }
  | {
      readonly kind: 'settings';
      readonly configuration: Configuration;
      readonly regimes: readonly LoadedRegime[];
    }
  | { readonly kind: 'stop' };

export type FromHttp =
  | { readonly kind: 'listening'; readonly port: number }
  /** It cannot listen: the reason, in words. */
  | { readonly kind: 'refused'; readonly reason: string };
