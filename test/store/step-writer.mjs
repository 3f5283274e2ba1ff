// A process that records steps of one indicator, each on the state that it has seen: what was decided on an older one is
// looked at again. node step-writer.mjs DATABASE INDICATOR NAME STEPS
import { openDatabase } from '../../dist/src/store/database.js';
import { recordStep, stepsOf } from '../../dist/src/store/indicator-steps.js';

const [path, indicator, by, count] = process.argv.slice(2);
const db = openDatabase(path);
const change = { by, role: 'analyst' };
let conflicts = 0;
for (let recorded = 0; recorded < Number(count); ) {
  const steps = stepsOf(db, indicator);
  const isSuspended = steps.at(-1)?.kind === 'suspend';
  const step = { kind: isSuspended ? 'reinstate' : 'suspend', reason: `number ${recorded}` };
  try {
    recordStep(db, indicator, step, change, { expectedStep: steps.length });
    recorded += 1;
  } catch (error) {
    if (error.code !== 'CONFLICT') throw error;
    conflicts += 1;
  }
}
db.close();
console.log(conflicts);
