import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../src/dashboard/messages');
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, string>;
const english = read('en.json');
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe.each(readdirSync(FOLDER).filter((name) => name !== 'en.json'))('messages %s', (name) => {
  const messages = read(name);

  it('have the keys of the English ones, in their order', () => {
    expect(Object.keys(messages)).toEqual(Object.keys(english));
  });

  it('are not empty, and have the same places to fill', () => {
    const wrong = Object.entries(messages).filter(
      ([key, text]) =>
        text.trim() === '' || placeholders(text).join() !== placeholders(english[key] as string).join(),
    );
    expect(wrong).toEqual([]);
  });
});
