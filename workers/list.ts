// Makes the list in force ready, once, in a thread of its own: reading a long one takes the better part of a second.
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { makeReady } from '../src/engine/in-force.ts';
import { type ListTask, readTaskList } from '../src/engine/list-task.ts';

// Where processors are short, receivers go first. Linux alone has priorities by thread; elsewhere it would be all of us.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

parentPort?.postMessage(makeReady(readTaskList(workerData as ListTask)));
