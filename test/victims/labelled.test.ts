// Traffic of which it is known what it is, exported as NetFlow, replayed by the built command line, and what `victims`
// then says of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Victim } from '../../src/victims/victims.ts';
import { flowsieve, lines } from '../support/cli.ts';
import {
  ACK,
  authorisation,
  capture,
  DAY_MS,
  exchange,
  flow,
  HOUR_MS,
  OPERATOR,
  PSH,
  RETENTION_BASIS,
  RST,
  randoms,
  SYN,
  type TestFlow,
  TRAFFIC_DAY_MS,
} from './traffic.ts';

const random = randoms(20_261_121);
const MINUTE_MS = 60_000;

/** Contacts every so often from 00:00 on, each up to `jitter` of the interval late or early. */
function beacon(
  victim: string,
  intervalMs: number,
  jitter: number,
  hours: number,
  change: Partial<TestFlow> = {},
) {
  const count = Math.floor((hours * HOUR_MS) / intervalMs);
  return Array.from({ length: count }, (_, n) => {
    const late = (random() * 2 - 1) * jitter * intervalMs;
    const atMs = Math.min(Math.max(0, n * intervalMs + late), DAY_MS - 1_000);
    return exchange(victim, { atMs, victimPort: 40_000 + (n % 20_000), ...change });
  }).flat();
}

/** As a person does: at any time, of any size. */
function browsing(victim: string, visits: number) {
  return Array.from({ length: visits }, (_, n) => {
    const bytes = Math.round(500 * Math.exp(3 * random()));
    return exchange(victim, {
      atMs: random() * (DAY_MS - 1_000),
      bytes,
      packets: 10,
      victimPort: 30_000 + n,
    });
  }).flat();
}

/** One connection of a day, cut by the exporter every minute. */
function longConnection(victim: string) {
  const flags = { tcpFlags: PSH | ACK, victimPort: 50_123, lastsMs: MINUTE_MS - 100 };
  return Array.from({ length: 1_439 }, (_, n) => exchange(victim, { ...flags, atMs: n * MINUTE_MS })).flat();
}

function everyHour(hours: number, make: (atMs: number) => TestFlow[]) {
  return Array.from({ length: hours }, (_, hour) => make(hour * HOUR_MS + 600_000)).flat();
}

const syn = { tcpFlags: SYN, packets: 1, bytes: 60 };
const answer = { tcpFlags: SYN | ACK, packets: 1, bytes: 60 };
const refusal = { tcpFlags: RST | ACK, packets: 1, bytes: 40 };
const knock = (victim: string, atMs = 0): TestFlow => flow(victim, { ...syn, isFromC2: true, atMs });

interface Label {
  readonly what: string;
  readonly flows: (victim: string) => TestFlow[];
  readonly class: string;
  /** Lowest and highest score, of 1; or why there is none. */
  readonly beacon: readonly [number, number] | string;
}

