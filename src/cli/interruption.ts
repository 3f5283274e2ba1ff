// SIGINT and SIGTERM: the first drains, the second aborts at once.
import { log } from './command.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** 128 + SIGINT, as shells expect of a process that was told to stop. */
const ABORTED = 130;

export class Interruption {
  private readonly controller = new AbortController();
  private readonly handler = () => {
    if (this.controller.signal.aborted) process.exit(ABORTED);
    log('stopping after what has been read; again to abort');
    this.controller.abort();
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.handler);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(): void {
    for (const signal of SIGNALS) process.off(signal, this.handler);
  }
}
