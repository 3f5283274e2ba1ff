// What takes seconds where lists are long, by name: done in a thread of its own, on a connection of its own, by the functions
// that the command line calls. What goes in and comes out is plain data.
import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { setAddedRegimes } from '../authority/added-regimes.ts';
import type { InForceOptions } from '../authority/conditions.ts';
import { writeDocument } from '../authority/documents/write.ts';
import type { FeedFormat } from '../authority/importers/formats.ts';
import { type ReadOptions, readFeed } from '../authority/importers/read.ts';
import type { LoadedRegime } from '../authority/regime.ts';
import type { NewStep } from '../authority/steps.ts';
import { type ErrorCode, type FieldFault, FlowSieveError } from '../core/errors.ts';
import { type ImportOptions, importAuthorisation } from '../store/authorisations.ts';
import { recordOfEach } from '../store/bulk-steps.ts';
import { type Closing, closing } from '../store/closings.ts';
import { DAEMON_BUSY_TIMEOUT_MS, type Database, openDatabase } from '../store/database.ts';
import { importEntities } from '../store/entity-import.ts';
import { type FeedImportOptions, importFeeds } from '../store/proposal-changes.ts';
import { ProtectedVictims } from '../store/protected-victims.ts';
import type { NewChange } from '../store/recording.ts';
import { type ReportRequest, withReport } from '../store/reports.ts';
import { readRegisterFile } from '../victims/register-file.ts';
import { TextChunks } from './text-chunks.ts';

/** Under whose name it is recorded. */
interface Changing {
  readonly change: NewChange;
}

interface OfFile {
  readonly bytes: Uint8Array;
}

interface FeedTask extends OfFile, Changing {
  readonly format: FeedFormat;
  readonly reading: ReadOptions;
  readonly authorisation: string;
  readonly taken: Omit<FeedImportOptions, 'digests'>;
}

interface ReportTask {
  readonly request: Omit<ReportRequest, 'optionName'>;
  readonly inForce: InForceOptions;
}

interface StepsTask extends Changing {
  readonly indicators: readonly string[];
  readonly step: NewStep;
}

interface ClosingTask extends Changing {
  readonly closed: Closing;
}

/** Between two transactions of many: the daemon's commits come in. */
const PAUSE_MS = 5;

export const LONG_TASKS = {
  async importFeed(db: Database, { bytes, format, reading, authorisation, taken, change }: FeedTask) {
    const feed = await readFeed(bytes, format, reading);
    const options = { ...taken, digests: [hash('sha256', bytes)] };
    return { ...importFeeds(db, authorisation, [feed], options, change), entries: feed.entries };
  },

  importAuthorisation: (db: Database, { bytes, options }: OfFile & { readonly options: ImportOptions }) =>
    importAuthorisation(db, bytes, options),

  async importEntities(db: Database, { bytes, register, change }: OfFile & Changing & { register: string }) {
    const file = await readRegisterFile(bytes, 'the file');
    const report = importEntities(db, file, register, change);
    // I7: also matches that were there before their entity was known to be protected.
    for (const _ of new ProtectedVictims(db).sequesterStored());
    return report;
  },

  async recordSteps(db: Database, { indicators, step, change }: StepsTask) {
    const targets = indicators.map((id) => ({ id }));
    const { changes, refused } = await recordOfEach(db, targets, step, change);
    return { recorded: changes.length, refusals: refused.map(({ message }) => message) };
  },

  async closeInvestigation(db: Database, { closed, change }: ClosingTask) {
    let matches = 0;
    for (const changed of closing(db, closed, { by: change.by, role: change.role, at: Date.now() })) {
      matches += changed;
      await setTimeout(PAUSE_MS);
    }
    return matches;
  },

  async writeReport(db: Database, { request, inForce }: ReportTask) {
    const chunks = new TextChunks();
    let leftOut = 0;
    withReport(db, { ...request, optionName: (option) => option }, inForce, (report) => {
      for (const _ of report.leftOut) leftOut += 1;
      writeDocument(report.made, request.format, chunks);
    });
    return { chunks: chunks.end(), leftOut };
  },
} as const;

export type LongTaskName = keyof typeof LONG_TASKS;
export type LongTaskInput<Name extends LongTaskName> = Parameters<(typeof LONG_TASKS)[Name]>[1];
export type LongTaskResult<Name extends LongTaskName> = Awaited<ReturnType<(typeof LONG_TASKS)[Name]>>;

export interface LongTaskMessage<Name extends LongTaskName = LongTaskName> {
  readonly name: Name;
  readonly input: LongTaskInput<Name>;
  readonly database: string;
  /** The regimes beside those bundled, as the configuration has them. */
  readonly regimes: readonly LoadedRegime[];
}

/** An error's class does not survive the way between threads. */
export type LongTaskOutcome<Name extends LongTaskName = LongTaskName> =
  | { readonly result: LongTaskResult<Name> }
  | {
      readonly refused: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly faults: readonly FieldFault[];
      };
    };

/** What the thread does. @throws what is a fault of the program */
export async function doLongTask({
  name,
  input,
  database,
  regimes,
}: LongTaskMessage): Promise<LongTaskOutcome> {
  setAddedRegimes(regimes);
  try {
    const db = openDatabase(database, { mustExist: true, busyTimeoutMs: DAEMON_BUSY_TIMEOUT_MS });
    try {
      const task = LONG_TASKS[name] as (
        db: Database,
        input: unknown,
      ) => Promise<LongTaskResult<LongTaskName>>;
      return { result: await task(db, input) };
    } finally {
      db.close();
    }
  } catch (error) {
    if (!(error instanceof FlowSieveError)) throw error;
    const { code, message, faults } = error;
    return {
      refused: {
        code,
        message,
        faults: faults.map(({ field, rule, message: wrong }) => ({ field, rule, message: wrong })),
      },
    };
  }
}
