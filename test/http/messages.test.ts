import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../src/dashboard/messages');
const LANGUAGES = ['nl', 'fr', 'de'];
const read = (language: string, page: string) =>
  JSON.parse(readFileSync(join(FOLDER, language, page), 'utf8')) as Record<string, string>;
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const pages = readdirSync(join(FOLDER, 'en'));

describe.each(LANGUAGES)('messages in %s', (language) => {
  it('are of the same pages as the English ones', () => {
    expect(readdirSync(join(FOLDER, language))).toEqual(pages);
  });

  it.each(pages)('of %s have the English keys in their order, and are not empty', (page) => {
    const [messages, english] = [read(language, page), read('en', page)];
    expect(Object.keys(messages)).toEqual(Object.keys(english));
    const wrong = Object.entries(messages).filter(
      ([key, text]) =>
        text.trim() === '' || placeholders(text).join() !== placeholders(english[key] as string).join(),
    );
    expect(wrong).toEqual([]);
  });
});
