// Puts a message into a folder, as ID.json with its signature beside it, ID.json.sig. Whoever sees ID.json sees it whole, and
// its signature: each is written under another name first, and the signature is there before it.
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Carrier } from '../message.ts';
import type { Channel } from '../settings.ts';

const READABLE_TO_GROUP = 0o640;

export function folder({ path }: Extract<Channel, { channel: 'folder' }>): Carrier {
  return async ({ id, recipient, body, signature }) => {
    const name = `${recipient === 'escalation' ? 'escalation' : 'notice'}-${id.replace(/^.*--/, '')}.json`;
    await put(path, `${name}.sig`, signature);
    await put(path, name, body);
    const here = await open(path, 'r');
    try {
      await here.sync();
    } finally {
      await here.close();
    }
  };
}

async function put(path: string, name: string, content: Buffer): Promise<void> {
  const aside = join(path, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(aside, 'wx', READABLE_TO_GROUP);
    try {
      await file.chmod(READABLE_TO_GROUP); // whatever the umask
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, join(path, name));
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