const LABELLED: readonly Label[] = [
  {
    what: 'a beacon of a minute, to the millisecond',
    flows: (v) => beacon(v, MINUTE_MS, 0, 24),
    class: 'E4',
    beacon: [0.99, 1],
  },
  {
    what: 'a beacon of a minute, 10 % jitter',
    flows: (v) => beacon(v, MINUTE_MS, 0.1, 24),
    class: 'E4',
    beacon: [0.96, 1],
  },
  {
    what: 'a beacon of five minutes, 30 % jitter',
    flows: (v) => beacon(v, 5 * MINUTE_MS, 0.3, 24),
    class: 'E4',
    beacon: [0.9, 0.99],
  },
  {
    what: 'a beacon of a minute, 50 % jitter',
    flows: (v) => beacon(v, MINUTE_MS, 0.5, 24),
    class: 'E4',
    beacon: [0.85, 0.98],
  },
  {
    what: 'a beacon of an hour, 10 % jitter',
    flows: (v) => beacon(v, HOUR_MS, 0.1, 24),
    class: 'E4',
    beacon: [0.85, 1],
  },
  {
    what: 'a beacon of a minute for twelve hours',
    flows: (v) => beacon(v, MINUTE_MS, 0.1, 12),
    class: 'E4',
    beacon: [0.95, 1],
  },
  {
    what: 'a beacon of a minute for four hours',
    flows: (v) => beacon(v, MINUTE_MS, 0.1, 4),
    class: 'E3',
    beacon: [0.45, 0.55],
  },
  {
    what: 'a beacon whose answers are not exported',
    flows: (v) => beacon(v, MINUTE_MS, 0.1, 24).filter((f) => !f.isFromC2),
    class: 'E4',
    beacon: [0.96, 1],
  },
  {
    what: 'a beacon of which only the answers are exported',
    flows: (v) => beacon(v, MINUTE_MS, 0.1, 24).filter((f) => f.isFromC2),
    class: 'E4',
    beacon: [0.96, 1],
  },
  {
    what: 'a beacon that nobody answers any more',
    flows: (v) => beacon(v, MINUTE_MS, 0.1, 24, syn).filter((f) => !f.isFromC2),
    class: 'E1',
    beacon: [0.96, 1],
  },
  { what: 'a person, 300 visits a day', flows: (v) => browsing(v, 300), class: 'E3', beacon: [0.5, 0.85] },
  {
    what: 'a person, 2,000 visits a day',
    flows: (v) => browsing(v, 2_000),
    class: 'E3',
    beacon: [0.5, 0.85],
  },
  {
    what: 'one connection of a day, cut every minute',
    flows: longConnection,
    class: 'E3',
    beacon: 'too-few',
  },
  { what: 'a scan', flows: (v) => [knock(v)], class: 'E0', beacon: 'too-few' },
  {
    what: 'a scan every hour',
    flows: (v) => everyHour(24, (atMs) => [knock(v, atMs)]),
    class: 'E0',
    beacon: [0.5, 1],
  },
  {
    what: 'a scan that is refused',
    flows: (v) => [knock(v), flow(v, refusal)],
    class: 'E0',
    beacon: 'too-few',
  },
  {
    what: 'a half-open scan',
    flows: (v) => [flow(v, { isFromC2: true, tcpFlags: SYN | RST, packets: 2, bytes: 100 }), flow(v, answer)],
    class: 'E1',
    beacon: 'too-few',
  },
  {
    what: 'an attempt without answer',
    flows: (v) => [flow(v, { ...syn, packets: 3, bytes: 180 })],
    class: 'E1',
    beacon: 'too-few',
  },
  {
    what: 'an attempt that is refused',
    flows: (v) => [flow(v, syn), flow(v, { ...refusal, isFromC2: true })],
    class: 'E1',
    beacon: 'too-few',
  },
  { what: 'one contact', flows: (v) => exchange(v), class: 'E2', beacon: 'too-few' },
  {
    what: 'a contact in each of two hours',
    flows: (v) => everyHour(2, (atMs) => exchange(v, { atMs })),
    class: 'E2',
    beacon: 'too-few',
  },
  {
    what: 'a contact in each of three hours',
    flows: (v) => everyHour(3, (atMs) => exchange(v, { atMs })),
    class: 'E3',
    beacon: 'too-few',
  },
  {
    what: 'UDP both ways',
    flows: (v) => exchange(v, { protocol: 17, tcpFlags: 0 }),
    class: 'E2',
    beacon: 'too-few',
  },
  {
    what: 'UDP of the victim alone',
    flows: (v) => [flow(v, { protocol: 17, tcpFlags: 0 })],
    class: 'E1',
    beacon: 'too-few',
  },
];

const SAMPLED: readonly Label[] = [
  {
    what: 'a SYN, of sampled traffic',
    flows: (v) => [flow(v, syn)],
    class: 'unknown-sampled',
    beacon: 'too-few',
  },
  {
    what: 'a scan, of sampled traffic',
    flows: (v) => [knock(v)],
    class: 'unknown-sampled',
    beacon: 'too-few',
  },
  {
    what: 'a beacon of a minute of which one contact in 30 was sampled',
    flows: (v) =>
      beacon(v, MINUTE_MS, 0.1, 24, { tcpFlags: PSH | ACK, packets: 1, bytes: 120 }).filter(
        (f) => !f.isFromC2 && random() < 1 / 30,
      ),
    class: 'E3',
    beacon: 'sampled',
  },
  {
    what: 'data of sampled traffic',
    flows: (v) => [flow(v, { tcpFlags: PSH | ACK, packets: 1, bytes: 1_500 })],
    class: 'E2',
    beacon: 'too-few',
  },
];

const victimOf = (at: number) => `198.51.100.${at + 1}`;
const sampledVictimOf = (at: number) => `192.0.2.${at + 101}`;
const NAT = '198.51.100.200';

/** Two subscribers behind one address: a beacon, and a person. */
const nat = [...beacon(NAT, 5 * MINUTE_MS, 0.1, 24), ...browsing(NAT, 50)];

