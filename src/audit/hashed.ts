// Hashes of the tree made at once, by Node.
import { hash } from 'node:crypto';
import type { Hashing } from './merkle.ts';

export function hashed<T>(hashing: Hashing<T>): T {
  let step = hashing.next();
  while (!step.done) step = hashing.next(hash('sha256', Buffer.concat(step.value), 'buffer'));
  return step.value;
}
