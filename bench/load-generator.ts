// A process of its own: sends NetFlow or IPFIX over UDP to 127.0.0.1 at a rate, from an address for each exporter.
// Usage: node load-generator.js LOAD.json (load.ts); waits for a line on standard input, prints what it has sent as JSON.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ExporterMessages, type ExporterMessages as Messages, type Numbering } from './exporter-messages.ts';
import { exporterAddress, type Load, type Sent } from './load.ts';

/** Datagrams between two looks at the clock. */
const MAX_BURST = 64;
/** Held up for longer, it does not catch up: a burst that no exporter sends would be measured. */
const MAX_DEBT_MS = 20;
/** The rate rises for so long, evenly: contenders that compile what they run have just been started. */
const RISE_MS = 1000;
/** With nothing due so soon, it sleeps. */
const SLEEP_MS = 1;

interface Exporter extends Numbering {
  readonly address: string;
  readonly socket: Socket;
}

class Group {
  readonly exporters: readonly Exporter[];
  readonly perMs: number;
  datagrams = 0;
  dataDatagrams = 0;
  /** Datagrams that are due, less those that were sent. */
  due = 0;
  renounced = 0;
  private turn = 0;

  constructor(exporters: readonly Exporter[], perSecond: number) {
    this.exporters = exporters;
    this.perMs = perSecond / 1000;
  }

  /** The next exporter whose turn it is. */
  next(): Exporter {
    const exporter = this.exporters[this.turn] as Exporter;
    this.turn = (this.turn + 1) % this.exporters.length;
    return exporter;
  }

  /** @param share of the full rate */
  elapse(ms: number, share: number): void {
    this.due += ms * this.perMs * share;
    const debt = Math.floor(this.due - Math.max(1, MAX_DEBT_MS * this.perMs));
    if (debt <= 0) return;
    this.renounced += debt;
    this.due -= debt;
  }
}

const load = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Load;
const addresses = JSON.parse(readFileSync(load.listed, 'utf8')) as string[];
const listed = Uint32Array.from(addresses, (address) =>
  address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0),
);
const messages: Messages = new ExporterMessages(load.format, listed, load.seed, Date.now());
let failures = 0;

let exporterCount = 0;
const groups: Group[] = [];
for (const { exporters, perSecond } of load.groups) {
  const members: Exporter[] = [];
  for (let n = 0; n < exporters; n++) members.push(await open(exporterCount++));
  groups.push(new Group(members, perSecond));
}
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();

const startedMs = performance.now();
const endMs = startedMs + RISE_MS + load.seconds * 1000;
let lastMs = startedMs;
send();

async function open(number: number): Promise<Exporter> {
  const address = exporterAddress(number);
  const socket = createSocket('udp4');
  socket.on('error', () => failures++);
  socket.bind({ address, exclusive: true });
  await once(socket, 'listening');
  socket.connect(load.port, '127.0.0.1');
  await once(socket, 'connect');
  return { address, socket, domain: number, sequence: 0, messages: 0 };
}

function send(): void {
  const nowMs = performance.now();
  if (nowMs >= endMs) {
    finish((nowMs - startedMs - RISE_MS / 2) / 1000);
    return;
  }
  const wallMs = Date.now();
  const share = Math.min(1, (nowMs - startedMs) / RISE_MS);
  let isDue = false;
  for (const group of groups) {
    group.elapse(nowMs - lastMs, share);
    for (let burst = Math.min(MAX_BURST, Math.floor(group.due)); burst > 0; burst--) sendOne(group, wallMs);
    isDue ||= group.due >= 1;
  }
  lastMs = nowMs;
  if (isDue) setImmediate(send);
  else setTimeout(send, SLEEP_MS);
}

function sendOne(group: Group, nowMs: number): void {
  const exporter = group.next();
  if (messages.needsTemplate(exporter)) {
    exporter.socket.send(messages.templateMessage(exporter, nowMs), failed);
    group.datagrams++;
  }
  group.dataDatagrams++;
  const isPlanted = group.dataDatagrams % load.hitEvery === 0;
  exporter.socket.send(
    isPlanted ? messages.plantedMessage(exporter, nowMs) : messages.dataMessage(exporter, nowMs),
    failed,
  );
  group.datagrams++;
  group.due--;
}

function failed(error: Error | null): void {
  if (error) failures++;
}

function finish(seconds: number): void {
  const data = groups.reduce((sum, group) => sum + group.dataDatagrams, 0);
  const sent: Sent = {
    datagrams: groups.reduce((sum, { datagrams }) => sum + datagrams, 0),
    records: data * messages.recordsEach,
    hits: messages.plantedCount,
    seconds,
    renounced: groups.reduce((sum, { renounced }) => sum + renounced, 0),
    groups: groups.map(({ exporters, datagrams }) => ({
      addresses: exporters.map(({ address }) => address),
      datagrams,
    })),
  };
  setImmediate(() => {
    for (const { exporters } of groups) for (const { socket } of exporters) socket.close();
    process.stdout.write(`${JSON.stringify(sent)}\n`);
    if (failures > 0) process.stderr.write(`${failures} datagrams could not be sent\n`);
    process.exitCode = failures > 0 ? 1 : 0;
  });
}
