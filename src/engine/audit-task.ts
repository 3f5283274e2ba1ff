// Signs a tree head at intervals, where something happened since the last, and puts it outside (L22).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { anchorHead } from '../audit/anchor.ts';
import type { Log } from '../core/log.ts';
import { advanceTree, lastHead, signHead } from '../store/audit-heads.ts';
import type { Database } from '../store/database.ts';
import { openSigningKey } from '../store/signing-keys.ts';
import type { PeriodicTask } from './periodic-tasks.ts';
import { whenFree } from './when-free.ts';

export interface AuditTaskOptions {
  readonly everyMs: number;
  readonly signingKeyPath: string;
  readonly anchorFolder: string | null;
}

/** Of a transaction that takes events into the tree, ms. */
const CHUNK_MS = 20;
const BY = { by: 'flowsieve', role: 'system' } as const;

export function auditTask(db: Database, options: () => AuditTaskOptions, log: Log): PeriodicTask {
  return {
    name: 'audit',
    get everyMs() {
      return options().everyMs;
    },
    async run(nowMs, signal) {
      const { signingKeyPath, anchorFolder } = options();
      const change = { ...BY, at: nowMs };
      const key = await whenFree(() => openSigningKey(db, signingKeyPath, change), signal);
      const covered = lastHead(db)?.treeSize ?? 0;
      while (!(await whenFree(() => advanceTree(db, CHUNK_MS), signal))) {
        if (signal.aborted) return;
        await nextTurn();
      }
      const head = await whenFree(() => signHead(db, key, change), signal);
      if (head.treeSize > covered) log.info({ events: head.treeSize }, 'tree head signed');
      // Also one that could not be put there last time.
      if (anchorFolder !== null) anchorHead(anchorFolder, head);
    },
  };
}
