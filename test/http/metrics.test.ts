import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DISCARD_REASONS } from '../../src/core/counters.ts';
import { Histogram, LATENCY_BOUNDS_S } from '../../src/core/histogram.ts';
import { SourceTotals } from '../../src/engine/source-totals.ts';
import { ALERTS, alertRules } from '../../src/http/metrics/alerts.ts';
import { grafanaDashboard } from '../../src/http/metrics/grafana.ts';
import { metricsReference } from '../../src/http/metrics/reference.ts';
import { ALL_METRICS, METRICS } from '../../src/http/metrics/table.ts';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { eventWriter } from '../../src/store/events.ts';
import { iterateMatches } from '../../src/store/matches.ts';
import { storeFiguresReader } from '../../src/store/store-figures.ts';
import { CAPTURES, startDaemon, sums, udp } from '../daemon/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { parseExposition } from './exposition.ts';
import { testServer } from './fixture.ts';

const ROOT = join(import.meta.dirname, '../..');
const HAS_PROMTOOL = spawnSync('promtool', ['--version']).status === 0;

function promtool(command: readonly string[], input?: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', command, { input, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('GET /metrics', () => {
  it('counts what a daemon does as its ledger does, and names no address of a flow', async () => {
    const daemon = await startDaemon({ listeners: [udp(), udp({ operator: 'a "quoted\\" name' })] });
    const { db } = daemon;
    const startedMs = Date.now();
    const { app } = await testServer({
      db,
      figures: () => ({
        atMs: Date.now(),
        startedMs,
        health: daemon.daemon.health,
        engine: daemon.daemon.figures,
        tasks: [{ name: 'retention', failures: 1, lastDoneMs: startedMs, lastTookMs: 12 }],
      }),
    });
    const scrape = async () => (await app.inject({ url: '/metrics' })).body;
    const metrics = async () => parseExposition(await scrape());
    const total = async (name: string, labels: object = {}) => {
      const series = (await metrics()).get(name)?.series ?? [];
      const asked = series.filter((one) =>
        Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      );
      return asked.reduce((sum, { value }) => sum + value, 0);
    };

    const capture = [...capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap'))];
    await exportFrom('127.0.0.5', [...capture, new Uint8Array(7)], daemon.to());
    await expect.poll(() => total('flowsieve_records_total')).toBe(1612);
    await expect.poll(() => total('flowsieve_listener_templates')).toBeGreaterThan(0);
    await expect.poll(() => total('flowsieve_undecodable_total')).toBe(1);

    const ledger = sums(db);
    for (const [name, column] of [
      ['flowsieve_datagrams_total', 'datagrams'],
      ['flowsieve_records_matched_total', 'matched'],
      ['flowsieve_matches_total', 'matches'],
      ['flowsieve_kernel_dropped_datagrams_total', 'kernelDropped'],
      ['flowsieve_slab_dropped_datagrams_total', 'slabDropped'],
      ['flowsieve_refused_total', 'refused'],
      ['flowsieve_not_taken_datagrams_total', 'notTaken'],
      ['flowsieve_sequence_lost_total', 'sequenceLost'],
      ['flowsieve_early_sets_total', 'early'],
      ['flowsieve_undecodable_total', 'undecodable'],
    ] as const) {
      expect.soft(await total(name), name).toBe(ledger[column]);
    }
    for (const reason of DISCARD_REASONS) {
      const discarded = await total('flowsieve_records_discarded_total', { reason });
      expect.soft(discarded, reason).toBe(ledger[reason]);
    }
    expect(await total('flowsieve_records_total', { operator: 'example-isp' })).toBe(1612);
    expect(await total('flowsieve_records_total', { operator: 'a "quoted\\" name' })).toBe(0);
    const octets = capture.reduce((sum, { length }) => sum + length, 7);
    expect(await total('flowsieve_received_bytes_total')).toBe(octets);
    const all = await metrics();
    const count = (name: string) => all.get(name)?.series.find((one) => one.name === `${name}_count`)?.value;
    expect(count('flowsieve_batch_seconds')).toBeGreaterThan(0);
    expect(count('flowsieve_commit_seconds')).toBeGreaterThan(0);
    expect(await total('flowsieve_ready')).toBe(1);
    expect(await total('flowsieve_list_indicators')).toBe(daemon.daemon.figures?.list?.indicators);
    expect(await total('flowsieve_listener_exporters')).toBe(1);
    expect(await total('flowsieve_slabs_handed_over')).toBe(0);
    expect(await total('flowsieve_task_failures_total', { task: 'retention' })).toBe(1);

    const text = await scrape();
    const addresses = new Set([...iterateMatches(db)].flatMap(({ victim, c2 }) => [victim, c2]));
    expect(addresses.size).toBeGreaterThan(2);
    for (const address of addresses) expect(text).not.toContain(address);
    // What can have no value here: nothing is due, signed or backed up.
    const missing = ALL_METRICS.map(([name]) => name).filter((name) => !all.has(name));
    expect(missing.toSorted()).toEqual([
      'flowsieve_audit_head_time_seconds',
      'flowsieve_last_backup_time_seconds',
      'flowsieve_purge_due_time_seconds',
    ]);
    for (const [name, { series }] of all) {
      const { labels } = METRICS[name as keyof typeof METRICS];
      for (const one of series) {
        expect(Object.keys(one.labels).filter((label) => label !== 'le')).toEqual([...labels]);
      }
    }
  });

  it('says before the daemon does that it is not ready, and what the database tells', async () => {
    const { app, db } = await testServer();
    const answer = await app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const metrics = parseExposition(answer.body);
    const value = (name: string) => metrics.get(name)?.series[0]?.value;
    expect(value('flowsieve_ready')).toBe(0);
    expect(value('flowsieve_list_in_force')).toBe(0);
    expect(value('flowsieve_database_bytes')).toBe(
      (db.pragma('page_count', { simple: true }) as number) *
        (db.pragma('page_size', { simple: true }) as number),
    );
    expect(metrics.has('flowsieve_records_total')).toBe(false);
  });

  it('counts verifications that are overdue until they are made, and knows the last backup', async () => {
    const { db } = await testServer();
    const read = storeFiguresReader(db);
    const event = (action: string, object: string, atMs: number) =>
      eventWriter(db)({
        atMs,
        actor: 'x',
        role: 'system',
        action,
        object,
        version: 1,
        digest: null,
        detail: {},
      });
    event('indicator.overdue', 'indicator--1', 1);
    event('indicator.overdue', 'indicator--2', 2);
    expect(read(10)).toMatchObject({
      verificationsOverdue: 2,
      lastBackupMs: null,
      unsignedSinceMs: 1,
      events: 2,
    });
    event('indicator.verify', 'indicator--1', 3);
    event('backup.create', 'x.db', 4);
    expect(read(10)).toMatchObject({ verificationsOverdue: 1, lastBackupMs: 4 });
    db.prepare("INSERT INTO noticedIndicators VALUES ('indicator--2', 'over')").run();
    expect(read(10)).toMatchObject({ verificationsOverdue: 0 });
  });

  it('is open to programs on the same machine; others need a token of a role that may know every operator', async () => {
    const { app, token, bearer } = await testServer();
    const ask = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
      (await app.inject({ url: '/metrics', headers, remoteAddress })).statusCode;
    expect(await ask({ host: 'localhost:8055' })).toBe(200);
    expect(await ask({ host: '[::1]:8055' }, '::1')).toBe(200);
    expect(await ask({ host: '127.0.0.1:8055' }, '::ffff:127.0.0.1')).toBe(200);
    // A page from elsewhere that calls itself so; a proxy that asks for somebody else; another machine.
    expect(await ask({ host: 'evil.example' })).toBe(401);
    expect(await ask({ host: 'localhost', 'x-forwarded-for': '192.0.2.1' })).toBe(401);
    expect(await ask({ host: 'localhost' }, '192.0.2.1')).toBe(401);
    expect(await ask(bearer(token('engineer')), '192.0.2.1')).toBe(200);
    expect(await ask(bearer(token('operator')), '192.0.2.1')).toBe(403);
  });

  it.skipIf(!HAS_PROMTOOL)('is what promtool reads, without a complaint (needs promtool)', async () => {
    const daemon = await startDaemon();
    const figures = {
      atMs: Date.now(),
      startedMs: Date.now(),
      health: daemon.daemon.health,
      engine: daemon.daemon.figures,
      tasks: [{ name: 'audit', failures: 0, lastDoneMs: 1, lastTookMs: 1 }],
    };
    const { app } = await testServer({ figures: () => figures });
    const { body } = await app.inject({ url: '/metrics' });
    expect(parseExposition(body).size).toBeGreaterThan(50);
    expect(promtool(['check', 'metrics'], body)).toEqual({ status: 0, said: '' });
  });
});

