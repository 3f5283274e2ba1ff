// `flowsieve serve` as a process of its own, with its log.
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { startFlowsieve } from '../support/cli.ts';
import { Lines } from './fixture.ts';

export class Served {
  readonly folder: string;
  readonly db: string;
  readonly log = new Lines();
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<[number | null, string | null]>;

  constructor(folder: string) {
    this.folder = folder;
    this.db = join(folder, 'flows.db');
    this.child = startFlowsieve(['serve', '--config', join(folder, 'flowsieve.yaml')]);
    this.ended = once(this.child, 'exit') as Promise<[number | null, string | null]>;
    createInterface(this.child.stderr).on('line', (line) => {
      const { level, msg, ...fields } = JSON.parse(line) as { level: 'info' | 'warn' | 'error'; msg: string };
      this.log[level](fields, msg);
    });
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async to(): Promise<{ address: string; port: number }> {
    const { fields } = await this.log.next('listening');
    return { address: fields.address as string, port: fields.port as number };
  }

  async get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const { fields } = await this.log.next('started');
    const response = await fetch(`http://127.0.0.1:${fields.port}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}
