// Alert rules for Prometheus: what should bring a person, and what to do then. deploy/prometheus/alerts.yaml is made from it.
import { stringify } from 'yaml';
import type { MetricName } from './table.ts';

interface Alert {
  readonly expr: string;
  /** How long it must hold. */
  readonly for: string;
  /** `critical`: flows or duties are being lost now. */
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly action: string;
}

/** A metric's name, which the compiler has looked up in the table. */
const m = (name: MetricName): string => name;
const grown = (name: MetricName, within: string): string => `increase(${name}[${within}])`;
const perSecond = (name: MetricName, within: string): string =>
  `sum by (listener, operator) (rate(${name}[${within}]))`;

export const ALERTS: Readonly<Record<`FlowSieve${string}`, Alert>> = {
  FlowSieveDown: {
    expr: `absent(${m('flowsieve_build_info')})`,
    for: '2m',
    severity: 'critical',
    summary: 'FlowSieve does not answer',
    action: 'systemctl status flowsieve; its log says why it ended. Flows that arrive meanwhile are lost.',
  },
  FlowSieveHangs: {
    expr: `time() - ${m('flowsieve_figures_time_seconds')} > 30`,
    for: '1m',
    severity: 'critical',
    summary: 'the daemon has not told its figures for {{ $value | humanizeDuration }}',
    action: 'Its main thread hangs: look at disk and processor, then restart it.',
  },
  FlowSieveListNotInForce: {
    expr: `${m('flowsieve_list_in_force')} == 0`,
    for: '1m',
    severity: 'critical',
    summary: 'no list is in force: nothing is matched',
    action: 'GET /readyz names the problem; flowsieve authorisation list shows what is imported.',
  },
  FlowSieveStoreCannotWrite: {
    expr: `${m('flowsieve_store_writable')} == 0`,
    for: '1m',
    severity: 'critical',
    summary: 'the store cannot write: nothing is taken in',
    action: 'Make room on the disk, or end what locks the database; GET /readyz names the problem.',
  },
  FlowSieveListenerDown: {
    expr: `${m('flowsieve_listener_up')} == 0`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.listener }} does not listen',
    action: 'Its address is taken or not of this machine: free it, then reload with SIGHUP.',
  },
  FlowSieveNoFlows: {
    expr:
      `sum by (listener, operator) (${grown('flowsieve_datagrams_total', '15m')}) == 0 ` +
      `unless sum by (listener, operator) (${m('flowsieve_datagrams_total')}{operator="(unknown)"})`,
    for: '15m',
    severity: 'warning',
    summary: 'nothing comes from {{ $labels.operator }} on {{ $labels.listener }}',
    action: 'Ask the operator whether its exporters send; look at flowsieve_refused_total and the firewall.',
  },
  FlowSieveKernelDrops: {
    expr: `${grown('flowsieve_kernel_dropped_datagrams_total', '5m')} > 0`,
    for: '0m',
    severity: 'critical',
    summary: 'the kernel drops datagrams of {{ $labels.listener }}',
    action: 'Raise net.core.rmem_max (deploy/90-flowsieve.conf) and receive_buffer; see docs/operations.md.',
  },
  FlowSieveSlabDrops: {
    expr: `${grown('flowsieve_slab_dropped_datagrams_total', '5m')} > 0`,
    for: '0m',
    severity: 'critical',
    summary: 'datagrams of {{ $labels.operator }} are dropped for want of a free slab',
    action:
      'Matching or the disk is too slow: more matching.workers, a faster disk; see flowsieve_commit_seconds.',
  },
  FlowSieveNotTaken: {
    expr: `${grown('flowsieve_not_taken_datagrams_total', '5m')} > 0`,
    for: '0m',
    severity: 'critical',
    summary: 'datagrams of {{ $labels.operator }} were not taken in',
    action: 'There was no list in force, or the store could not write: GET /readyz says which.',
  },
  FlowSieveSequenceGaps: {
    expr: `${perSecond('flowsieve_sequence_lost_total', '15m')} > 0.01 * ${perSecond('flowsieve_records_total', '15m')}`,
    for: '15m',
    severity: 'warning',
    summary: 'flows of {{ $labels.operator }} are lost on their way to {{ $labels.listener }}',
    action:
      'Look for loss between exporter and collector; some exporters count their own way (docs/troubleshooting.md).',
  },
  FlowSieveUndecodable: {
    expr: `${perSecond('flowsieve_undecodable_total', '15m')} > 0.01 * ${perSecond('flowsieve_datagrams_total', '15m')}`,
    for: '15m',
    severity: 'warning',
    summary: 'what {{ $labels.operator }} sends to {{ $labels.listener }} cannot be decoded',
    action: 'The log names exporter and fault (a message could not be used).',
  },
  FlowSieveTemplatesMissing: {
    expr: `${grown('flowsieve_early_sets_dropped_total', '15m')} > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'data of {{ $labels.operator }} was dropped: its template never came',
    action: 'Let the exporter send its templates more often: every minute or every twenty messages.',
  },
  FlowSieveClockSkew: {
    expr: `abs(${m('flowsieve_clock_skew_seconds')}) > 60`,
    for: '15m',
    severity: 'warning',
    summary: 'the clock of an exporter of {{ $labels.operator }} is {{ $value | humanizeDuration }} off',
    action: 'Let it take its time by NTP: times of flows decide what may be matched (L3).',
  },
  FlowSieveVerificationsOverdue: {
    expr: `${m('flowsieve_verifications_overdue')} > 0`,
    for: '0m',
    severity: 'warning',
    summary: '{{ $value }} indicators were not verified in time (L9)',
    action: 'They match nothing until they are: flowsieve indicator verify, or the page Indicators.',
  },
  FlowSieveNoticesUnacknowledged: {
    expr: `${m('flowsieve_notices_unacknowledged')} > 0`,
    for: '4h',
    severity: 'warning',
    summary: '{{ $value }} notices are not acknowledged by operators (L10)',
    action: 'flowsieve notice list --open; reach the operator by other means.',
  },
  FlowSieveNoticesUndelivered: {
    expr: `${m('flowsieve_notice_deliveries_failed')} > 0`,
    for: '0m',
    severity: 'critical',
    summary: '{{ $value }} deliveries of notices were given up (L10)',
    action:
      'The operator may still collect on an address that is none of a C2 server: tell it by other means.',
  },
  FlowSieveDisputesOpen: {
    expr: `${m('flowsieve_disputes_open')} > 0`,
    for: '1d',
    severity: 'warning',
    summary: '{{ $value }} disputes wait for a decision (L11)',
    action: 'Two people decide: flowsieve dispute list --state open.',
  },
  FlowSieveWarningsUnclear: {
    expr: `${m('flowsieve_warnings_unclear')} > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'of {{ $value }} warnings nobody knows whether they went out',
    action: "Look in the mail server's log; nothing is sent twice by itself.",
  },
  FlowSievePurgeLate: {
    expr: `time() - ${m('flowsieve_purge_due_time_seconds')} > 900`,
    for: '0m',
    severity: 'critical',
    summary: 'matches are kept longer than they may be: {{ $value | humanizeDuration }} (L19)',
    action: 'The log says why the task retention fails; flowsieve purge erases them now.',
  },
  FlowSieveCommitsSlow: {
    expr: `histogram_quantile(0.99, sum by (le) (rate(${m('flowsieve_commit_seconds')}_bucket[5m]))) > 0.5`,
    for: '10m',
    severity: 'warning',
    summary: 'one commit in a hundred takes more than {{ $value | humanizeDuration }}',
    action: 'The disk is slow or shared: slabs run out next. Give the database a disk of its own.',
  },
  FlowSieveAuditHeadLate: {
    expr: `time() - ${m('flowsieve_audit_unsigned_time_seconds')} > 3 * 3600`,
    for: '0m',
    severity: 'warning',
    summary: 'events of the audit log have waited {{ $value | humanizeDuration }} for a signed head (L22)',
    action: 'The log says why the task audit fails: the key, or the folder of audit.anchor_folder.',
  },
  FlowSieveTasksFail: {
    expr: `${grown('flowsieve_task_failures_total', '30m')} > 3`,
    for: '0m',
    severity: 'warning',
    summary: 'the periodic task {{ $labels.task }} fails again and again',
    action: 'The log says why (a periodic task failed).',
  },
  FlowSieveBackupOld: {
    expr: `time() - ${m('flowsieve_last_backup_time_seconds')} > 2 * 86400`,
    for: '1h',
    severity: 'warning',
    summary: 'the last backup is {{ $value | humanizeDuration }} old',
    action: 'flowsieve backup (docs/retention.md).',
  },
  FlowSieveMemoryHigh: {
    expr: `${m('flowsieve_resident_memory_bytes')} > 0.9e9`,
    for: '10m',
    severity: 'warning',
    summary: 'the daemon uses {{ $value | humanize1024 }}B of memory',
    action: 'deploy/flowsieve.service allows 1 GiB: give it more where the list is long.',
  },
};

/** deploy/prometheus/alerts.yaml as it stands. */
export function alertRules(): string {
  const rules = Object.entries(ALERTS).map(([alert, { expr, for: held, severity, summary, action }]) => ({
    alert,
    expr,
    for: held,
    labels: { severity },
    annotations: { summary, action },
  }));
  const opening =
    '# Made by `flowsieve config metrics --alerts`: thresholds are a beginning, change them here.\n';
  return opening + stringify({ groups: [{ name: 'flowsieve', rules }] }, { lineWidth: 0 });
}
