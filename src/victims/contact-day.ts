// One day of contact between a victim and a C2 server, UTC: gathered flow by flow, in memory that does not grow with
// their number.
import type { TimeSource } from '../core/flow.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import type { ContactFlow } from '../store/contact-flow.ts';
import type { ContactDayRow } from '../store/contacts.ts';
import { TIME_SOURCES } from '../store/matches.ts';
import { beaconScore } from './beacon.ts';
import { BeaconPoints } from './beacon-points.ts';
import { isConversation, signalsOf } from './signals.ts';

/** Values that are kept by name of a day's ports, addresses and exporters; of the rest only how many there are. */
const LISTED_A_DAY = 16;
/** Different values that are told apart; ports cannot be more. */
const MAX_DIFFERENT = 65_536;
const HOURS = DAY_MS / HOUR_MS;

export class ContactDay {
  private readonly day: number;
  private readonly to = new Traffic();
  private readonly from = new Traffic();
  private readonly signalsByHour = new Array<number>(HOURS).fill(0);
  private readonly protocols = new Values<number>();
  private readonly c2s = new Values<string>();
  private readonly victimPorts = new Values<number>();
  private readonly c2Ports = new Values<number>();
  private readonly exporters = new Values<string>();
  private readonly points = new BeaconPoints();
  private hours = 0;
  private timeSources = 0;
  private firstMs = Number.POSITIVE_INFINITY;
  private lastMs = Number.NEGATIVE_INFINITY;
  private samplingMin: number | null = null;
  private samplingMax: number | null = null;

  /** @param day since the epoch */
  constructor(day: number) {
    this.day = day;
  }

  /** In the order of their start. */
  add(flow: ContactFlow): void {
    const traffic = flow.direction === 'to-c2' ? this.to : this.from;
    traffic.add(flow);
    this.firstMs = Math.min(this.firstMs, flow.startMs);
    this.lastMs = Math.max(this.lastMs, flow.endMs);
    const signals = signalsOf(flow);
    // A record proves its first and its last packet, and nothing in between.
    for (const atMs of [flow.startMs, flow.endMs]) this.mark(atMs, signals);
    this.protocols.note(flow.protocol);
    this.c2s.note(flow.c2);
    this.victimPorts.note(flow.victimPort);
    this.c2Ports.note(flow.c2Port);
    this.exporters.note(flow.exporter);
    this.timeSources |= bitOf(flow.timeSource);
    if (flow.sampling !== null) {
      this.samplingMin = Math.min(this.samplingMin ?? Number.POSITIVE_INFINITY, flow.sampling);
      this.samplingMax = Math.max(this.samplingMax ?? 0, flow.sampling);
    }
    this.points.add(flow);
  }

  toRow(): ContactDayRow {
    const provenHours = this.signalsByHour.reduce(
      (mask, signals, hour) => (isConversation(signals) ? mask | (1 << hour) : mask),
      0,
    );
    const points = this.points.chosen();
    const isSampled = this.samplingMax !== null && this.samplingMax > 1;
    const beacon = this.points.areUntimed
      ? { insufficient: 'untimed' as const }
      : beaconScore(points, this.day * DAY_MS, isSampled);
    const scored = 'score' in beacon ? beacon : null;
    return {
      day: this.day,
      flowsTo: this.to.flows,
      flowsFrom: this.from.flows,
      bytesTo: this.to.bytes,
      bytesFrom: this.from.bytes,
      packetsTo: this.to.packets,
      packetsFrom: this.from.packets,
      firstMs: this.firstMs,
      lastMs: this.lastMs,
      hours: this.hours,
      provenHours,
      signals: this.signalsByHour.reduce((all, signals) => all | signals, 0),
      flagsTo: this.to.flags,
      flagsFrom: this.from.flags,
      protocols: this.protocols.listed(),
      c2s: this.c2s.listed(),
      c2Count: this.c2s.size,
      victimPorts: this.victimPorts.listed(),
      victimPortCount: this.victimPorts.size,
      c2Ports: this.c2Ports.listed(),
      c2PortCount: this.c2Ports.size,
      exporters: this.exporters.listed(),
      exporterCount: this.exporters.size,
      samplingMin: this.samplingMin,
      samplingMax: this.samplingMax,
      timeSources: this.timeSources,
      points: points.length,
      insufficient: 'insufficient' in beacon ? beacon.insufficient : null,
      intervals: scored?.intervals ?? null,
      sizes: scored?.sizes ?? null,
      duration: scored?.duration ?? null,
      histogram: scored?.histogram ?? null,
      score: scored?.score ?? null,
    };
  }

  /** What reaches into another day says nothing of this one's hours. */
  private mark(atMs: number, signals: number): void {
    const hour = Math.floor((atMs - this.day * DAY_MS) / HOUR_MS);
    if (hour < 0 || hour >= HOURS) return;
    this.hours |= 1 << hour;
    this.signalsByHour[hour] = (this.signalsByHour[hour] as number) | signals;
  }
}

/** What went one way. */
class Traffic {
  flows = 0;
  bytes: number | null = null;
  packets: number | null = null;
  flags: number | null = null;

  add({ bytes, packets, tcpFlags }: ContactFlow): void {
    this.flows++;
    if (bytes !== null) this.bytes = (this.bytes ?? 0) + bytes;
    if (packets !== null) this.packets = (this.packets ?? 0) + packets;
    if (tcpFlags !== null) this.flags = (this.flags ?? 0) | tcpFlags;
  }
}

/** Different values; a set is made for the second. */
class Values<T extends number | string> {
  private first: T | null = null;
  private all: Set<T> | null = null;

  note(value: T | null): void {
    if (value === null || value === this.first) return;
    if (this.first === null) {
      this.first = value;
      return;
    }
    this.all ??= new Set([this.first]);
    if (this.all.size < MAX_DIFFERENT) this.all.add(value);
  }

  get size(): number {
    return this.all?.size ?? (this.first === null ? 0 : 1);
  }

  /** JSON; in the order in which they came. */
  listed(): string {
    if (this.all) return JSON.stringify([...this.all].slice(0, LISTED_A_DAY));
    return this.first === null ? '[]' : `[${JSON.stringify(this.first)}]`;
  }
}

function bitOf(source: TimeSource): number {
  return 1 << TIME_SOURCES.indexOf(source);
}
