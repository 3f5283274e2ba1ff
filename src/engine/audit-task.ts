// Signs a tree head at intervals, where something happened since the last, and puts it outside (L22).
import type { Log } from '../core/log.ts';
import { lastHead } from '../store/audit-heads.ts';
import type { Database } from '../store/database.ts';
import type { PeriodicTask } from './periodic-tasks.ts';
import { type HeadPlaces, signTreeNow } from './signing-heads.ts';

export interface AuditTaskOptions extends HeadPlaces {
  readonly everyMs: number;
}

const BY = { by: 'flowsieve', role: 'system' } as const;

export function auditTask(db: Database, options: () => AuditTaskOptions, log: Log): PeriodicTask {
  return {
    name: 'audit',
    get everyMs() {
      return options().everyMs;
    },
    async run(nowMs, signal) {
      const covered = lastHead(db)?.treeSize ?? 0;
      const head = await signTreeNow(db, options(), { ...BY, at: nowMs }, signal);
      if (head && head.treeSize > covered) log.info({ events: head.treeSize }, 'tree head signed');
    },
  };
}
