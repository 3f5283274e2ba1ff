// Words of the interface: for each language one file of messages a page, all with the same keys. English comes with the
// program, the others when they are chosen.
import { type Reason, reasonText } from '../authority/reasons.ts';
import english from './messages/en.ts';

export type MessageKey = keyof typeof english;
type Messages = Readonly<Record<MessageKey, string>>;

const LOADERS = {
  en: async (): Promise<Messages> => english,
  nl: async (): Promise<Messages> => (await import('./messages/nl.ts')).default,
  fr: async (): Promise<Messages> => (await import('./messages/fr.ts')).default,
  de: async (): Promise<Messages> => (await import('./messages/de.ts')).default,
} as const;
export type Language = keyof typeof LOADERS;

/** In their own words. */
export const LANGUAGES: Readonly<Record<Language, string>> = {
  en: 'English',
  nl: 'Nederlands',
  fr: 'Français',
  de: 'Deutsch',
};

const STORED_AS = 'flowsieve-language';
let language: Language = 'en';
let messages: Messages = english;

export function currentLanguage(): Language {
  return language;
}

/** What was chosen before, else what the browser prefers. */
export async function startLanguage(): Promise<void> {
  const wished = [localStorage.getItem(STORED_AS) ?? '', ...navigator.languages].map((tag) =>
    tag.slice(0, 2),
  );
  await takeLanguage((wished.find((tag) => tag in LOADERS) ?? 'en') as Language);
}

export async function takeLanguage(chosen: Language): Promise<void> {
  messages = await LOADERS[chosen]();
  language = chosen;
  document.documentElement.lang = chosen;
}

export async function chooseLanguage(chosen: Language): Promise<void> {
  localStorage.setItem(STORED_AS, chosen);
  await takeLanguage(chosen);
}

/** `{name}` in a message is replaced. */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  return messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Why, as the server found it. */
export function reasonIn(reason: Reason, instantText: (ms: number) => string): string {
  return reasonText(reason, messages, instantText);
}

/** The word for a value that the API gives, such as a state; the value itself where there is none. */
export function word(group: string, value: string): string {
  return (messages as Record<string, string>)[`${group}.${value}`] ?? value;
}
