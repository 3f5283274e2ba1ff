// Arbitrary records and files, and the flows that they must decode to.
import { fc } from '@fast-check/vitest';
import { formatIpv4, formatIpv6 } from '../../../src/core/address.ts';
import type { AddressPair, Flow } from '../../../src/core/flow.ts';
import type { Compression } from '../../../src/ingest/nfcapd/plan.ts';
import type { FileSpec, FlowSpec, RecordSpec, Words4 } from './encoder.ts';

export const CREATED_MS = Date.UTC(2026, 5, 1, 10, 7, 30);
const DAY_MS = 86_400_000;

/** A few addresses, so that lists are met: 192.0.2.0/24 and 2001:db8::/32 are for documentation. */
const address4 = fc.oneof(
  { arbitrary: fc.integer({ min: 0xc0000200, max: 0xc00002ff }), weight: 6 },
  { arbitrary: fc.nat(0xffffffff), weight: 2 },
  { arbitrary: fc.constant(0), weight: 1 },
);
const address6: fc.Arbitrary<Words4> = fc.oneof(
  { arbitrary: fc.nat(255).map((n): Words4 => [0x20010db8, 0, 0x8000_0000, n]), weight: 6 },
  {
    arbitrary: fc.integer({ min: 0xc0000200, max: 0xc00002ff }).map((n): Words4 => [0, 0, 0xffff, n]),
    weight: 1,
  },
  { arbitrary: fc.constant<Words4>([0, 0, 0, 0]), weight: 1 },
);
const pair4 = fc.tuple(address4, address4);
const pair6 = fc.tuple(address6, address6);
const port = fc.nat(65_535);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 6 });

const times = fc
  .record({
    base: fc.integer({ min: -3_600_000, max: 3_600_000 }),
    length: fc.oneof(
      fc.integer({ min: 0, max: 600_000 }),
      fc.integer({ min: -600_000, max: 0 }),
      fc.constantFrom(-DAY_MS, -DAY_MS - 1, -30 * DAY_MS, 2 ** 31, 2 ** 32, -(2 ** 31), -(2 ** 32) + 5),
    ),
    kind: fc.constantFrom('both', 'both', 'both', 'both', 'noFirst', 'noLast', 'none'),
  })
  .map(({ base, length, kind }) => ({
    firstMs: kind === 'noFirst' || kind === 'none' ? 0 : CREATED_MS + base,
    lastMs: kind === 'noLast' || kind === 'none' ? 0 : CREATED_MS + base + length,
  }));

export const flowSpec = (layout: 1 | 2): fc.Arbitrary<FlowSpec> =>
  fc
    .record({
      times,
      exporter: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 700, 65_535)),
      receivedMs: fc.constantFrom(0, CREATED_MS + 90_000),
      packets: fc.oneof(fc.nat(10_000), fc.constant(5_000_000_000)),
      bytes: fc.oneof(fc.nat(1_000_000), fc.constant(2 ** 40)),
      srcPort: port,
      dstPort: port,
      protocol: fc.constantFrom(6, 6, 6, 17, 17, 1, 58, 47),
      tcpFlags: fc.nat(255),
      family: fc.constantFrom('4', '4', '4', '6', 'both', 'neither'),
      ipv4: pair4,
      ipv6: pair6,
      nat4: maybe(pair4),
      nat6: maybe(pair6),
      natPorts: maybe(fc.tuple(port, port)),
      tunnel4: maybe(pair4),
      tunnel6: maybe(pair6),
      eventMs: maybe(fc.constant(CREATED_MS + 1_234)),
      isScaled: fc.boolean(),
      selector: maybe(fc.nat(5)),
      padding: maybe(fc.nat(50)),
    })
    .map(({ times, family, ipv4, ipv6, ...rest }) => {
      const withV6 = family === '6' || (family === 'both' && layout === 2);
      const withV4 = family === '4' || family === 'both' || (layout === 1 && !withV6);
      const spec = {
        kind: 'flow' as const,
        ...rest,
        ...times,
        ipv4: withV4 && !(layout === 1 && withV6) ? ipv4 : undefined,
        ipv6: withV6 ? ipv6 : undefined,
      };
      if (layout === 1) {
        for (const key of ['tunnel4', 'tunnel6', 'selector'] as const) spec[key] = undefined;
      }
      return Object.fromEntries(
        Object.entries(spec).filter(([, value]) => value !== undefined),
      ) as unknown as FlowSpec;
    });

export const recordSpec = (layout: 1 | 2): fc.Arbitrary<RecordSpec> =>
  fc.oneof(
    { arbitrary: flowSpec(layout), weight: 20 },
    {
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.nat(3))
        .map(([number, last]): RecordSpec => ({ kind: 'exporter', number, ipv4: 0xc6336400 + last })),
      weight: 1,
    },
    {
      arbitrary: fc.constantFrom(1, 2).map(
        (exporter): RecordSpec => ({
          kind: 'exporter',
          number: exporter,
          ipv6: [0x20010db8, 0, 0, exporter],
        }),
      ),
      weight: 1,
    },
    {
      arbitrary: fc
        .record({
          exporter: fc.integer({ min: 1, max: 3 }),
          selector: fc.integer({ min: -3, max: 3 }),
          rate: fc.integer({ min: 1, max: 2_000 }),
        })
        .map((sampler): RecordSpec => ({ kind: 'sampler', ...sampler })),
      weight: 1,
    },
    { arbitrary: fc.constant<RecordSpec>({ kind: 'unknown' }), weight: 1 },
  );

