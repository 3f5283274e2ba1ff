// A process of its own: a bare `dgram` socket that counts datagrams and does nothing else. It is what Node can receive.
// Usage: node rival-sink.js PORT RECEIVE_BUFFER; prints the count on SIGTERM.
import { createSocket } from 'node:dgram';

const [port, receiveBuffer] = process.argv.slice(2).map(Number) as [number, number];
let datagrams = 0;
const socket = createSocket('udp4');
socket.on('message', () => {
  datagrams++;
});
socket.bind(port, '127.0.0.1', () => socket.setRecvBufferSize(receiveBuffer));
process.on('SIGTERM', () => {
  console.log(datagrams);
  process.exit(0);
});
