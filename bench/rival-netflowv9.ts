// A process of its own: decodes a capture written by export-file.ts with node-netflowv9 and looks both addresses of every
// flow up in a Set. In a child process behind a check, because one datagram can wedge or crash that package: it loops on
// flow sets of length 0 and on templates without fields, and reads past datagrams under 20 bytes.
// Usage: node rival-netflowv9.js CAPTURE ADDRESSES.json; prints {records, hits, seconds}, reading and start-up left out.
import { readFileSync } from 'node:fs';
import NetFlowV9 from 'node-netflowv9';

const [capture, addresses] = process.argv.slice(2) as [string, string];
const listed = new Set(JSON.parse(readFileSync(addresses, 'utf8')) as string[]);
const bytes = readFileSync(capture);
const collector = new NetFlowV9({});

let records = 0;
let hits = 0;
const startedMs = performance.now();
for (let at = 24; at < bytes.length; ) {
  const length = bytes.readUInt32LE(at + 8);
  const ip = at + 16 + 14;
  const message = bytes.subarray(ip + 28, at + 16 + length);
  at += 16 + length;
  if (!isSafe(message)) continue;
  // It knows no source id: the port stands in, or templates of two domains would be mixed.
  const port = message.readUInt16BE(0) === 9 ? message.readUInt32BE(16) : 0;
  const address = bytes.subarray(ip + 12, ip + 16).join('.');
  const decoded = collector.nfPktDecode(message, { address, port, size: message.length });
  for (const flow of decoded?.flows ?? []) {
    records++;
    if (listed.has(flow.ipv4_src_addr) || listed.has(flow.ipv4_dst_addr)) hits++;
  }
}
console.log(JSON.stringify({ records, hits, seconds: (performance.now() - startedMs) / 1000 }));
process.exit(0); // it opened a socket

function isSafe(message: Buffer): boolean {
  if (message.length < 20) return false;
  if (message.readUInt16BE(0) !== 9) return message.readUInt16BE(0) === 5;
  for (let at = 20; at < message.length; ) {
    if (at + 4 > message.length) return false;
    const id = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    if (length < 4 || at + length > message.length) return false;
    if (id === 0 && !hasFields(message.subarray(at + 4, at + length))) return false;
    at += length;
  }
  return true;
}

function hasFields(templates: Buffer): boolean {
  for (let at = 0; at + 4 <= templates.length; ) {
    const fields = templates.readUInt16BE(at + 2);
    if (fields === 0 || at + 4 + fields * 4 > templates.length) return false;
    at += 4 + fields * 4;
  }
  return true;
}
