// Who takes the load in: the daemon, a bare `dgram` socket, nfcapd, nfacctd. All ask for the same receive buffer; nfcapd
// is tried also with the one that it gets where it is not told.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FLOWSIEVE, type List, OPERATOR, RETENTION_BASIS } from './addresses.ts';
import { freePort, kernelDrops, LiveProcess } from './live-process.ts';
import { isInstalled, run } from './process.ts';
import type { Workspace } from './workspace.ts';

const SINK = fileURLToPath(new URL('./rival-sink.js', import.meta.url));
const RECEIVE_BUFFER = 16 * 1024 * 1024;

export interface Contender {
  readonly name: string;
  readonly process: LiveProcess;
  /** Ends it in good order. What it received and kept, as it says itself; null = it does not say. */
  stop(): Promise<Account | null>;
}

export interface Account {
  readonly datagrams: number | null;
  readonly records: number | null;
}

export type Start = (workspace: Workspace, list: List, port: number) => Promise<Contender>;

/** By name; who is not installed is left out, with a word on standard error. */
export function contenders(): Readonly<Record<string, Start>> {
  const found: Record<string, Start> = { sink, flowsieve };
  if (isInstalled('nfcapd', '-V')) {
    found.nfcapd = nfcapd;
    found['nfcapd, default buffer'] = nfcapdByDefault;
  } else process.stderr.write('  nfcapd is not installed: left out (apt-get install nfdump)\n');
  if (isInstalled('nfacctd', '-V')) found.nfacctd = nfacctd;
  else process.stderr.write('  nfacctd is not installed: left out (apt-get install pmacct)\n');
  return found;
}

async function sink(_workspace: Workspace, _list: List, port: number): Promise<Contender> {
  const child = new LiveProcess(process.execPath, [SINK, String(port), String(RECEIVE_BUFFER)]);
  await child.whenReady(() => kernelDrops(port) !== null);
  return {
    name: 'bare dgram socket',
    process: child,
    async stop() {
      child.signal('SIGTERM');
      return { datagrams: Number(await child.end()), records: null };
    },
  };
}

/** What the daemon's ledger says in all. */
export interface LedgerSums {
  readonly datagrams: number;
  readonly records: number;
  readonly matched: number;
  readonly matches: number;
  readonly kernelDropped: number;
  readonly slabDropped: number;
  readonly sequenceLost: number;
  readonly notTaken: number;
  readonly undecodable: number;
}
type LedgerLine = LedgerSums & { readonly exporter: string | null };

export interface DaemonAccount extends Account, LedgerSums {
  readonly datagrams: number;
  readonly records: number;
  readonly byExporter: ReadonlyMap<string | null, LedgerSums>;
}

export interface FlowSieve extends Contender {
  readonly database: string;
  /** Of API and dashboard, with a token of the role `admin`. */
  readonly http: { readonly origin: string; readonly token: string };
  stop(): Promise<DaemonAccount>;
}

export async function flowsieve(
  workspace: Workspace,
  list: Pick<List, 'database'>,
  port: number,
): Promise<FlowSieve> {
  const database = workspace.path('live.db');
  for (const suffix of ['', '-wal', '-shm', '-templates.json']) rmSync(database + suffix, { force: true });
  copyFileSync(list.database, database);
  const configuration = workspace.path('live.json');
  const httpPort = await freePort();
  const listener = {
    protocol: 'udp',
    host: '127.0.0.1',
    port,
    operator: OPERATOR,
    retention_basis: RETENTION_BASIS,
    exporters: ['127.0.0.0/8'],
    receive_buffer: RECEIVE_BUFFER,
  };
  // JSON is YAML.
  writeFileSync(configuration, JSON.stringify({ database, listeners: [listener], http: { port: httpPort } }));
  const asked = ['--db', database, '--json', 'token', 'create', '--role', 'admin', '--name', 'bench'];
  const { text: token } = JSON.parse(run(process.execPath, [FLOWSIEVE, ...asked]).stdout) as { text: string };
  const child = new LiveProcess(process.execPath, [FLOWSIEVE, '--config', configuration, 'serve']);
  await child.whenReady(() => kernelDrops(port) !== null);
  return {
    name: 'flowsieve',
    process: child,
    database,
    http: { origin: `http://127.0.0.1:${httpPort}`, token },
    async stop() {
      child.signal('SIGTERM');
      await child.end();
      return ledger(database);
    },
  };
}

function ledger(database: string): DaemonAccount {
  const { stdout } = run(process.execPath, [FLOWSIEVE, '--db', database, '--json', 'ledger']);
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LedgerLine);
  const byExporter = new Map<string | null, LedgerSums>();
  for (const { exporter } of lines) {
    byExporter.set(exporter, add(lines.filter((line) => line.exporter === exporter)));
  }
  return { ...add(lines), byExporter };
}

function add(lines: readonly LedgerSums[]): LedgerSums {
  const sum = (column: keyof LedgerSums) => lines.reduce((total, line) => total + line[column], 0);
  return {
    datagrams: sum('datagrams'),
    records: sum('records'),
    matched: sum('matched'),
    matches: sum('matches'),
    kernelDropped: sum('kernelDropped'),
    slabDropped: sum('slabDropped'),
    sequenceLost: sum('sequenceLost'),
    notTaken: sum('notTaken'),
    undecodable: sum('undecodable'),
  };
}

function nfcapd(workspace: Workspace, _list: List, port: number): Promise<Contender> {
  return startNfcapd(workspace, port, ['-B', String(RECEIVE_BUFFER)]);
}

function nfcapdByDefault(workspace: Workspace, _list: List, port: number): Promise<Contender> {
  return startNfcapd(workspace, port, []);
}

async function startNfcapd(
  workspace: Workspace,
  port: number,
  buffer: readonly string[],
): Promise<Contender> {
  const folder = workspace.path('nfcapd');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const child = new LiveProcess('nfcapd', [
    ...['-w', folder, '-b', '127.0.0.1', '-p', String(port)],
    ...['-t', '3600', ...buffer],
  ]);
  await child.whenReady(() => kernelDrops(port) !== null);
  return {
    name: 'nfcapd',
    process: child,
    async stop() {
      child.signal('SIGTERM');
      await child.end();
      const flows = /^Flows: (\d+)$/m.exec(run('nfdump', ['-R', folder, '-I']).stdout)?.[1];
      rmSync(folder, { recursive: true, force: true });
      return { datagrams: null, records: flows === undefined ? null : Number(flows) };
    },
  };
}

/** Collects into the memory plugin, as its documentation begins, with buffers as it advises for high rates. */
async function nfacctd(workspace: Workspace, _list: List, port: number): Promise<Contender> {
  const configuration = workspace.path('nfacctd.conf');
  writeFileSync(
    configuration,
    [
      'daemonize: false',
      'nfacctd_ip: 127.0.0.1',
      `nfacctd_port: ${port}`,
      `nfacctd_pipe_size: ${RECEIVE_BUFFER}`,
      'plugins: memory',
      'plugin_pipe_size: 67108864',
      'plugin_buffer_size: 65536',
      'aggregate: src_host, dst_host',
      `imt_path: ${workspace.path('nfacctd.pipe')}`,
      '',
    ].join('\n'),
  );
  const child = new LiveProcess('nfacctd', ['-f', configuration]);
  await child.whenReady(() => kernelDrops(port) !== null);
  return {
    name: 'nfacctd',
    process: child,
    async stop() {
      child.signal('SIGINT');
      await child.end([0, 1]).catch(() => undefined);
      return null;
    },
  };
}
