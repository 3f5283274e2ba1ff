// A process of its own: reads nfdump's CSV with fast-csv and looks both addresses of every row up in a Set.
// Usage: node rival-fast-csv.js FILE ADDRESSES.json; prints {records, hits, seconds}, start-up left out.
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { parse } from 'fast-csv';

const [file, addresses] = process.argv.slice(2) as [string, string];
const listed = new Set(JSON.parse(readFileSync(addresses, 'utf8')) as string[]);

let records = 0;
let hits = 0;
const startedMs = performance.now();
// Its fastest settings: rows as arrays, and no quotes, of which nfdump writes none.
const rows = createReadStream(file).pipe(parse({ headers: false, quote: null }));
let src = -1;
let dst = -1;
let columns = 0;
rows.on('data', (row: string[]) => {
  if (src < 0) {
    columns = row.length;
    src = row.indexOf('sa');
    dst = row.indexOf('da');
  } else if (row.length === columns) {
    records++;
    if (listed.has(row[src] as string) || listed.has(row[dst] as string)) hits++;
  }
});
await once(rows, 'end');
console.log(JSON.stringify({ records, hits, seconds: (performance.now() - startedMs) / 1000 }));
