// The HTTP thread's entry: figures in, requests answered.
import { parentPort, workerData } from 'node:worker_threads';
import { serveHttp } from '../src/http/serving.ts';
import type { HttpSetup } from '../src/http/thread-messages.ts';

const port = parentPort;
if (!port) throw new Error('the HTTP server runs in a thread of its own');
await serveHttp(workerData as HttpSetup, port);
