// The receiver thread's entry: commands in, batches and counts out.
import { parentPort, workerData } from 'node:worker_threads';
import type { Command, ReceiverSetup } from '../src/ingest/live/messages.ts';
import { Receiver } from '../src/ingest/live/receiver.ts';

const port = parentPort;
if (!port) throw new Error('a receiver runs in a thread of its own');
const receiver = new Receiver(workerData as ReceiverSetup, (report) => port.postMessage(report));
port.on('message', (command: Command) => receiver.obey(command));
