// The database's schema, brought from whatever version a file holds to this program's. PRAGMA user_version counts.

import { AUDIT_MIGRATIONS } from './schema-audit.ts';
import { AUTHORITY_MIGRATIONS } from './schema-authority.ts';
import { DISPUTE_MIGRATIONS } from './schema-disputes.ts';
import { ENTITY_MIGRATIONS } from './schema-entities.ts';
import { LIFE_MIGRATIONS } from './schema-life.ts';
import { NOTICE_MIGRATIONS } from './schema-notices.ts';
import { PROPOSAL_MIGRATIONS } from './schema-proposals.ts';
import { RETENTION_MIGRATIONS } from './schema-retention.ts';
import { SEQUESTER_MIGRATIONS } from './schema-sequester.ts';
import { LATER_STORE_MIGRATIONS, STORE_MIGRATIONS } from './schema-store.ts';
import { TOKEN_MIGRATIONS } from './schema-tokens.ts';
import { VICTIM_MIGRATIONS } from './schema-victims.ts';
import { WARNING_LIST_MIGRATIONS } from './schema-warninglists.ts';
import { WARNING_MIGRATIONS } from './schema-warnings.ts';
import type { Database } from './sqlite.ts';

/** In the order in which they are applied. Once released, a migration keeps its place: later ones go to the end. */
export const MIGRATIONS: readonly string[] = [
  ...STORE_MIGRATIONS,
  ...AUTHORITY_MIGRATIONS,
  ...LATER_STORE_MIGRATIONS,
  ...SEQUESTER_MIGRATIONS,
  ...DISPUTE_MIGRATIONS,
  ...PROPOSAL_MIGRATIONS,
  ...NOTICE_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
  ...WARNING_LIST_MIGRATIONS,
  ...ENTITY_MIGRATIONS,
  ...LIFE_MIGRATIONS,
  ...VICTIM_MIGRATIONS,
  ...TOKEN_MIGRATIONS,
  ...WARNING_MIGRATIONS,
  ...RETENTION_MIGRATIONS,
];

/** Marks a file as this program's (PRAGMA application_id): "FLSV". */
export const APPLICATION_ID = 0x464c5356;

export function schemaVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** Applies what is missing, all or nothing. Safe when several processes open the same file. */
export function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): void {
  db.transaction(() => {
    for (let version = schemaVersion(db); version < migrations.length; version++) {
      db.exec(migrations[version] as string);
    }
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}
