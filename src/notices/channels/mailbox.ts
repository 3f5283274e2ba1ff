// Mails a message: what matters in words, the message itself and its signature attached.
import type { Mailer } from '../mail.ts';
import type { Carrier, Message } from '../message.ts';
import { subjectOf, textOf } from '../text.ts';

/** @param from the sender's address: its domain is that of the message ids */
export function mailbox(mailer: Mailer, from: string, to: string): Carrier {
  return (message, signal) => mailer.send({ to, ...contentOf(message, from) }, signal);
}

function contentOf({ id, key, body, signature }: Message, from: string) {
  const content = JSON.parse(body.toString('utf8')) as Parameters<typeof textOf>[0];
  const name = `${id}.json`;
  return {
    subject: subjectOf(content),
    text: textOf(content),
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    headers: { 'FlowSieve-Notice': id, 'FlowSieve-Key': key, 'Auto-Submitted': 'auto-generated' },
    attachments: [
      { name, type: 'application/json', content: body },
      { name: `${name}.sig`, type: 'application/octet-stream', content: signature },
    ],
  };
}