const found = new Map<string, Victim>();
let run: readonly string[];
const folder = mkdtempSync(join(tmpdir(), 'flowsieve-labelled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const list = write('list.json', authorisation());
  const all = [...LABELLED.flatMap(({ flows }, at) => flows(victimOf(at))), ...nat];
  const seenTwice = beacon(victimOf(LABELLED.length), MINUTE_MS, 0.1, 24);
  const captures = [
    write('unsampled.pcap', capture(all)),
    write(
      'sampled.pcap',
      capture(
        SAMPLED.flatMap(({ flows }, at) => flows(sampledVictimOf(at))),
        1_000,
        '192.0.2.2',
      ),
    ),
    write('one.pcap', capture(seenTwice, 1, '192.0.2.3')),
    // Another exporter, whose clock is 300 ms ahead.
    write(
      'two.pcap',
      capture(
        seenTwice.map((f) => ({ ...f, atMs: f.atMs + 300 })),
        1,
        '192.0.2.4',
      ),
    ),
  ];
  const db = join(folder, 'flows.db');
  const replayed = flowsieve([
    ...['replay', ...captures, '--db', db, '--authorisation', list, '--quiet', '--json'],
    ...['--operator', OPERATOR, '--retention-basis', RETENTION_BASIS],
  ]);
  expect([replayed.status, replayed.stderr]).toEqual([0, '']);
  const shown = flowsieve(['victims', '--db', db, '--json', '--purpose', 'a test', '--by', 'a.tester']);
  for (const victim of lines<Victim & Record<string, unknown>>(shown.stdout))
    found.set(victim.victim, victim);
  run = [
    shown.stderr,
    ...flowsieve(['victims', '--db', db, '--class', 'E4', '--purpose', 'a test']).stdout.split('\n'),
  ];
}, 120_000);

function check(victim: Victim | undefined, label: Label): void {
  if (!victim) throw new Error('is not listed');
  expect(victim.class).toBe(label.class);
  const { beacon } = victim;
  if (typeof label.beacon === 'string') {
    expect(beacon).toMatchObject({ score: null, insufficient: label.beacon });
    return;
  }
  if (beacon.score === null) throw new Error(beacon.reason);
  expect(beacon.score).toBeGreaterThanOrEqual(label.beacon[0]);
  expect(beacon.score).toBeLessThanOrEqual(label.beacon[1]);
}

describe('evidence of traffic that is known (needs the build: npm run build)', () => {
  it.each(LABELLED.map((label, at) => ({ ...label, at })))('$what: $class', (label) => {
    check(found.get(victimOf(label.at)), label);
  });

  it.each(SAMPLED.map((label, at) => ({ ...label, at })))('$what: $class', (label) => {
    check(found.get(sampledVictimOf(label.at)), label);
    expect(found.get(sampledVictimOf(label.at))?.sampling).toEqual({ min: 1_000, max: 1_000 });
  });

  it('behind address translation: one address, many ports; the beacon shows among the rest', () => {
    const victim = found.get(NAT);
    expect(victim?.class).toBe('E4');
    expect(victim?.victimPorts.count).toBe(288 + 50);
  });

  it('what two exporters saw is counted of both, and is one beacon', () => {
    const victim = found.get(victimOf(LABELLED.length));
    expect(victim?.exporters).toEqual({ listed: ['192.0.2.3', '192.0.2.4'], count: 2, isAtLeast: false });
    expect(victim?.flows).toBe(2 * 2 * 1_440);
    expect(victim?.beacon).toMatchObject({ contacts: 1_440 });
    expect(victim?.beacon.score).toBeGreaterThan(0.96);
  });

  it('the day, its contacts and the parts stand beside the score', () => {
    expect(found.get(victimOf(0))?.beacon).toMatchObject({
      dayMs: TRAFFIC_DAY_MS,
      contacts: 1_440,
      intervals: 1,
      sizes: 1,
      duration: 1,
      histogram: 1,
      band: 'critical',
    });
  });

  it('says how much of the traffic was looked at', () => {
    expect(found.get(victimOf(0))?.coverage).toMatchObject({
      sampling: 1_000,
      daysNotInLedger: 0,
      isComplete: false,
    });
  });

  it('is listed in words, one line each, strongest first', () => {
    expect(run[0]).toBe('');
    expect(run.filter((line) => line.includes('E4 both ways, as a beacon'))).toHaveLength(run.length - 2);
    expect(run[1]).toMatch(/beacon \d+ \((critical|high|medium)\) {2}coverage sampled 1:1000 /);
  });
});
