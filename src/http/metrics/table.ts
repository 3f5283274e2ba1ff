// Every figure that is shown to monitoring, one by one. The text that Prometheus reads, the Grafana dashboard and
// docs/metrics.md are made from this table. No label ever holds an address of a flow, or an exporter's.
import { DISCARD_REASONS } from '../../core/counters.ts';
import { packageVersion } from '../../core/package.ts';
import {
  counter,
  flag,
  gauge,
  known,
  labelsOf,
  latency,
  type Metric,
  ofListeners,
  ofSources,
  ofTasks,
  SOURCE,
  stored,
  time,
} from './metric.ts';

export const METRICS = {
  // What was received
  flowsieve_datagrams_total: counter('flows', 'Messages taken in and committed', 'datagrams'),
  flowsieve_received_bytes_total: {
    type: 'counter',
    unit: 'bytes',
    panel: 'flows',
    help: 'Octets of the messages received',
    labels: SOURCE,
    read: ofSources(({ bytes }) => bytes),
  },
  flowsieve_records_total: counter('flows', 'Flow records decoded', 'records'),
  flowsieve_records_matched_total: counter('flows', 'Flow records that met an indicator in force', 'matched'),
  flowsieve_matches_total: counter('flows', 'Matches: a record can meet several indicators', 'matches'),
  flowsieve_records_discarded_total: {
    type: 'counter',
    unit: 'count',
    panel: 'flows',
    help: 'Flow records discarded, by reason; records = matched + discarded',
    labels: [...SOURCE, 'reason'],
    read: ({ figures }) =>
      (figures?.engine?.sources ?? []).flatMap((source) =>
        DISCARD_REASONS.map((reason) => ({
          labels: { ...labelsOf(source), reason },
          value: source.counts[reason],
        })),
      ),
  },
  flowsieve_swapped_times_total: counter(
    'flows',
    'Records whose end stood before their start',
    'swappedTimes',
  ),
  flowsieve_last_seen_time_seconds: {
    type: 'gauge',
    unit: 'time',
    panel: 'flows',
    help: 'When the last message came',
    labels: SOURCE,
    read: ofSources(({ lastSeenMs }) => time(lastSeenMs)),
  },
  flowsieve_clock_skew_seconds: {
    type: 'gauge',
    unit: 'seconds',
    panel: 'flows',
    help: "The exporters' clocks less ours; of several exporters the farthest, in this minute or the last",
    labels: SOURCE,
    read: ofSources(({ clockSkewMs }) => time(clockSkewMs)),
  },
  flowsieve_listener_up: ofListeners('Whether the listener listens', 'state', ({ bound, problem }) =>
    bound !== null && problem === null ? 1 : 0,
  ),
  flowsieve_listener_exporters: ofListeners('Exporters known', 'count', ({ known }) => known.exporters),
  flowsieve_listener_templates: ofListeners('Templates known', 'count', (of) => of.known.templates),
  flowsieve_listener_waiting_sets: ofListeners(
    'Data sets that wait for their template',
    'count',
    ({ known }) => known.waitingSets,
  ),
  flowsieve_listener_receive_buffer_bytes: ofListeners(
    'Receive buffer that the kernel gave each socket',
    'bytes',
    ({ bound }) => bound?.receiveBuffer?.obtained ?? null,
  ),
  // What was lost, or could not be used
  flowsieve_kernel_dropped_datagrams_total: counter(
    'losses',
    'Datagrams that the kernel dropped: the socket buffer was full',
    'kernelDropped',
  ),
  flowsieve_slab_dropped_datagrams_total: counter(
    'losses',
    'Datagrams dropped for want of a free slab: matching or the disk is too slow',
    'slabDropped',
  ),
  flowsieve_refused_total: counter(
    'losses',
    'Datagrams and connections refused: whoever sent them is not allowed by the listener',
    'refused',
  ),
  flowsieve_not_taken_datagrams_total: counter(
    'losses',
    'Datagrams not taken in: no list in force, or a store that cannot write',
    'notTaken',
  ),
  flowsieve_sequence_lost_total: counter(
    'losses',
    "Flows or packets missing by the exporters' sequence numbers",
    'sequenceLost',
  ),
  flowsieve_sequence_indeterminate_total: counter(
    'losses',
    'Messages of which it cannot be known whether something is missing',
    'sequenceIndeterminate',
  ),
  flowsieve_undecodable_total: counter(
    'losses',
    'Messages, sets and records that could not be decoded',
    'undecodable',
  ),
  flowsieve_early_sets_total: counter('losses', 'Data sets that came before their template', 'early'),
  flowsieve_early_sets_dropped_total: counter(
    'losses',
    'Data sets whose template never came',
    'earlyDropped',
  ),
  // The list and the store
  flowsieve_ready: {
    type: 'gauge',
    unit: 'state',
    panel: 'list',
    help: 'Whether the list is in force, the store can write and every listener listens',
    labels: [],
    read: ({ figures }) => flag(figures?.health.ready ?? false),
  },
  flowsieve_list_in_force: {
    type: 'gauge',
    unit: 'state',
    panel: 'list',
    help: 'Whether a list is in force: without one nothing is matched',
    labels: [],
    read: ({ figures }) => flag(figures !== null && 'generation' in figures.health.list),
  },
  flowsieve_store_writable: {
    type: 'gauge',
    unit: 'state',
    panel: 'list',
    help: 'Whether the store can write: else nothing is taken in',
    labels: [],
    read: ({ figures }) => flag(figures?.health.store === 'ok'),
  },
  flowsieve_list_generation: gauge(
    'list',
    'count',
    'Generation of the list in force',
    (of) => of.list?.generation,
  ),
  flowsieve_list_indicators: gauge(
    'list',
    'count',
    'Indicators in the list in force',
    (of) => of.list?.indicators,
  ),
  flowsieve_list_index_bytes: gauge(
    'list',
    'bytes',
    'Size of the index of the list',
    (of) => of.list?.indexBytes,
  ),
  flowsieve_list_load_seconds: gauge(
    'list',
    'seconds',
    'How long the list took to be loaded and indexed the last time',
    (of) => time(of.list?.loadMs),
  ),
  flowsieve_database_bytes: stored('list', 'bytes', 'Size of the database', (of) => of.databaseBytes),
  flowsieve_database_wal_bytes: stored('list', 'bytes', 'Size of its write-ahead log', (of) => of.walBytes),
  // What waits for a person
  flowsieve_verifications_overdue: stored(
    'people',
    'count',
    'Indicators whose verification was not renewed in time (L9)',
    (of) => of.verificationsOverdue,
  ),
  flowsieve_verifications_due: stored(
    'people',
    'count',
    'Indicators whose verification falls due within the hour (L9)',
    (of) => of.verificationsDue,
  ),
  flowsieve_indicators_suspended: stored(
    'people',
    'count',
    'Indicators that operators were told are suspended',
    (of) => of.indicatorsSuspended,
  ),
  flowsieve_proposals_open: stored('people', 'count', 'Proposals to complete', (of) => of.proposalsOpen),
  flowsieve_disputes_open: stored(
    'people',
    'count',
    'Disputes without a decision (L11)',
    (of) => of.disputesOpen,
  ),
  flowsieve_notices_unacknowledged: stored(
    'people',
    'count',
    'Notices that operators have not acknowledged (L10)',
    (of) => of.noticesUnacknowledged,
  ),
  flowsieve_notice_deliveries_failed: stored(
    'people',
    'count',
    'Deliveries of notices that were given up, and are not acknowledged',
    (of) => of.deliveriesFailed,
  ),
  flowsieve_warnings_to_approve: stored(
    'people',
    'count',
    'Warnings to approve',
    (of) => of.warningsToApprove,
  ),
  flowsieve_warnings_unclear: stored(
    'people',
    'count',
    'Warnings of which nobody knows whether they went out',
    (of) => of.warningsUnclear,
  ),
  flowsieve_sequesters: stored('people', 'count', 'Sequesters in force (I8)', (of) => of.sequestersInForce),
  flowsieve_matches_to_purge: stored(
    'people',
    'count',
    'Matches past their day of deletion, not erased yet (L19)',
    (of) => of.matchesToPurge,
  ),
  flowsieve_purge_due_time_seconds: stored(
    'people',
    'time',
    'Since when the oldest of them is due; absent where none is',
    (of) => time(of.purgeDueMs),
  ),
  flowsieve_audit_head_time_seconds: stored(
    'people',
    'time',
    'When the audit log was last signed (L22)',
    (of) => time(of.auditHeadMs),
  ),
  flowsieve_audit_unsigned_time_seconds: stored(
    'people',
    'time',
    'Since when the oldest event waits for a signed head; absent where none does',
    (of) => time(of.unsignedSinceMs),
  ),
  flowsieve_last_backup_time_seconds: stored('people', 'time', 'When the last backup was made', (of) =>
    time(of.lastBackupMs),
  ),
  flowsieve_events_total: {
    ...stored('people', 'count', 'Events in the audit log', (of) => of.events),
    type: 'counter',
  },
  flowsieve_consultations_total: {
    ...stored('people', 'count', 'Readings of matches and victims on record (L18)', (of) => of.consultations),
    type: 'counter',
  },
  // How long it takes
  flowsieve_batch_seconds: latency(
    'From handing a batch to the match workers to its result',
    (of) => of.matching,
  ),
  flowsieve_commit_seconds: latency('How long a commit took', (of) => of.committing),
  flowsieve_commits_failed_total: {
    ...gauge('latency', 'count', 'Commits that failed and were tried again', (of) => of.failedCommits),
    type: 'counter',
  },
  flowsieve_last_commit_time_seconds: gauge('latency', 'time', 'When something was last committed', (of) =>
    time(of.lastCommitMs),
  ),
  flowsieve_slabs: gauge('latency', 'count', 'Slabs that batches are received in', (of) => of.slabs),
  flowsieve_slabs_handed_over: gauge(
    'latency',
    'count',
    'Slabs that hold a batch on its way',
    (of) => of.slabsHandedOver,
  ),
  flowsieve_batches_under_way: gauge(
    'latency',
    'count',
    'Batches that are matched or wait for it',
    (of) => of.batchesUnderWay,
  ),
  flowsieve_uncommitted_rows: gauge(
    'latency',
    'count',
    'Ledger rows that wait for the next commit',
    (of) => of.uncommittedRows,
  ),
  flowsieve_uncommitted_matches: gauge(
    'latency',
    'count',
    'Matches that wait for the next commit',
    (of) => of.uncommittedMatches,
  ),
  // The process
  flowsieve_build_info: {
    type: 'gauge',
    unit: 'state',
    panel: 'process',
    help: 'The version that runs',
    labels: ['version'],
    read: () => [{ labels: { version: packageVersion() }, value: 1 }],
  },
  flowsieve_start_time_seconds: {
    type: 'gauge',
    unit: 'time',
    panel: 'process',
    help: 'When the daemon began',
    labels: [],
    read: ({ figures }) => known(time(figures?.startedMs)),
  },
  flowsieve_figures_time_seconds: {
    type: 'gauge',
    unit: 'time',
    panel: 'process',
    help: 'When the daemon last told its figures: once a second while it runs',
    labels: [],
    read: ({ figures }) => known(time(figures?.atMs)),
  },
  flowsieve_resident_memory_bytes: gauge('process', 'bytes', 'Memory of the process', (of) => of.memory.rss),
  flowsieve_heap_used_bytes: gauge('process', 'bytes', 'Heap of the main thread', (of) => of.memory.heapUsed),
  flowsieve_task_done_time_seconds: ofTasks('gauge', 'time', 'When a periodic task last ended well', (of) =>
    time(of.lastDoneMs),
  ),
  flowsieve_task_seconds: ofTasks('gauge', 'seconds', 'How long its last run took', (of) =>
    time(of.lastTookMs),
  ),
  flowsieve_task_failures_total: ofTasks(
    'counter',
    'count',
    'Runs of a periodic task that failed',
    (of) => of.failures,
  ),
} as const satisfies Readonly<Record<`flowsieve_${string}`, Metric>>;

export type MetricName = keyof typeof METRICS;
export const ALL_METRICS = Object.entries(METRICS) as readonly (readonly [MetricName, Metric])[];
