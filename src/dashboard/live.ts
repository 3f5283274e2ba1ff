// What the server says once a second; where its stream does not come through, asked for instead.
import { useEffect, useState } from 'preact/hooks';
import type { OverviewAnswer } from '../http/routes/overview.ts';

/** Per second. */
type Rates = Readonly<
  Record<'datagrams' | 'records' | 'matched' | 'matches' | 'lost' | 'sequenceLost', number>
>;

export interface Heard
  extends Pick<OverviewAnswer, 'atMs' | 'ready' | 'generation' | 'problems' | 'listeners' | 'totals'> {
  /** `null` until there are two readings. */
  readonly rates: Rates | null;
}

export interface LiveState {
  /** Whether the stream comes through. */
  readonly isLive: boolean;
  readonly figures: Heard | null;
  readonly needs: OverviewAnswer['needs'] | null;
}

const SILENT: LiveState = { isLive: false, figures: null, needs: null };
const POLL_EVERY_MS = 10_000;

/** @param poll called while the stream does not come through */
export function useLive(poll: () => void): LiveState {
  const [state, setState] = useState(SILENT);
  useEffect(() => {
    const source = new EventSource('/api/live');
    let polling: ReturnType<typeof setInterval> | null = null;
    source.addEventListener('figures', ({ data }: MessageEvent<string>) => {
      if (polling) clearInterval(polling);
      polling = null;
      setState((before) => ({ ...before, isLive: true, figures: JSON.parse(data) as Heard }));
    });
    source.addEventListener('needs', ({ data }: MessageEvent<string>) =>
      setState((before) => ({ ...before, needs: JSON.parse(data) as OverviewAnswer['needs'] })),
    );
    source.onerror = () => {
      // It connects again by itself, unless it was refused.
      setState(SILENT);
      polling ??= setInterval(poll, POLL_EVERY_MS);
      if (source.readyState === EventSource.CLOSED) poll();
    };
    return () => {
      source.close();
      if (polling) clearInterval(polling);
    };
  }, [poll]);
  return state;
}
