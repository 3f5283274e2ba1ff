// Posts a message to a URL, authenticated by an HMAC over its time and body. Of the answer only the status counts: redirects
// are not followed, and no more of it is read than a little.
import { createHmac } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { packageVersion } from '../../core/package.ts';
import type { Carrier, Message } from '../message.ts';
import { readNamedFile, readSecretFile } from '../secret-file.ts';
import type { Channel } from '../settings.ts';

type Webhook = Extract<Channel, { channel: 'webhook' }>;

const MIN_SECRET_BYTES = 16;
/** Of the answer's headers, and of its body. */
const MAX_ANSWER_BYTES = 16_384;

export function webhook({ url, secretFile, ca }: Webhook): Carrier {
  return (message, signal) => {
    const secret = readWebhookSecret(secretFile);
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = { ...headersOf(message), ...authentication(secret, timestamp, message.body) };
    const authorities = ca === null ? {} : { ca: readNamedFile('ca', ca) };
    return post(url, headers, authorities, message.body, signal);
  };
}

/** @throws an Error that names the option and the file */
export function readWebhookSecret(path: string): string {
  const secret = readSecretFile('secret_file', path);
  if (Buffer.byteLength(secret) >= MIN_SECRET_BYTES) return secret;
  throw new Error(`secret_file: ${path}: has less than ${MIN_SECRET_BYTES} octets`);
}

function headersOf({ id, key, signature, attempt, body }: Message): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': body.length,
    'user-agent': `FlowSieve/${packageVersion()}`,
    'flowsieve-notice': id,
    'flowsieve-attempt': attempt,
    'flowsieve-key': key,
    'flowsieve-signature': signature.toString('base64'),
  };
}

/** The time is part of what is authenticated, so that an old request cannot be sent again as a new one. */
function authentication(secret: string, timestamp: number, body: Buffer): Record<string, string | number> {
  const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { 'flowsieve-timestamp': timestamp, 'flowsieve-hmac-sha256': hmac };
}

function post(
  url: string,
  headers: Record<string, string | number>,
  authorities: { readonly ca?: string },
  body: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const isSecure = new URL(url).protocol === 'https:';
  const common = { method: 'POST', headers, signal, agent: false, maxHeaderSize: MAX_ANSWER_BYTES };
  return new Promise((resolve, reject) => {
    const sent = isSecure
      ? requestSecure(url, { ...common, ...authorities, minVersion: 'TLSv1.2' })
      : requestPlain(url, common);
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const status = answer.statusCode ?? 0;
      const isTaken = status >= 200 && status < 300;
      const why = status >= 300 && status < 400 ? ': redirects are not followed' : '';
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) answer.destroy();
      });
      answer.on('error', () => {});
      answer.on('close', () => {
        if (isTaken) resolve();
        else reject(new Error(`answered ${status}${why}`));
      });
    });
    sent.end(body);
  });
}
