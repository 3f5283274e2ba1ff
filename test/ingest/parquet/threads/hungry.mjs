// Plays a decoder that takes memory without end, before it says anything.
import { parentPort } from 'node:worker_threads';

const taken = [];
parentPort.on('message', () => {
  for (;;) taken.push(new Array(1000).fill(Math.random()));
});
