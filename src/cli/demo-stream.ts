// The demo's live part: a daemon on loopback, and every bundled capture sent to it again over UDP, each from an address
// of its own, as if it were an exporter.

import { basename, join } from 'node:path';
import { IN_FORCE_DEFAULTS } from '../authority/conditions.ts';
import type { Log } from '../core/log.ts';
import { Daemon } from '../engine/daemon.ts';
import { capturedDatagrams } from '../ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../ingest/udp/exporter.ts';
import type { Database } from '../store/database.ts';
import { log } from './command.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS } from './demo-authorisation.ts';

const LOOPBACK = '127.0.0.1';
/** Last part of the address that the first capture is sent from. */
const FIRST_EXPORTER = 11;

export interface Stream {
  readonly capture: string;
  readonly exporter: string;
}

export const DEMO_LISTENER = {
  protocol: 'udp',
  host: LOOPBACK,
  port: 0,
  operator: DEMO_OPERATOR,
  retentionBasis: DEMO_RETENTION_BASIS,
  exporters: ['127.0.0.0/8'],
  receiveBuffer: 4_194_304,
  sockets: 1,
} as const;

/** Only what goes wrong is of interest in a demo. */
export const QUIET: Log = {
  info() {},
  warn() {},
  error: (fields, message) => log(`${message}: ${JSON.stringify(fields)}`),
};

/** @param folder a temporary one */
export async function streamCaptures(
  db: Database,
  captures: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<{ streams: Stream[]; isComplete: boolean }> {
  const daemon = new Daemon(
    db,
    {
      listeners: [DEMO_LISTENER],
      straddling: 'contained',
      ...IN_FORCE_DEFAULTS,
      retentionDays: 365,
      flushAfterMs: 50,
      workers: 1,
      receivers: 1,
      templateFile: join(folder, 'templates.json'),
    },
    QUIET,
    (error) => {
      throw error;
    },
  );
  const streams: Stream[] = [];
  let isSent = true;
  try {
    await daemon.start();
    const to = daemon.health.listeners[0]?.bound;
    if (!to) throw new Error('the daemon does not listen');
    for (const capture of captures) {
      if (signal.aborted) break;
      const exporter = `127.0.0.${FIRST_EXPORTER + streams.length}`;
      try {
        await exportFrom(exporter, capturedDatagrams(capture), to);
        streams.push({ capture, exporter });
      } catch (error) {
        // Some systems have no loopback address but the first.
        log(`${basename(capture)} cannot be sent from ${exporter}: ${(error as Error).message}`);
        isSent = false;
      }
    }
  } finally {
    isSent = (await daemon.stop()) && isSent;
  }
  return { streams, isComplete: isSent };
}
