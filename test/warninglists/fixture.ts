// Warning lists as objects and as folders of files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { changed, ENTRY, type Fields } from '../authority/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';

export const NAME = 'An example list';

export function list(changes: Fields = {}): Fields {
  return {
    name: NAME,
    description: 'Invented for a test',
    version: 1,
    type: 'cidr',
    matching_attributes: ['ip-dst'],
    list: ['203.0.113.0/28', '2001:db8:5::/48'],
    ...changes,
  };
}

/** @param files by their paths within the folder; texts and octets are written as they are */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
  }
  return folder;
}

export function entry(address: string, changes: Fields = {}): Fields {
  return changed(ENTRY, { address, ...changes });
}
