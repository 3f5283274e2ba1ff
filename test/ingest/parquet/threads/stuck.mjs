// Plays a decoder that never comes to an end in rows 0 to 700, and has one line for every other request.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ into, row }) => {
  parentPort.postMessage({ kind: 'decoding', row, groupEnd: row < 700 ? 700 : 701 });
  if (row < 700) for (;;);
  const lines = { columns: [{ name: 'src', field: 'src' }], firstRow: row, undecodable: 0, problems: [] };
  const last = row > 700;
  if (!last) into[0] = 0x0a;
  parentPort.postMessage({
    kind: 'filled',
    lines: { ...lines, length: last ? 0 : 1, nextRow: last ? row : row + 1 },
  });
});
