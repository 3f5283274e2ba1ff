// What a receiver thread has to tell in words, gathered between reports: peers can cause any number of them.
import type { Notice } from './messages.ts';

/** Different ones between two reports; further ones are left out. */
const MAX_NOTICES = 32;

export class Notices {
  private readonly gathered = new Map<string, Notice & { times: number }>();

  add(listener: number, what: Notice['what'], detail: string): void {
    const key = `${listener} ${what} ${detail}`;
    const known = this.gathered.get(key);
    if (known) known.times++;
    else if (this.gathered.size < MAX_NOTICES) this.gathered.set(key, { listener, what, detail, times: 1 });
  }

  take(): Notice[] {
    const notices = [...this.gathered.values()];
    this.gathered.clear();
    return notices;
  }
}
