// IANA protocol numbers by the names under which flow tools print them (nfdump, Argus, SiLK, Zeek).

/** By number; a name is compared in upper case without signs. The registry's keywords, with other tools' names beside them. */
const NAMES: Readonly<Record<number, readonly string[]>> = {
  0: ['HOPOPT'],
  1: ['ICMP'],
  2: ['IGMP'],
  3: ['GGP'],
  4: ['IPV4', 'IPIP', 'IPENCAP'],
  5: ['ST'],
  6: ['TCP'],
  7: ['CBT'],
  8: ['EGP'],
  9: ['IGP'],
  // The real-time protocols that Argus recognises are UDP.
  17: ['UDP', 'RTP', 'RTCP', 'UDT'],
  27: ['RDP'],
  33: ['DCCP'],
  41: ['IPV6'],
  43: ['IPV6ROUTE'],
  44: ['IPV6FRAG'],
  46: ['RSVP'],
  47: ['GRE'],
  50: ['ESP'],
  51: ['AH'],
  55: ['MOBILE'],
  58: ['ICMP6', 'ICMPV6', 'IPV6ICMP'],
  59: ['IPV6NONXT', 'IPV6NO'],
  60: ['IPV6OPTS', 'IPV6OP'],
  88: ['EIGRP'],
  89: ['OSPF', 'OSPFIGP'],
  94: ['IPINIP'],
  97: ['ETHERIP'],
  98: ['ENCAP'],
  103: ['PIM'],
  108: ['IPCOMP', 'COMP'],
  112: ['VRRP'],
  115: ['L2TP'],
  132: ['SCTP'],
  133: ['FC'],
  136: ['UDPLITE'],
  137: ['MPLSINIP', 'MPLS'],
};

const NUMBERS = new Map(
  Object.entries(NAMES).flatMap(([number, names]) =>
    names.map((name): [string, number] => [name, Number(number)]),
  ),
);

/** The number of a protocol's name; undefined = not known. */
export function protocolNumber(name: string): number | undefined {
  return NUMBERS.get(name.toUpperCase().replace(/[^A-Z0-9]/g, ''));
}
