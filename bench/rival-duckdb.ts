// A process of its own: counts the rows of nfdump's CSV with a listed address by DuckDB's `read_csv`, one thread.
// DuckDB is no dependency: `npm install --prefix DIR @duckdb/node-api`, then `npm run bench -- --duckdb DIR`.
// Usage: node rival-duckdb.js DIR FILE ADDRESSES.json; prints {records, hits, seconds}, start-up left out.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowObjects(): Record<string, bigint>[] }>;
}
interface Api {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<{ connect(): Promise<Connection> }>;
  };
}

const [folder, file, addresses] = process.argv.slice(2) as [string, string, string];
const api = createRequire(resolve(folder, 'none.js'))('@duckdb/node-api') as Api;
const instance = await api.DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();

const startedMs = performance.now();
await connection.run(
  `CREATE TABLE listed AS SELECT unnest(from_json(content, '["VARCHAR"]')) AS address FROM read_text('${addresses}')`,
);
const result = await connection.runAndReadAll(
  `SELECT count(*) AS records,
     count(*) FILTER (sa IN (SELECT address FROM listed) OR da IN (SELECT address FROM listed)) AS hits
   FROM read_csv('${file}', header = true, delim = ',', quote = '', all_varchar = true, null_padding = true)
   WHERE sa IS NOT NULL AND exid IS NOT NULL`,
);
const [{ records, hits }] = result.getRowObjects() as [{ records: bigint; hits: bigint }];
const seconds = (performance.now() - startedMs) / 1000;
console.log(JSON.stringify({ records: Number(records), hits: Number(hits), seconds }));
