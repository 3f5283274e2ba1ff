// Delivers what is due in the database named first, to the webhook named second, and prints what it has begun. Run from
// the build, and killed.
import { writeSync } from 'node:fs';
import { Deliverer } from '../../dist/src/notices/deliverer.js';
import { openDatabase } from '../../dist/src/store/database.js';

const [database, settings] = process.argv.slice(2);
const deliverer = new Deliverer(openDatabase(database), JSON.parse(settings));
writeSync(1, `${deliverer.begin(new AbortController().signal)}\n`);
await deliverer.finish();
