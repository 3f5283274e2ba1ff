// Sessions of the dashboard: a cookie instead of a token, kept in memory alone. A session is no longer than its token.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../core/time.ts';

const IDLE_MS = 30 * MINUTE_MS;
const LONGEST_MS = 12 * HOUR_MS;
const MAX_SESSIONS = 1_000;
const ID = /^[A-Za-z0-9_-]{43}$/;

export interface Session {
  readonly tokenId: string;
  /** What unsafe requests must repeat in `X-CSRF-Token`. */
  readonly csrf: string;
  readonly endsAtMs: number;
  lastSeenMs: number;
}

export class Sessions {
  /** By the digest of its id: what lies in memory opens nothing. In the order of last use. */
  private readonly sessions = new Map<string, Session>();

  /** @returns the value of the cookie, and the session */
  open(tokenId: string, nowMs: number): { readonly id: string; readonly session: Session } {
    if (this.sessions.size >= MAX_SESSIONS) {
      const [oldest] = this.sessions.keys();
      this.sessions.delete(oldest as string);
    }
    const id = randomBytes(32).toString('base64url');
    const session: Session = {
      tokenId,
      csrf: randomBytes(32).toString('base64url'),
      endsAtMs: nowMs + LONGEST_MS,
      lastSeenMs: nowMs,
    };
    this.sessions.set(keyOf(id), session);
    return { id, session };
  }

  find(id: string, nowMs: number): Session | null {
    if (!ID.test(id)) return null;
    const key = keyOf(id);
    const session = this.sessions.get(key);
    if (!session) return null;
    this.sessions.delete(key);
    if (nowMs >= session.endsAtMs || nowMs - session.lastSeenMs >= IDLE_MS) return null;
    session.lastSeenMs = nowMs;
    this.sessions.set(key, session);
    return session;
  }

  /** The same without using it: what only watches keeps no session alive. */
  holds(id: string, nowMs: number): boolean {
    const session = this.sessions.get(keyOf(id));
    return session !== undefined && nowMs < session.endsAtMs && nowMs - session.lastSeenMs < IDLE_MS;
  }

  end(id: string): void {
    this.sessions.delete(keyOf(id));
  }
}

export function isSameSecret(a: string, b: string): boolean {
  const [one, other] = [hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer')];
  return timingSafeEqual(one, other);
}

function keyOf(id: string): string {
  return hash('sha256', id);
}
