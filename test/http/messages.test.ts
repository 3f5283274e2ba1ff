import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASON_TEXTS } from '../../src/authority/reasons.ts';

const FOLDER = join(import.meta.dirname, '../../src/dashboard/messages');
const LANGUAGES = ['nl', 'fr', 'de'];
/** The English reasons are the program's own. */
const REASONS = 'reasons.json';
const read = (language: string, page: string): Record<string, string> =>
  language === 'en' && page === REASONS
    ? REASON_TEXTS
    : JSON.parse(readFileSync(join(FOLDER, language, page), 'utf8'));
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const pages = [...readdirSync(join(FOLDER, 'en')), REASONS].sort();

describe.each(LANGUAGES)('messages in %s', (language) => {
  it('are of the same pages as the English ones', () => {
    expect(readdirSync(join(FOLDER, language)).sort()).toEqual(pages);
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