/** Runs of equal shape, as exporters send them, with others in between. */
export const fileSpec = (compressions: readonly Compression[]): fc.Arbitrary<FileSpec> =>
  fc.constantFrom(1 as const, 2 as const, 2 as const).chain((layout) =>
    fc.record({
      layout: fc.constant(layout),
      compression: fc.constantFrom(...compressions.filter((name) => layout === 2 || name !== 'zstd')),
      createdMs: fc.constantFrom(CREATED_MS, 0),
      appendix: fc.boolean(),
      blocks: fc.array(
        fc
          .array(
            fc.oneof(
              recordSpec(layout).map((record) => [record]),
              fc
                .tuple(
                  flowSpec(layout),
                  fc.array(fc.tuple(address4, address4, port), { minLength: 1, maxLength: 20 }),
                )
                .map(([flow, changes]) =>
                  changes.map(
                    ([src, dst, srcPort]): RecordSpec =>
                      flow.ipv4 ? { ...flow, ipv4: [src, dst], srcPort } : { ...flow, srcPort },
                  ),
                ),
            ),
            { maxLength: 12 },
          )
          .map((runs) => runs.flat()),
        { maxLength: 6 },
      ),
    }),
  );

/** What a record must decode to, written down without looking at bytes. `null` = it names no address. */
export function expectedFlow(spec: FlowSpec, layout: 1 | 2, createdMs: number): Flow | null {
  const isIcmp = spec.protocol === 1 || spec.protocol === 58;
  const own: (AddressPair & { isZero: boolean })[] = [];
  const other: AddressPair[] = [];
  const ports = (pair: readonly [number, number] | undefined) =>
    isIcmp || !pair ? { srcPort: null, dstPort: null } : { srcPort: pair[0], dstPort: pair[1] };
  const flowPorts = ports([spec.srcPort, spec.dstPort]);
  if (spec.ipv4 || (layout === 1 && !spec.ipv6)) {
    const [src, dst] = spec.ipv4 ?? [0, 0];
    own.push({ src: formatIpv4(src), dst: formatIpv4(dst), ...flowPorts, isZero: src === 0 && dst === 0 });
  }
  const isZero6 = (words: Words4): boolean => words.every((word) => word === 0);
  if (spec.ipv6) {
    const [src, dst] = spec.ipv6;
    own.push({
      src: formatIpv6(...src),
      dst: formatIpv6(...dst),
      ...flowPorts,
      isZero: isZero6(src) && isZero6(dst),
    });
  }
  const add = (
    pair: readonly [string | null, string | null] | null,
    portPair?: readonly [number, number],
  ): void => {
    if (!pair || (pair[0] === null && pair[1] === null)) return;
    const { srcPort, dstPort } = ports(portPair);
    other.push({
      src: pair[0],
      dst: pair[1],
      srcPort: pair[0] === null ? null : srcPort,
      dstPort: pair[1] === null ? null : dstPort,
    });
  };
  const pairOf4 = (pair?: readonly [number, number]) =>
    pair
      ? ([pair[0] === 0 ? null : formatIpv4(pair[0]), pair[1] === 0 ? null : formatIpv4(pair[1])] as const)
      : null;
  const pairOf6 = (pair?: readonly [Words4, Words4]) =>
    pair
      ? ([
          isZero6(pair[0]) ? null : formatIpv6(...pair[0]),
          isZero6(pair[1]) ? null : formatIpv6(...pair[1]),
        ] as const)
      : null;
  add(pairOf4(spec.nat4), spec.natPorts);
  add(pairOf6(spec.nat6), spec.natPorts);
  add(pairOf4(spec.tunnel4));
  add(pairOf6(spec.tunnel6));
  const used = [...own.filter((pair) => !pair.isZero), ...other];
  const pairs = used.length > 0 ? used : own.slice(0, 1);
  if (pairs.length === 0) return null;
  const [first, ...alternates] = pairs.map(({ src, dst, srcPort, dstPort }) => ({
    src,
    dst,
    srcPort,
    dstPort,
  }));

  const start = spec.firstMs || spec.eventMs || spec.lastMs;
  const isEvent = spec.firstMs === 0 && spec.eventMs !== undefined;
  const end = isEvent ? Math.max(spec.lastMs, start) : spec.lastMs || start;
  const isSwapped = end < start && start - end <= DAY_MS;
  const isUsable = start > 0 && (end >= start || isSwapped);
  const endMs = isUsable ? Math.max(start, end) : null;
  return {
    ...first!,
    protocol: spec.protocol,
    bytes: spec.bytes,
    packets: spec.packets,
    startMs: isUsable ? Math.min(start, end) : null,
    endMs,
    exportMs: spec.receivedMs || createdMs || (endMs ?? 0),
    timeSource: !isUsable ? 'export' : isEvent ? 'event' : 'absolute',
    swappedTimes: isUsable && isSwapped,
    tcpFlags: spec.tcpFlags,
    sampling: null,
    alternates,
  };
}
