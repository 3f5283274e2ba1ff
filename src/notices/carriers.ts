// The channels of the configuration, each with its name and what carries a message over it.
import { resolve } from 'node:path';
import type { RecipientChannels } from '../store/notice-outbox.ts';
import { folder } from './channels/folder.ts';
import { mailbox } from './channels/mailbox.ts';
import { webhook } from './channels/webhook.ts';
import { type Mailer, openMailer } from './mail.ts';
import type { Carrier } from './message.ts';
import type { Channel, NoticeSettings } from './settings.ts';

/** How a channel is called in the database and to people: without the query of a URL, which may hold a secret. */
export function channelName(channel: Channel): string {
  switch (channel.channel) {
    case 'webhook': {
      const { origin, pathname } = new URL(channel.url);
      return `webhook ${origin}${pathname}`;
    }
    case 'mail':
      return `mail ${channel.to}`;
    case 'folder':
      return `folder ${resolve(channel.path)}`;
  }
}

/** Who is told over which channels. `operator: null` = whichever it is about. */
export function channelsByRecipient({
  notices: { channels, escalation },
}: NoticeSettings): RecipientChannels[] {
  const operators = [...new Set(channels.map(({ operator }) => operator))];
  return [
    ...operators.map((operator) => ({
      recipient: 'operator' as const,
      operator,
      names: channels.filter((channel) => channel.operator === operator).map(channelName),
    })),
    { recipient: 'escalation', operator: null, names: escalation.map(channelName) },
  ];
}

/** By channel name; what a channel needs is opened when it is first used. */
export class Carriers {
  private readonly settings: NoticeSettings;
  private readonly opened = new Map<string, Carrier>();
  private mailer: Mailer | null = null;

  constructor(settings: NoticeSettings) {
    this.settings = settings;
  }

  /** @throws an Error where the configuration has no such channel, or it cannot be used */
  get(name: string): Carrier {
    const { channels, escalation } = this.settings.notices;
    const channel = [...channels, ...escalation].find((one) => channelName(one) === name);
    if (!channel) throw new Error('the configuration has this channel no more');
    const carrier = this.opened.get(name) ?? this.open(channel);
    this.opened.set(name, carrier);
    return carrier;
  }

  close(): void {
    this.mailer?.close();
  }

  private open(channel: Channel): Carrier {
    if (channel.channel === 'webhook') return webhook(channel);
    if (channel.channel === 'folder') return folder(channel);
    const { mail } = this.settings;
    this.mailer ??= openMailer(mail);
    return mailbox(this.mailer, mail.from!, channel.to);
  }
}