describe('what is counted', () => {
  it('a duration is counted in the first step that is not shorter', () => {
    const histogram = new Histogram();
    for (const ms of [0, 1, 1.001, 10_000, 10_001]) histogram.observe(ms);
    const { counts, sumSeconds } = histogram.figures();
    const expected = [...LATENCY_BOUNDS_S, Infinity].map(() => 0);
    expected[0] = 2;
    expected[1] = 1;
    expected[LATENCY_BOUNDS_S.length - 1] = 1;
    expected[LATENCY_BOUNDS_S.length] = 1;
    expect(counts).toEqual(expected);
    expect(sumSeconds).toBeCloseTo(20.003001, 9);
  });

  it('matches that the commit dropped are not counted, and skew is that of this minute and the last', () => {
    const totals = new SourceTotals();
    const names = { name: 'udp', operator: 'o', retentionBasis: 'b' };
    const row = (clockSkewMs: number | null) => ({
      exporter: null,
      fromMs: 0,
      toMs: 1,
      counts: { records: 3, matched: 2, matches: 4, noHit: 1 },
      observed: { lastSeenMs: 7, clockSkewMs, sampling: null },
    });
    totals.add([row(-5_000), row(2_000)], { added: 3, droppedMatches: 3, droppedRecords: 1 }, 0);
    expect(totals.figures(names, 59_999)).toMatchObject({
      counts: { records: 6, matched: 3, matches: 5, noHit: 2, notInForce: 1 },
      clockSkewMs: -5_000,
      lastSeenMs: 7,
    });
    totals.add([row(1_000)], { added: 4, droppedMatches: 0, droppedRecords: 0 }, 60_000);
    expect(totals.figures(names, 60_000).clockSkewMs).toBe(-5_000);
    expect(totals.figures(names, 120_000).clockSkewMs).toBe(1_000);
    expect(totals.figures(names, 240_000).clockSkewMs).toBe(null);
  });
});

