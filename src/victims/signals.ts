// What one flow proves of a conversation between a victim and a C2 server, as a set of bits that can be united over
// flows, hours and days.
import type { Direction } from '../match/messages.ts';

/** Append only: they are stored. */
export const SIGNAL = {
  /** SYN without ACK: a connection was asked for. */
  knockTo: 1,
  knockFrom: 2,
  /** SYN with ACK and nothing else, or one ACK of the C2 server's alone: an answer, if the victim asked for one. */
  answerTo: 4,
  answerFrom: 8,
  /** Not TCP, or the flags are not known: that something was sent. */
  otherTo: 16,
  otherFrom: 32,
  /** Nothing but RST: a knock was refused. */
  refusalTo: 64,
  refusalFrom: 128,
  /** ICMP, which answers for hosts and routers, whatever talks or does not talk there. */
  icmpTo: 256,
  icmpFrom: 512,
  /** ACK or PSH after the handshake, or more bytes than a handshake has. */
  talk: 1024,
  /** The exporter looked at some of the packets only. */
  sampled: 2048,
} as const;

export interface SignallingFlow {
  readonly direction: Direction;
  readonly protocol: number | null;
  readonly tcpFlags: number | null;
  readonly bytes: number | null;
  readonly packets: number | null;
  /** Packets per sampled packet; `null` = not announced. */
  readonly sampling: number | null;
  readonly c2: string;
}

const ICMP: ReadonlySet<number | null> = new Set([1, 58]);
const TCP = 6;
const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;
/** ECN and above say nothing of the conversation. */
const TELLING_FLAGS = FIN | SYN | RST | PSH | ACK;
/** The longest header of TCP (RFC 9293 § 3.1), with that of IPv4 or IPv6 in front: a packet beyond it carries data. */
const BARE_PACKET_BYTES = { 4: 20 + 60, 6: 40 + 60 } as const;

export function signalsOf(flow: SignallingFlow): number {
  const { direction, protocol, sampling } = flow;
  const isTo = direction === 'to-c2';
  const sampled = sampling !== null && sampling > 1 ? SIGNAL.sampled : 0;
  if (ICMP.has(protocol)) return sampled | (isTo ? SIGNAL.icmpTo : SIGNAL.icmpFrom);
  if (protocol !== TCP) return sampled | (isTo ? SIGNAL.otherTo : SIGNAL.otherFrom);
  return sampled | tcpSignals(flow, isTo);
}

function tcpSignals({ tcpFlags, bytes, packets, c2 }: SignallingFlow, isTo: boolean): number {
  const flags = (tcpFlags ?? 0) & TELLING_FLAGS;
  // A SYN may come with data or with rubbish: what was not answered is no conversation.
  if ((flags & (SYN | ACK | PSH)) === SYN) return isTo ? SIGNAL.knockTo : SIGNAL.knockFrom;
  if ((flags & RST) !== 0 && (flags & ~(RST | ACK)) === 0)
    return isTo ? SIGNAL.refusalTo : SIGNAL.refusalFrom;
  const bare = BARE_PACKET_BYTES[c2.includes(':') ? 6 : 4];
  const carriesData = bytes !== null && packets !== null && bytes > packets * bare;
  if (!carriesData && flags === (SYN | ACK)) return isTo ? SIGNAL.answerTo : SIGNAL.answerFrom;
  // A scan by ACK, or what the victim's address, forged by others, brought back.
  if (!carriesData && flags === ACK && packets === 1 && !isTo) return SIGNAL.answerFrom;
  const talks = carriesData || (flags & (ACK | PSH)) !== 0;
  return (talks ? SIGNAL.talk : 0) | (isTo ? SIGNAL.otherTo : SIGNAL.otherFrom);
}

const ASKED = SIGNAL.knockTo | SIGNAL.answerTo | SIGNAL.otherTo;
const ANSWERED = SIGNAL.answerFrom | SIGNAL.otherFrom;
const FROM_VICTIM = ASKED | SIGNAL.icmpTo;

/** Both sides spoke to each other. A knock is no answer, and neither is its refusal. */
export function isConversation(signals: number): boolean {
  return (signals & SIGNAL.talk) !== 0 || ((signals & ASKED) !== 0 && (signals & ANSWERED) !== 0);
}

/** The victim sent something of its own accord, or answered; a refusal is neither. */
export function isFromVictim(signals: number): boolean {
  return (signals & FROM_VICTIM) !== 0;
}

export function isSampled(signals: number): boolean {
  return (signals & SIGNAL.sampled) !== 0;
}
