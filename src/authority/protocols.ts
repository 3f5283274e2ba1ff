// Transport protocols that lists name, with their IANA numbers.

const NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
};

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(NUMBERS).map(([name, number]) => [number, name]),
);

const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

export const PROTOCOL_NAMES: readonly string[] = Object.keys(NUMBERS);

/** `null` where the name is not known. */
export function protocolNumber(name: string): number | null {
  return NUMBERS[name.toLowerCase()] ?? null;
}

/** The name, or the number where it has none here. */
export function protocolName(number: number): string {
  return NAMES.get(number) ?? String(number);
}

export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.has(protocol);
}
