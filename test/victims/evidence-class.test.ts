import { describe, expect, it } from 'vitest';
import { CLASS_WORDS, EVIDENCE_CLASSES, evidenceClass } from '../../src/victims/evidence-class.ts';
import { isConversation, type SignallingFlow, signalsOf } from '../../src/victims/signals.ts';

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16];

type Change = Partial<SignallingFlow>;

/** A TCP packet of the victim's without flags. */
function flow(change: Change): SignallingFlow {
  return {
    direction: 'to-c2',
    protocol: 6,
    tcpFlags: null,
    bytes: 60,
    packets: 1,
    sampling: 1,
    c2: '203.0.113.7',
    ...change,
  };
}

const to = (change: Change = {}) => flow(change);
const from = (change: Change = {}) => flow({ ...change, direction: 'from-c2' });
const udp = { protocol: 17 };
const icmp = { protocol: 1 };

function classOf(flows: readonly SignallingFlow[], provenHours = 1, isBeaconing = false) {
  const signals = flows.reduce((all, one) => all | signalsOf(one), 0);
  return evidenceClass({ signals, provenHours, isBeaconing });
}

describe('the class of evidence (L14)', () => {
  it.each<[expected: string, what: string, flows: SignallingFlow[]]>([
    ['E0', 'a scan: SYN of the C2 server', [from({ tcpFlags: SYN })]],
    ['E0', 'a scan that is refused', [from({ tcpFlags: SYN }), to({ tcpFlags: RST | ACK })]],
    ['E0', 'a scan by UDP', [from(udp)]],
    ['E0', 'an answer to what others sent in the victim’s name', [from({ tcpFlags: SYN | ACK })]],
    ['E0', 'a scan by a lone ACK, refused', [from({ tcpFlags: ACK }), to({ tcpFlags: RST })]],
    ['E0', 'a ping', [from(icmp)]],
    [
      'E1',
      'a half-open scan: SYN, its answer, RST',
      [from({ tcpFlags: SYN | RST }), to({ tcpFlags: SYN | ACK })],
    ],
    ['E1', 'a SYN of the victim', [to({ tcpFlags: SYN })]],
    ['E1', 'a SYN that is refused', [to({ tcpFlags: SYN }), from({ tcpFlags: RST | ACK })]],
    ['E1', 'a SYN with a byte of data beyond all headers', [to({ tcpFlags: SYN, bytes: 81 })]],
    ['E1', 'flags unknown, one way, a handshake’s bytes', [to({ bytes: 80 })]],
    ['E1', 'flags unknown, packets not counted', [to({ bytes: 5_000, packets: null })]],
    ['E1', 'UDP of the victim, however much', [to({ ...udp, bytes: 1e6 })]],
    ['E1', 'pings both ways', [to(icmp), from(icmp)]],
    ['E2', 'both directions, flags unknown', [to(), from()]],
    ['E2', 'both directions, UDP', [to(udp), from(udp)]],
    ['E2', 'a SYN and its answer', [to({ tcpFlags: SYN }), from({ tcpFlags: SYN | ACK })]],
    ['E2', 'ACK of the victim', [to({ tcpFlags: ACK })]],
    ['E2', 'PSH of the victim', [to({ tcpFlags: PSH | ACK })]],
    ['E2', 'PSH of the C2 server, its way alone', [from({ tcpFlags: PSH | ACK })]],
    ['E2', 'a connection that is closed', [to({ tcpFlags: SYN | ACK | FIN })]],
    ['E2', 'several ACKs of the C2 server', [from({ tcpFlags: ACK, packets: 2 })]],
    ['E2', 'flags unknown, more bytes than a handshake', [to({ bytes: 81 })]],
    ['E2', 'flags unknown, more bytes than a handshake, IPv6', [to({ bytes: 101, c2: '2001:db8::7' })]],
    ['E1', 'flags unknown, a handshake’s bytes, IPv6', [to({ bytes: 100, c2: '2001:db8::7' })]],
    ['E2', 'flags 0 are unknown', [to({ tcpFlags: 0 }), from({ tcpFlags: 0 })]],
    ['unknown-sampled', 'one direction of sampled traffic', [from({ tcpFlags: SYN, sampling: 1_000 })]],
    ['unknown-sampled', 'a sampled SYN of the victim', [to({ tcpFlags: SYN, sampling: 2 })]],
    ['E0', 'sampling that is not announced', [from({ tcpFlags: SYN, sampling: null })]],
    ['E2', 'sampled, but proven', [to({ tcpFlags: PSH | ACK, sampling: 1_000 })]],
  ])('%s: %s', (expected, _, flows) => {
    expect(classOf(flows)).toBe(expected);
  });

  it.each([
    [2, false, 'E2'],
    [2, true, 'E2'],
    [3, false, 'E3'],
    [3, true, 'E4'],
  ])('of a conversation in %i distinct hours, beaconing %s, is %s', (provenHours, isBeaconing, expected) => {
    expect(classOf([to(), from()], provenHours, isBeaconing)).toBe(expected);
  });

  it('without a conversation stays what it is, however often and regularly', () => {
    expect(classOf([to({ tcpFlags: SYN })], 0, true)).toBe('E1');
  });

  it('is explained in words', () => {
    for (const name of EVIDENCE_CLASSES) expect(CLASS_WORDS[name].length).toBeGreaterThan(20);
  });

  it('a conversation does not depend on the order in which its flows came', () => {
    const [a, b] = [signalsOf(to({ tcpFlags: SYN })), signalsOf(from({ tcpFlags: SYN | ACK }))];
    expect([isConversation(a), isConversation(b), isConversation(a | b)]).toEqual([false, false, true]);
  });
});
