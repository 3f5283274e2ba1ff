import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Command, Report } from '../../src/ingest/live/messages.ts';
import { Receiver } from '../../src/ingest/live/receiver.ts';
import { Slab } from '../../src/ingest/slab.ts';
import { concat, ipfix, set, template10 } from '../wire/encoder.ts';
import { FLOW4, flow4 } from '../wire/fixtures.ts';
import { connectTcp, plain, write } from './fixture.ts';

const SLAB_BYTES = 65_536;
const SLABS = 4;
const MAX_DESCRIPTORS = 64;

/** A receiver in this thread, whose reports are awaited and whose slabs come back when the test says so. */
class Harness {
  private readonly receiver: Receiver;
  private readonly reports: Report[] = [];
  private tell: (() => void) | null = null;

  constructor() {
    const slabs = Array.from({ length: SLABS }, (_, number) =>
      Slab.allocate(number, SLAB_BYTES, MAX_DESCRIPTORS),
    );
    const setup = { slabs, maxDescriptors: MAX_DESCRIPTORS, flushAfterMs: 1 };
    this.receiver = new Receiver(setup, (report) => {
      this.reports.push(report);
      this.tell?.();
    });
  }

  obey(command: Command): void {
    this.receiver.obey(command);
  }

  /** The next report of a kind; others before it are passed over. */
  async next<K extends Report['kind']>(...kinds: K[]): Promise<Extract<Report, { kind: K }>> {
    for (;;) {
      const report = this.reports.shift();
      if (report && (kinds as string[]).includes(report.kind)) return report as Extract<Report, { kind: K }>;
      if (!report)
        await new Promise<void>((resolve) => {
          this.tell = resolve;
        });
    }
  }
}

describe('while no slab is free', () => {
  it('a stream is not read, and nothing of it is lost or dropped', async () => {
    const harness = new Harness();
    const { operator: _operator, retentionBasis: _basis, ...options } = plain();
    harness.obey({ kind: 'open', listener: { ...options, id: 0, feed: 0 }, templates: null });
    const { bound } = await harness.next('opened');
    const exporter = await connectTcp(bound);
    // Of 30,000 octets each: two fill a slab.
    const record = flow4('198.51.100.1');
    const records = Math.floor(30_000 / record.length);
    const message = ipfix({}, set(256, ...Array.from({ length: records }, () => record)));
    const messages = 500;
    const sent = write(
      exporter,
      concat(ipfix({}, set(2, template10(256, FLOW4))), ...Array.from({ length: messages }, () => message)),
    );
    const held: number[] = [];
    let datagrams = 0;
    const take = (report: Extract<Report, { kind: 'batch' }>) => {
      for (const group of report.groups) datagrams += group.datagrams;
      held.push(report.slab);
    };
    // One is left to those who cannot wait.
    while (held.length < SLABS - 1) take(await harness.next('batch'));
    // Whatever would be read without room would be read in these rounds of the loop.
    for (let round = 0; round < 200; round++) await new Promise((resolve) => setImmediate(resolve));
    expect(datagrams).toBeLessThan(messages / 10);
    expect(exporter.writableLength).toBeGreaterThan(0);
    exporter.end();
    const isGone = once(exporter.resume(), 'close');
    while (datagrams < messages + 1) {
      harness.obey({ kind: 'release', slab: held.shift() as number });
      take(await harness.next('batch'));
    }
    await sent;
    await isGone;
    for (const slab of held) harness.obey({ kind: 'release', slab });
    harness.obey({ kind: 'stop' });
    for (;;) {
      const report = await harness.next('stopped', 'counts', 'batch');
      if (report.kind === 'stopped') break;
      expect(report).toBeNull();
    }
    expect(datagrams).toBe(messages + 1);
  });
});
