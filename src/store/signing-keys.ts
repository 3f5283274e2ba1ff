// The signing key in use, and the record of every key that ever was: with its public part, so that what an earlier key has
// signed can still be checked.
import { SigningKey } from '../core/signing-key.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

/** Where the configuration names none. */
export function signingKeyPath(configuration: {
  readonly database: string;
  readonly signingKey: string | null;
}): string {
  return configuration.signingKey ?? `${configuration.database}-key.pem`;
}

/**
 * Makes the key where there is none; a key that is seen for the first time is recorded (event `key.create`).
 * @throws FlowSieveError KEY, DATABASE
 */
export function openSigningKey(db: Database, path: string, change: ChangedBy): SigningKey {
  const key = SigningKey.open(path);
  if (!isRecorded(db, key.keyId))
    working(db, () => db.transaction(() => record(db, key, change)).immediate());
  return key;
}

function record(db: Database, key: SigningKey, { at: atMs, by: actor, role }: ChangedBy): void {
  if (isRecorded(db, key.keyId)) return;
  eventWriter(db)({
    atMs,
    actor,
    role,
    action: 'key.create',
    object: key.keyId,
    version: 1,
    digest: null,
    detail: { publicKey: key.publicKeyPem },
  });
}

function isRecorded(db: Database, keyId: string): boolean {
  return (
    db.prepare("SELECT 1 FROM events WHERE action = 'key.create' AND object = ?").get(keyId) !== undefined
  );
}

/** Every key that was ever in use, the newest last. */
export function recordedKeys(db: Database): { keyId: string; atMs: number; publicKeyPem: string }[] {
  return db
    .prepare<[], { object: string; atMs: number; detail: string }>(
      "SELECT object, atMs, detail FROM events WHERE action = 'key.create' ORDER BY sequence",
    )
    .all()
    .map(({ object, atMs, detail }) => ({
      keyId: object,
      atMs,
      publicKeyPem: (JSON.parse(detail) as { publicKey: string }).publicKey,
    }));
}
