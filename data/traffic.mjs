// Writes the traffic that the bundled captures' exporters saw, as a pcap: beaconing to the demo's C2 servers amid ordinary
// traffic. Same bytes on every run: fixed seed, fixed base time. Only documentation, shared and private addresses.
// Usage: node data/traffic.mjs OUT.pcap [--minutes M] [--compress N]
//   M: only the first minutes; N: divide all pauses, for exporters that must see it live
import { writeFileSync } from 'node:fs';

const SEED = 20261118;
const BASE_MS = Date.UTC(2026, 10, 18, 8, 0, 0);
const MINUTE = 60_000;
const HOURS = 4;
const ETHERNET_MTU = 1500;

// ---- chance (mulberry32)
let state = SEED;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const pick = (list) => list[between(0, list.length - 1)];
const ephemeral = () => between(32768, 60999);

// ---- packets
const packets = []; // {atMs, frame}
const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMP6 = 58;
const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;

function addressBytes(text) {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const [head, tail = ''] = text.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const words = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return Buffer.from(words.flatMap((word) => [parseInt(word, 16) >> 8, parseInt(word, 16) & 255]));
}

function checksum(...parts) {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Ethernet frame around a transport segment whose checksum, at `checksumAt`, is still zero. */
function send(atMs, src, dst, protocol, segment, checksumAt) {
  const from = addressBytes(src);
  const to = addressBytes(dst);
  const six = from.length === 16;
  const pseudo = Buffer.alloc(4);
  pseudo.writeUInt16BE(protocol, 0);
  pseudo.writeUInt16BE(segment.length, 2);
  const covered = protocol === ICMP ? [segment] : [from, to, pseudo, segment];
  segment.writeUInt16BE(checksum(...covered) || 0xffff, checksumAt);
  const ip = Buffer.alloc(six ? 40 : 20);
  if (six) {
    ip[0] = 0x60;
    ip.writeUInt16BE(segment.length, 4);
    ip[6] = protocol;
    ip[7] = 64;
    ip.set(from, 8);
    ip.set(to, 24);
  } else {
    ip[0] = 0x45;
    ip.writeUInt16BE(20 + segment.length, 2);
    ip.writeUInt16BE(0x4000, 6); // don't fragment
    ip[8] = 64;
    ip[9] = protocol;
    ip.set(from, 12);
    ip.set(to, 16);
    ip.writeUInt16BE(checksum(ip), 10);
  }
  if (ip.length + segment.length > ETHERNET_MTU) throw new Error('packet exceeds the MTU');
  const ethernet = Buffer.from('020000000002020000000001' + (six ? '86dd' : '0800'), 'hex');
  packets.push({ atMs, frame: Buffer.concat([ethernet, ip, segment]) });
}

function tcpSegment(atMs, src, srcPort, dst, dstPort, flags, payloadBytes = 0) {
  const segment = Buffer.alloc(20 + payloadBytes);
  segment.writeUInt16BE(srcPort, 0);
  segment.writeUInt16BE(dstPort, 2);
  segment[12] = 0x50;
  segment[13] = flags;
  segment.writeUInt16BE(64240, 14);
  send(atMs, src, dst, TCP, segment, 16);
}

function datagram(atMs, src, srcPort, dst, dstPort, payloadBytes) {
  const segment = Buffer.alloc(8 + payloadBytes);
  segment.writeUInt16BE(srcPort, 0);
  segment.writeUInt16BE(dstPort, 2);
  segment.writeUInt16BE(segment.length, 4);
  send(atMs, src, dst, UDP, segment, 6);
}

/** A whole TCP connection: handshake, request, response, close. */
function connection(atMs, client, server, port, requestBytes, responseBytes) {
  const from = ephemeral();
  const roundTrip = 8 + random() * 60;
  const up = (at, flags, bytes) => tcpSegment(at, client, from, server, port, flags, bytes);
  const down = (at, flags, bytes) => tcpSegment(at, server, port, client, from, flags, bytes);
  let at = atMs;
  up(at, SYN);
  down((at += roundTrip / 2), SYN | ACK);
  up((at += roundTrip / 2), ACK);
  for (let left = requestBytes; left > 0; left -= 1400) up((at += 0.4), PSH | ACK, Math.min(left, 1400));
  down((at += roundTrip), ACK);
  for (let left = responseBytes; left > 0; left -= 1400) down((at += 0.3), PSH | ACK, Math.min(left, 1400));
  up((at += roundTrip / 2), ACK);
  up((at += 5), FIN | ACK);
  down((at += roundTrip), FIN | ACK);
  up((at += roundTrip / 2), ACK);
}

function exchange(atMs, client, server, port, requestBytes, responseBytes) {
  const from = ephemeral();
  datagram(atMs, client, from, server, port, requestBytes);
  if (responseBytes > 0) datagram(atMs + 9 + random() * 50, server, port, client, from, responseBytes);
}

function ping(atMs, client, server) {
  const six = client.includes(':');
  for (let sequence = 1; sequence <= 3; sequence++) {
    for (const reply of [false, true]) {
      const segment = Buffer.alloc(64);
      segment[0] = six ? (reply ? 129 : 128) : reply ? 0 : 8;
      segment.writeUInt16BE(sequence, 6);
      const [src, dst] = reply ? [server, client] : [client, server];
      send(atMs + sequence * 1000 + (reply ? 12 : 0), src, dst, six ? ICMP6 : ICMP, segment, 2);
    }
  }
}

/** Calls `contact(atMs)` from `startMs` until `endMs`, every `everyMs` within a jitter of ± `jitter`. */
function beacon(startMs, endMs, everyMs, jitter, contact) {
  for (let at = startMs; at < endMs; at += everyMs * (1 + (random() * 2 - 1) * jitter)) contact(at);
}

// ---- the C2 servers and who talks to them (data/README.md tells which indicator is which)
const at = (hour, minute) => BASE_MS + (hour - 8) * 60 * MINUTE + minute * MINUTE;
const END_MS = BASE_MS + HOURS * 60 * MINUTE;

// alpha: listed with port 443/tcp
const ALPHA = '203.0.113.10';
for (const victim of ['192.0.2.21', '192.0.2.22', '100.64.7.30']) {
  beacon(at(8, 0) + between(0, 4 * MINUTE), END_MS, 5 * MINUTE, 0.15, (t) =>
    connection(t, victim, ALPHA, 443, between(300, 420), between(180, 260)),
  );
}
connection(at(9, 41), '192.0.2.23', ALPHA, 22, 600, 900); // another port

// bravo: listed from 09:00 on
const BRAVO = '198.51.100.77';
exchange(at(8, 20), '192.0.2.45', BRAVO, 4500, 92, 60); // before first seen
beacon(at(9, 5), END_MS, 10 * MINUTE, 0.2, (t) =>
  exchange(t, '192.0.2.45', BRAVO, 4500, between(88, 96), 60),
);
for (let host = 80; host < 90; host++) {
  tcpSegment(at(10, 0) + host * 40, BRAVO, 44321, `192.0.2.${host}`, 3389, SYN); // the C2 itself scans: no reply
}

// charlie: IPv6
const CHARLIE = '2001:db8:c2:1::10';
for (const victim of ['2001:db8:10:1::21', '2001:db8:10:2::35']) {
  beacon(at(8, 2) + between(0, 5 * MINUTE), END_MS, 7.5 * MINUTE, 0.1, (t) =>
    connection(t, victim, CHARLIE, 8443, between(500, 700), between(100, 140)),
  );
}

// delta: a prefix, 203.0.113.128/29, listed until 10:30; the server moves within it
beacon(at(8, 7), at(9, 30), 10 * MINUTE, 0.2, (t) =>
  connection(t, '192.0.2.50', '203.0.113.130', 8080, 250, 1900),
);
beacon(at(9, 30), at(10, 29), 10 * MINUTE, 0.2, (t) =>
  connection(t, '192.0.2.50', '203.0.113.133', 8080, 250, 1900),
);
connection(at(11, 15), '192.0.2.50', '203.0.113.133', 8080, 250, 1900); // after the traffic window

// echo: verification overdue
beacon(at(8, 11), END_MS, 15 * MINUTE, 0.1, (t) =>
  connection(t, '192.0.2.61', '198.51.100.200', 443, 310, 220),
);

// foxtrot: listed in another operator's authorisation
for (const minute of [15, 75, 140]) connection(at(8, minute), '192.0.2.62', '203.0.113.66', 443, 310, 220);

// golf: listed on another retention basis
for (const minute of [33, 178]) exchange(at(8, minute), '192.0.2.63', '198.51.100.210', 53, 70, 120);

// ---- ordinary traffic, neighbours of listed addresses included
const hosts4 = [...Array(40).keys()].map((n) => `192.0.2.${100 + n}`);
hosts4.push('192.0.2.21', '192.0.2.45', '100.64.7.30', '100.64.7.31', '10.8.0.14');
const servers4 = [
  '203.0.113.9',
  '203.0.113.11',
  '203.0.113.127',
  '203.0.113.136',
  '198.51.100.76',
  '198.51.100.78',
];
servers4.push('198.51.100.10', '198.51.100.25', '203.0.113.80', '10.8.0.53');
const hosts6 = [...Array(12).keys()].map((n) => `2001:db8:10:1::${(0x100 + n).toString(16)}`);
hosts6.push('2001:db8:10:1::21');
const servers6 = ['2001:db8:c2:1::11', '2001:db8:c2:1::f', '2001:db8:80::80', '2001:db8:80::443'];
for (let n = 0; n < 500; n++) {
  const six = random() < 0.25;
  const client = pick(six ? hosts6 : hosts4);
  const server = pick(six ? servers6 : servers4);
  const t = BASE_MS + random() * (END_MS - BASE_MS - MINUTE);
  const kind = random();
  if (kind < 0.6)
    connection(
      t,
      client,
      server,
      pick([443, 443, 443, 80, 25, 993]),
      between(200, 3000),
      between(300, 12000),
    );
  else if (kind < 0.85) exchange(t, client, server, 53, between(40, 80), between(80, 400));
  else if (kind < 0.95) exchange(t, client, server, 123, 48, 48);
  else ping(t, client, server);
}
// a scanner that is not listed; one host in ten refuses, the others keep silent
for (let host = 1; host <= 60; host++) {
  const t = at(9, 20) + host * 150;
  tcpSegment(t, '203.0.113.250', 51515, `192.0.2.${host}`, 23, SYN);
  if (host % 10 === 0) tcpSegment(t + 20, `192.0.2.${host}`, 23, '203.0.113.250', 51515, RST | ACK);
}

// ---- the file (libpcap 2.4, microseconds, Ethernet)
const option = (name, otherwise) => {
  const place = process.argv.indexOf(name);
  return place > 0 ? Number(process.argv[place + 1]) : otherwise;
};
const factor = option('--compress', 1);
const untilMs = BASE_MS + option('--minutes', HOURS * 60) * MINUTE;
packets.sort((a, b) => a.atMs - b.atMs);
const header = Buffer.alloc(24);
header.writeUInt32LE(0xa1b2c3d4, 0);
header.writeUInt16LE(2, 4);
header.writeUInt16LE(4, 6);
header.writeUInt32LE(65535, 16);
header.writeUInt32LE(1, 20);
const parts = [header];
for (const { atMs, frame } of packets) {
  if (atMs >= untilMs) break;
  const micros = Math.round((BASE_MS + (atMs - BASE_MS) / factor) * 1000);
  const record = Buffer.alloc(16);
  record.writeUInt32LE(Math.floor(micros / 1e6), 0);
  record.writeUInt32LE(micros % 1e6, 4);
  record.writeUInt32LE(frame.length, 8);
  record.writeUInt32LE(frame.length, 12);
  parts.push(record, frame);
}
writeFileSync(process.argv[2], Buffer.concat(parts));
console.log(`${process.argv[2]}: ${(parts.length - 1) / 2} packets`);
