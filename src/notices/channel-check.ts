// Whether the channels of a configuration can be used, as far as that shows without sending anything.
import { accessSync, constants, statSync } from 'node:fs';
import { readWebhookSecret } from './channels/webhook.ts';
import { openMailer } from './mail.ts';
import { readNamedFile } from './secret-file.ts';
import type { Channel, NoticeSettings } from './settings.ts';

/** @returns what is wrong, in words, each with its option */
export function unusableChannels({ notices, mail }: NoticeSettings): string[] {
  const lists = { 'notices.channels': notices.channels, 'notices.escalation': notices.escalation };
  const problems = Object.entries(lists).flatMap(([key, channels]) =>
    channels.flatMap((channel, at) => problemsOf(`${key}[${at}].`, () => useChannel(channel))),
  );
  return mail.host === null ? problems : [...problems, ...problemsOf('', () => openMailer(mail).close())];
}

function useChannel(channel: Channel): void {
  if (channel.channel === 'webhook') {
    readWebhookSecret(channel.secretFile);
    if (channel.ca !== null) readNamedFile('ca', channel.ca);
  } else if (channel.channel === 'folder') {
    const problem = folderProblem(channel.path);
    if (problem !== null) throw new Error(`path: ${channel.path}: ${problem}`);
  }
}

function folderProblem(path: string): string | null {
  try {
    if (!statSync(path).isDirectory()) return 'is no folder';
    accessSync(path, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `cannot be written to (${(error as NodeJS.ErrnoException).code})`;
  }
}

function problemsOf(key: string, use: () => void): string[] {
  try {
    use();
    return [];
  } catch (error) {
    return [`${key}${(error as Error).message}`];
  }
}
