// Fail closed: flows are taken in only while nothing stands against it. Why not is kept, and said once.
import type { Log } from '../core/log.ts';

/** `list`: it cannot be renewed; `store`: it cannot write. */
export type Obstacle = 'list' | 'store';

const MEANING: Readonly<Record<Obstacle, string>> = {
  list: 'the list in force cannot be renewed: nothing is matched until it can',
  store: 'the store cannot write: nothing is taken in until it can',
};

export class Gate {
  private readonly log: Log;
  private readonly obstacles = new Map<Obstacle, string>();

  constructor(log: Log) {
    this.log = log;
  }

  get isOpen(): boolean {
    return this.obstacles.size === 0;
  }

  reason(obstacle: Obstacle): string | null {
    return this.obstacles.get(obstacle) ?? null;
  }

  close(obstacle: Obstacle, reason: string): void {
    const before = this.obstacles.get(obstacle);
    this.obstacles.set(obstacle, reason);
    if (before !== reason) this.log.error({ obstacle, reason }, MEANING[obstacle]);
  }

  open(obstacle: Obstacle): void {
    if (this.obstacles.delete(obstacle)) this.log.info({ obstacle }, 'the obstacle is gone');
  }
}
