// Reasons in words: what is said of every code, and that no code is left without a use.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { because, REASON_TEXTS, reasonText } from '../../src/authority/reasons.ts';

const FOLDER = join(import.meta.dirname, '../../src/authority');
const sources = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && name !== 'reasons.ts')
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
  .join('\n');

describe('a reason', () => {
  it('has its facts in its words, reasons within reasons', () => {
    const bound = because('at', { atMs: 0, because: because('verificationDue', { by: 'a.{analyst}' }) });
    expect(reasonText(because('notInForce', { bound }))).toBe(
      'not in force: 1970-01-01T00:00:00.000Z: verification due, last by a.{analyst}',
    );
  });

  it('is said in other words, with instants as they are written there', () => {
    const texts = { ...REASON_TEXTS, toBeConfirmed: 'à confirmer avant le {deadlineMs}' };
    const toBeConfirmed = because('toBeConfirmed', { deadlineMs: 5 });
    expect(reasonText(toBeConfirmed, texts, (ms) => `${ms} ms`)).toBe('à confirmer avant le 5 ms');
  });

  it('says what was not said as a dash, and numbers as they are', () => {
    expect(reasonText(because('suspendedBy', { by: 'x', said: null }))).toBe('suspended by x: –');
    expect(reasonText(because('portOf', { port: 443, given: 80 }))).toBe(
      'port 443 of the server; the flow has 80',
    );
  });

  it.each(Object.keys(REASON_TEXTS))('%s is given somewhere', (code) => {
    expect(sources).toContain(`'${code}'`);
  });
});
