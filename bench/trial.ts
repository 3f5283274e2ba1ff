// One contender under one load, in processes of their own: what was offered, and what came of it.
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { List } from './addresses.ts';
import type { Account, Contender } from './contender.ts';
import { freePort, kernelDrops, LiveProcess } from './live-process.ts';
import type { Load, Sent } from './load.ts';
import type { Conditions } from './row.ts';

const GENERATOR = fileURLToPath(new URL('./load-generator.js', import.meta.url));
/** After the last datagram: what lies in the receive buffer is read by then. */
const SETTLE_MS = 500;
const LOOK_EVERY_MS = 100;

export type Offer = Omit<Load, 'port' | 'listed' | 'seed'>;

export interface Trial<A extends Account | null> {
  readonly offered: Sent;
  /** Datagrams that the kernel dropped at the contender's port. */
  readonly dropped: number;
  readonly account: A;
  /** Bytes, ten times a second while the load lasted. */
  readonly resident: readonly number[];
  /** Processor seconds in a second: of all its threads. */
  readonly processors: number;
}

type StartAs<C extends Contender> = (
  workspace: Conditions['workspace'],
  list: List,
  port: number,
) => Promise<C>;

/** @param watch runs while the load does, until the signal; its result is not waited for longer */
export async function trial<C extends Contender>(
  { workspace, seed }: Conditions,
  list: List,
  start: StartAs<C>,
  offer: Offer,
  watch?: (contender: C, signal: AbortSignal) => Promise<void>,
): Promise<Trial<Awaited<ReturnType<C['stop']>>>> {
  const port = await freePort();
  const contender = await start(workspace, list, port);
  const { process: child } = contender;
  const load: Load = { ...offer, port, listed: list.json, seed };
  const file = workspace.path('load.json');
  writeFileSync(file, JSON.stringify(load));
  const generator = new LiveProcess(process.execPath, [GENERATOR, file]);
  const over = new AbortController();
  try {
    await generator.whenReady(() => generator.output.startsWith('ready'));
    const resident: number[] = [];
    const processorsBefore = child.processorSeconds();
    const watching = watch?.(contender, over.signal);
    const sampling = setInterval(() => resident.push(child.residentBytes()), LOOK_EVERY_MS);
    generator.write('go');
    let offered: Sent;
    try {
      offered = JSON.parse((await generator.end()).split('\n')[1] as string) as Sent;
    } finally {
      clearInterval(sampling);
    }
    const processors = (child.processorSeconds() - processorsBefore) / offered.seconds;
    await pause(SETTLE_MS);
    const dropped = kernelDrops(port) ?? 0;
    over.abort();
    await watching;
    const account = (await contender.stop()) as Awaited<ReturnType<C['stop']>>;
    tell(contender.name, offered, dropped, processors, resident);
    return { offered, dropped, account, resident, processors };
  } finally {
    generator.kill();
    child.kill();
  }
}

function tell(
  name: string,
  { datagrams, seconds, renounced }: Sent,
  dropped: number,
  processors: number,
  resident: readonly number[],
): void {
  const rate = (datagrams / seconds / 1000).toFixed(1);
  const held = renounced > 0 ? `, ${renounced} never sent` : '';
  process.stderr.write(
    `  ${name}: ${rate} k/s for ${seconds.toFixed(1)} s${held}, ${dropped} dropped, ` +
      `${processors.toFixed(2)} processors, ${(Math.max(...resident) / 1024 ** 2).toFixed(0)} MiB\n`,
  );
}
