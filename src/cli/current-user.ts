// Under whose name something is recorded where nobody is named.
import { userInfo } from 'node:os';

/** A container's user may have no name. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
