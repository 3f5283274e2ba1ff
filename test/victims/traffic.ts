// Traffic of which it is known what it is, as NetFlow v5 in a capture: what an exporter would have sent.
import { changed, ENTRY, type Fields, HEADER } from '../authority/fixture.ts';
import { ethernet, ipv4, pcap } from '../support/pcap-writer.ts';
import { netflow5 } from '../wire/encoder.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A day (UTC) some days before the tests run. */
export const TRAFFIC_DAY_MS = (Math.floor(Date.now() / DAY_MS) - 10) * DAY_MS;
export const C2 = '203.0.113.7';
export const OPERATOR = 'example-isp';
export const RETENTION_BASIS = 'lce-126-1';

export const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16];

export interface TestFlow {
  readonly victim: string;
  readonly isFromC2: boolean;
  /** Since the beginning of the day, ms. */
  readonly atMs: number;
  readonly lastsMs: number;
  readonly victimPort: number;
  readonly c2Port: number;
  readonly protocol: number;
  readonly tcpFlags: number;
  readonly packets: number;
  readonly bytes: number;
}

/** A list in force now, with one C2 server. */
export function authorisation(entries: readonly Fields[] = [{ address: C2 }]): string {
  const at = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
  const analysis = (by: string) => ({ by, at: at(30), method: 'protocol handshake', outcome: 'confirmed' });
  const entry = changed(ENTRY, {
    port: undefined,
    protocol: undefined,
    first_seen: at(90),
    analyses: [analysis('a.analyst'), analysis('b.analyst')],
    verifications: [{ by: 'a.analyst', at: at(1), method: 'protocol handshake', outcome: 'active' }],
  });
  const header = changed(HEADER, { decided: at(20), ends: at(-300) });
  return JSON.stringify({
    flowsieve: 1,
    authorisation: header,
    indicators: entries.map((change) => changed(entry, change)),
  });
}

/** Pseudo-random numbers from 0 to 1; the same seed gives the same. */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FLOW: Omit<TestFlow, 'victim'> = {
  isFromC2: false,
  atMs: 0,
  lastsMs: 500,
  victimPort: 50_000,
  c2Port: 443,
  protocol: 6,
  tcpFlags: SYN | PSH | ACK | FIN,
  packets: 6,
  bytes: 800,
};

export function flow(victim: string, change: Partial<TestFlow> = {}): TestFlow {
  return { ...FLOW, victim, ...change };
}

/** A flow and the answer to it, some milliseconds later. */
export function exchange(victim: string, change: Partial<TestFlow> = {}): TestFlow[] {
  const sent = flow(victim, change);
  return [sent, { ...sent, isFromC2: true, atMs: sent.atMs + 20, packets: 5, bytes: 1_500 }];
}

const EXPORTER = '192.0.2.1';
/** 20 days: what a router has been up for. */
const UPTIME_MS = 20 * DAY_MS;
const MAX_RECORDS = 30;

/**
 * @param sampling one packet in so many; 1 = all
 * @returns a capture of the export, each message sent when the last of its flows had ended
 */
export function capture(flows: readonly TestFlow[], sampling = 1, exporter = EXPORTER): Buffer {
  const sorted = flows.toSorted((a, b) => a.atMs + a.lastsMs - (b.atMs + b.lastsMs));
  const packets = [];
  for (let at = 0; at < sorted.length; at += MAX_RECORDS) {
    const some = sorted.slice(at, at + MAX_RECORDS);
    const endMs = Math.max(...some.map(({ atMs, lastsMs }) => atMs + lastsMs));
    const seconds = Math.ceil((TRAFFIC_DAY_MS + endMs) / 1000);
    const uptimeAt = (ms: number) => Math.round(UPTIME_MS - (seconds * 1000 - (TRAFFIC_DAY_MS + ms)));
    const message = netflow5(
      {
        seconds,
        uptimeMs: UPTIME_MS,
        sequence: at,
        ...(sampling > 1 ? { sampling: (1 << 14) | sampling } : {}),
      },
      some.map((one) => ({
        src: one.isFromC2 ? C2 : one.victim,
        dst: one.isFromC2 ? one.victim : C2,
        srcPort: one.isFromC2 ? one.c2Port : one.victimPort,
        dstPort: one.isFromC2 ? one.victimPort : one.c2Port,
        protocol: one.protocol,
        tcpFlags: one.tcpFlags,
        packets: one.packets,
        bytes: Math.round(one.bytes),
        first: uptimeAt(one.atMs),
        last: uptimeAt(one.atMs + one.lastsMs),
      })),
    );
    packets.push({ bytes: ethernet(ipv4(message, { source: exporter })), atMs: seconds * 1000 });
  }
  return pcap(packets);
}
