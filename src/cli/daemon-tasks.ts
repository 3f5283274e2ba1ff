// What the daemon does besides receiving, from the configuration.
import type { Configuration } from '../config/configuration.ts';
import type { Log } from '../core/log.ts';
import { MINUTE_MS } from '../core/time.ts';
import { type AuditTaskOptions, auditTask } from '../engine/audit-task.ts';
import type { PeriodicTask } from '../engine/periodic-tasks.ts';
import { retentionTask } from '../engine/retention-task.ts';
import { DeliveryTask, RaisingTask } from '../notices/tasks.ts';
import type { Database } from '../store/database.ts';
import { signingKeyPath } from '../store/signing-keys.ts';
import { EvidenceTask } from '../victims/evidence-task.ts';
import { WarningTask } from '../victims/warnings/task.ts';
import { warningTaskSettings } from './warning-settings.ts';

/** @param inUse as of the last reload */
export function daemonTasks(db: Database, inUse: () => Configuration, log: Log): readonly PeriodicTask[] {
  return [
    new EvidenceTask(db),
    new RaisingTask(db, inUse, log),
    new DeliveryTask(db, inUse, log),
    retentionTask(db, log),
    new WarningTask(db, () => warningTaskSettings(inUse()), log),
    auditTask(db, () => auditOptions(inUse()), log),
  ];
}

function auditOptions(configuration: Configuration): AuditTaskOptions {
  const { headEveryMinutes, anchorFolder } = configuration.audit;
  return {
    everyMs: headEveryMinutes * MINUTE_MS,
    signingKeyPath: signingKeyPath(configuration),
    anchorFolder,
  };
}
