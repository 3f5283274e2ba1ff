import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { currentGeneration, readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { stepsOf } from '../../src/store/indicator-steps.ts';
import { ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { keep } from './fixture.ts';

const WRITER = join(import.meta.dirname, 'step-writer.mjs');
const BUILT = existsSync(join(import.meta.dirname, '../../dist/src/store/indicator-steps.js'));
const STEPS = 60;

async function write(path: string, indicator: string, by: string): Promise<number> {
  const child = spawn(process.execPath, [WRITER, path, indicator, by, String(STEPS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`the process of ${by} ended with ${status}`);
  return Number(output);
}

describe.skipIf(!BUILT)(
  'processes that change one indicator at once (needs the build: npm run build)',
  () => {
    it('lose no step: each is decided on the one before it, or refused as a conflict', async () => {
      const path = join(temporaryFolder(), 'test.db');
      const db = keep(openDatabase(path));
      await importAuthorisation(db, JSON.stringify(fileOf(HEADER, [ENTRY])), { by: 'the.head' });
      const { id } = findIndicator(db, '203.0.113.7');
      const generation = currentGeneration(db);
      const people = ['a.analyst', 'b.analyst', 'c.analyst'];
      await Promise.all(people.map((by) => write(path, id, by)));

      const steps = stepsOf(db, id);
      expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 3 * STEPS }, (_, n) => n + 1));
      expect(steps.map(({ kind }) => kind)).toEqual(
        steps.map((_, n) => (n % 2 === 0 ? 'suspend' : 'reinstate')),
      );
      for (const person of people) {
        const own = steps.filter(({ by }) => by === person).map(({ reason }) => reason);
        expect(own).toEqual(Array.from({ length: STEPS }, (_, n) => `number ${n}`));
      }
      const isInOrder = steps.every(
        ({ recordedAtMs }, n) => recordedAtMs >= (steps[n - 1]?.recordedAtMs ?? 0),
      );
      expect(isInOrder).toBe(true);
      expect(currentGeneration(db)).toBe(generation + 3 * STEPS);
      const events = [...readEvents(db)].filter(
        ({ object, action }) => object === id && action !== 'indicator.add',
      );
      expect(events.map(({ version }) => version)).toEqual(steps.map(({ step }) => step));
    });
  },
);
