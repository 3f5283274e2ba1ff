// Raises notices, once, in a thread of its own: after an import there may be very many.
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type RoundTask, runRoundTask } from '../src/notices/round-thread.ts';

// Where processors are short, receivers go first. Linux alone has priorities by thread; elsewhere it would be all of us.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

parentPort?.postMessage(runRoundTask(workerData as RoundTask));