describe('what monitoring makes of it', () => {
  const file = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const names = (text: string) =>
    [...new Set(text.match(/\bflowsieve_\w+/g))].map((name) => name.replace(/_bucket$/, ''));

  it('the dashboard, the rules and docs/metrics.md are what the tables say (flowsieve config metrics)', () => {
    expect(file('deploy/grafana/flowsieve.json')).toBe(grafanaDashboard());
    expect(file('deploy/prometheus/alerts.yaml')).toBe(alertRules());
    expect(file('docs/metrics.md')).toBe(metricsReference());
  });

  it('every metric has a panel, and each panel asks for a metric that there is', () => {
    const asked = names(grafanaDashboard());
    expect(asked.toSorted()).toEqual(Object.keys(METRICS).toSorted());
    const { panels } = JSON.parse(grafanaDashboard()) as {
      panels: { id: number; gridPos: Record<'x' | 'y' | 'w', number> }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('every alert rests on metrics that there are, and says what to do', () => {
    for (const [name, { expr, action }] of Object.entries(ALERTS)) {
      expect(names(expr).length, name).toBeGreaterThan(0);
      for (const metric of names(expr)) expect(Object.keys(METRICS), name).toContain(metric);
      expect(action.length, name).toBeGreaterThan(20);
    }
  });

  it.skipIf(!HAS_PROMTOOL)(
    'promtool takes the rules, and they fire when they should (needs promtool)',
    () => {
      const rules = join(ROOT, 'deploy/prometheus/alerts.yaml');
      expect(promtool(['check', 'rules', rules])).toMatchObject({ status: 0 });
      const of = 'listener="udp [::]:2055",operator="example-isp",basis="lce-126-1"';
      const cases: [alert: string, minutes: number, series: Record<string, string>, times: number][] = [
        ['FlowSieveSlabDrops', 10, { [`flowsieve_slab_dropped_datagrams_total{${of}}`]: '0x30' }, 0],
        ['FlowSieveSlabDrops', 10, { [`flowsieve_slab_dropped_datagrams_total{${of}}`]: '0x8 1x20' }, 1],
        ['FlowSieveNoFlows', 60, { [`flowsieve_datagrams_total{${of}}`]: '0+10x90' }, 0],
        ['FlowSieveNoFlows', 60, { [`flowsieve_datagrams_total{${of}}`]: '0+10x20 200x70' }, 1],
        ['FlowSieveNoFlows', 60, { 'flowsieve_datagrams_total{operator="(unknown)"}': '0x90' }, 0],
        [
          'FlowSieveSequenceGaps',
          60,
          {
            [`flowsieve_sequence_lost_total{${of}}`]: '0+2x90',
            [`flowsieve_records_total{${of}}`]: '0+100x90',
          },
          1,
        ],
        ['FlowSievePurgeLate', 10, { flowsieve_purge_due_time_seconds: '0x30' }, 0],
        ['FlowSievePurgeLate', 20, { flowsieve_purge_due_time_seconds: '0x30' }, 1],
        ['FlowSieveListNotInForce', 5, { flowsieve_list_in_force: '1x2 0x20' }, 1],
        ['FlowSieveDown', 5, { flowsieve_build_info: '1x20' }, 0],
        ['FlowSieveDown', 5, {}, 1],
      ];
      const tests = cases.map(([alertname, minutes, series, times]) => ({
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: `count(ALERTS{alertname="${alertname}",alertstate="firing"})`,
            eval_time: `${minutes}m`,
            exp_samples: times === 0 ? [] : [{ labels: '{}', value: times }],
          },
        ],
      }));
      const path = join(temporaryFolder(), 'rules.test.json');
      writeFileSync(path, JSON.stringify({ rule_files: [rules], tests }));
      const tested = promtool(['test', 'rules', path]);
      expect(tested, tested.said).toMatchObject({ status: 0 });
    },
  );
});
