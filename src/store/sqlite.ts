// better-sqlite3, in the line that fits the running Node. Both are optional dependencies with the same interface.
// 12.x is for Node 20, where 13.x crashes; compiled against the headers of Node 24.19 or later, 12.x aborts the process when a
// statement is collected (nodejs/node#65446), and 13.x, which uses Node-API and needs no compiler, does not.
import { createRequire } from 'node:module';
import type SqliteConstructor from 'better-sqlite3';

/** Node-API as 13.x needs it. */
const FIRST_NODE_OF_13 = 22;

const line =
  Number.parseInt(process.versions.node, 10) >= FIRST_NODE_OF_13 ? 'better-sqlite3-13' : 'better-sqlite3';

export const Sqlite = createRequire(import.meta.url)(line) as typeof SqliteConstructor;
export type { Database, Statement } from 'better-sqlite3';
