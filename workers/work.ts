// The entry of a thread for long work: one task in, its outcome out.
import { constants, setPriority } from 'node:os';
import { doLongTask, type LongTaskMessage, type LongTaskOutcome } from '../src/http/long-tasks.ts';

// Where processors are short, receivers go first. No lower than requests: it may hold the lock that all who write wait for.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

export default (message: LongTaskMessage): Promise<LongTaskOutcome> => doLongTask(message);
