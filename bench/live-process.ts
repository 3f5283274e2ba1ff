// Processes that are watched while they run: readiness, memory, processor time, and what the kernel dropped at their port.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseTable } from '../src/ingest/udp/kernel-drops.ts';

const READY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;
/** USER_HZ, the unit of processor time in /proc, on every Linux of today. */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/PID/stat behind the command's name. */
const UTIME = 11;
const STIME = 12;

export class LiveProcess {
  private readonly child: ChildProcess;
  private readonly name: string;
  private readonly ended: Promise<unknown>;
  private stdout = '';
  private stderr = '';

  constructor(command: string, args: readonly string[]) {
    this.name = command;
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(this.child, 'close');
  }

  get output(): string {
    return this.stdout;
  }

  /** @throws where it ends or takes too long before `isReady` */
  async whenReady(isReady: () => boolean): Promise<void> {
    const untilMs = performance.now() + READY_WITHIN_MS;
    while (!isReady()) {
      if (this.child.exitCode !== null || performance.now() > untilMs) {
        this.kill();
        throw new Error(`${this.name} was not ready: ${this.stderr.slice(-500)}`);
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  write(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Its standard output. @throws where its status is not among `good` */
  async end(good: readonly number[] = [0]): Promise<string> {
    await this.ended;
    const { exitCode, signalCode } = this.child;
    if (exitCode === null || !good.includes(exitCode)) {
      throw new Error(`${this.name} ended with ${exitCode ?? signalCode}: ${this.stderr.slice(-500)}`);
    }
    return this.stdout;
  }

  /** Resident, bytes. */
  residentBytes(): number {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'latin1'))?.[1];
    return Number(kib ?? Number.NaN) * 1024;
  }

  /** Of all its threads, user and system. */
  processorSeconds(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
  }
}

/** What the kernel dropped at UDP sockets on a local port since they were opened; null = there is none. */
export function kernelDrops(port: number): number | null {
  const rows = ['/proc/net/udp', '/proc/net/udp6'].flatMap((table) => parseTable(read(table)));
  const own = rows.filter((row) => row.port === port);
  return own.length === 0 ? null : own.reduce((sum, { drops }) => sum + drops, 0);
}

function read(table: string): string {
  try {
    return readFileSync(table, 'latin1');
  } catch {
    return '';
  }
}

/** A UDP port of 127.0.0.1 that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
